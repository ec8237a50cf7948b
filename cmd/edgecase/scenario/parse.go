package scenario

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Options say what files may ask for. The zero value works.
type Options struct {
	Env       func(string) (string, bool) // for env; nil is an empty environment
	Variables map[string]cty.Value        // further names, beside local and each: "distribution"
}

// What one file may hold.
const (
	MaxFile      = 1 << 20 // bytes
	maxRuns      = 10_000
	maxInstances = 1_000 // of one for_each
)

// Load reads and parses a file.
func Load(name string, o Options) (*File, hcl.Diagnostics) {
	src, err := terraform.ReadFile(name, MaxFile)
	if err != nil {
		return &File{Name: name}, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Cannot read the route tests", Detail: fmt.Sprintf("%s: %s.", name, plain(err)),
			Subject: &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
		}}
	}
	return Parse(src, name, o)
}

// Parse reads route tests. The result is never nil; with errors it holds the runs that could be read.
func Parse(src []byte, name string, o Options) (*File, hcl.Diagnostics) {
	f := &File{Name: name, Source: &hcl.File{Bytes: src, Body: hcl.EmptyBody()}}
	parsed, diags := terraform.Parse(src, name)
	if parsed == nil || parsed.Body == nil {
		return f, diags
	}
	f.Source = parsed
	if diags.HasErrors() {
		return f, diags // of half a file every other complaint would be about the missing half
	}
	p := &parser{file: f, variables: map[string]cty.Value{}}
	for name, v := range o.Variables {
		p.variables[name] = v
	}
	keep := func(secret string) {
		p.secrets = append(p.secrets, secret, url.QueryEscape(secret), url.PathEscape(secret))
	}
	p.language = terraform.NewLanguage(filepath.Dir(name), o.Env, functions(o.Env, keep))
	p.body(parsed.Body)
	f.Read = slices.DeleteFunc(p.language.Read(), func(path string) bool { return path == "" })
	return f, p.diags
}

// plain is an error without the path that the message has named.
func plain(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, ": "); i >= 0 && strings.HasPrefix(text, "open ") || i >= 0 && strings.HasPrefix(text, "stat ") {
		return text[i+2:]
	}
	return text
}

// A parser reads one file.
type parser struct {
	file      *File
	language  *terraform.Language
	variables map[string]cty.Value
	secrets   []string // of the expressions of the run, and of the local values
	hidden    []string // of the local values
	diags     hcl.Diagnostics
	seen      map[string]hcl.Range // names of runs
}

var fileSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "distribution"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "locals"}, {Type: "run", LabelNames: []string{"name"}}},
}

// body reads the file: its local values first, wherever they stand.
func (p *parser) body(body hcl.Body) {
	content := p.content(body, fileSchema)
	p.seen = map[string]hcl.Range{}
	locals := map[string]cty.Value{}
	p.variables["local"] = cty.EmptyObjectVal
	for _, b := range content.Blocks.OfType("locals") {
		p.locals(b.Body, locals)
	}
	p.hidden = p.secrets
	if a := content.Attributes["distribution"]; a != nil {
		p.file.Distribution, _ = p.text(a)
		p.file.NamedAt = sourceOf(a.Range)
	}
	for _, b := range content.Blocks.OfType("run") {
		p.runs(b)
	}
}

// content decodes a body by a schema. Diagnostics name what was probably meant.
func (p *parser) content(body hcl.Body, schema *hcl.BodySchema) *hcl.BodyContent {
	content, diags := body.Content(schema)
	p.diags = append(p.diags, diags...)
	return content
}

// locals evaluates named values in their order: each may use those above it.
func (p *parser) locals(body hcl.Body, into map[string]cty.Value) {
	attributes, diags := body.JustAttributes()
	p.diags = append(p.diags, diags...)
	for _, a := range inOrder(attributes) {
		if _, again := into[a.Name]; again {
			p.complain(a.NameRange, "Duplicate local value", "local.%s is given above, too.", a.Name)
			continue
		}
		v, ok := p.value(a)
		if !ok {
			v = cty.DynamicVal
		}
		into[a.Name] = v
		p.variables["local"] = cty.ObjectVal(into)
	}
}

// inOrder returns attributes in the order in which they stand.
func inOrder(attributes hcl.Attributes) []*hcl.Attribute {
	var list []*hcl.Attribute
	for _, a := range attributes {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return list
}

// complain adds an error.
func (p *parser) complain(at hcl.Range, summary, format string, args ...any) {
	p.diags = append(p.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at,
	})
}

// value evaluates an argument. It reports false where there is none, or null, or an error, which has been told then. The
// value may be marked as sensitive.
func (p *parser) value(a *hcl.Attribute) (cty.Value, bool) {
	if a == nil {
		return cty.NilVal, false
	}
	return p.evaluate(a.Expr)
}

func (p *parser) evaluate(e hcl.Expression) (cty.Value, bool) {
	expr, ok := e.(hclsyntax.Expression)
	if !ok { // Parse makes no other
		return cty.NilVal, false
	}
	v, diags := p.language.Value(expr, p.variables)
	for _, d := range diags {
		if d.Summary == "Unknown variable" {
			d.Detail += p.names(e)
		}
	}
	p.diags = append(p.diags, diags...)
	switch {
	case diags.HasErrors():
		return cty.NilVal, false
	case !v.IsWhollyKnown():
		p.complain(e.Range(), "Unknown value", "What this is cannot be known before Terraform has applied it; a test needs a value.")
		return cty.NilVal, false
	}
	bare, _ := v.Unmark()
	return v, !bare.IsNull()
}

// names says which names there are, to someone who used another.
func (p *parser) names(e hcl.Expression) string {
	if word := hcl.ExprAsKeyword(e); word != "" {
		return fmt.Sprintf(" A text stands in quotation marks: %q.", word)
	}
	var list []string
	for name := range p.variables {
		list = append(list, name)
	}
	slices.Sort(list)
	return " There are " + strings.Join(list, ", ") + "; variables of the Terraform are not known here."
}

// plainValue takes the marks off a value, and remembers the texts that are sensitive.
func (p *parser) plainValue(v cty.Value) cty.Value {
	if !v.ContainsMarked() {
		return v
	}
	plain, paths := v.UnmarkDeepWithPaths()
	for _, marked := range paths {
		if part, err := marked.Path.Apply(plain); err == nil {
			p.keep(part)
		}
	}
	return plain
}

// keep remembers the texts in a value.
func (p *parser) keep(v cty.Value) {
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		if part.Type() == cty.String && !part.IsNull() && part.IsKnown() {
			p.secrets = append(p.secrets, part.AsString())
		}
		return true, nil
	})
}

// text returns an argument that is a text.
func (p *parser) text(a *hcl.Attribute) (string, bool) {
	v, ok := p.value(a)
	if !ok {
		return "", false
	}
	if a.Name == "url" { // of which the rest is worth seeing
		v, _ = v.UnmarkDeep()
	}
	v = p.plainValue(v)
	s, ok := asText(v)
	if !ok {
		p.complain(a.Expr.Range(), "Wrong type", "%s is a text.", a.Name)
	}
	return s, ok
}

// asText returns a text, a number or a bool as a text.
func asText(v cty.Value) (string, bool) {
	if v.IsNull() || !v.IsKnown() {
		return "", false
	}
	switch v.Type() {
	case cty.String:
		return v.AsString(), true
	case cty.Number:
		return v.AsBigFloat().Text('f', -1), true
	case cty.Bool:
		if v.True() {
			return "true", true
		}
		return "false", true
	}
	return "", false
}

// number returns an argument that is a whole number within bounds.
func (p *parser) number(a *hcl.Attribute, least, most int) (int, bool) {
	v, ok := p.value(a)
	if !ok {
		return 0, false
	}
	n, ok := wholeNumber(p.plainValue(v))
	if !ok || n < least || n > most {
		p.complain(a.Expr.Range(), "Not a "+a.Name, "%s is a number from %d to %d.", a.Name, least, most)
		return 0, false
	}
	return n, true
}

func wholeNumber(v cty.Value) (int, bool) {
	if v.IsNull() || v.Type() != cty.Number {
		return 0, false
	}
	n, accuracy := v.AsBigFloat().Int64()
	return int(n), accuracy == 0 && n >= -1<<31 && n < 1<<31
}

// A member is one element of an object, and where it stands.
type member struct {
	name  string
	value cty.Value
	at    hcl.Range
}

// members returns the elements of an argument that is an object, in the order in which they stand.
func (p *parser) members(a *hcl.Attribute, example string) []member {
	v, ok := p.value(a)
	if !ok {
		return nil
	}
	bare, _ := v.Unmark()
	if t := bare.Type(); !t.IsObjectType() && !t.IsMapType() {
		p.complain(a.Expr.Range(), "Wrong type", "%s is an object: %s = { %s }.", a.Name, a.Name, example)
		return nil
	}
	places := map[string]hcl.Range{}
	pairs, _ := hcl.ExprMap(a.Expr) // of a call or a loop there are none
	for _, pair := range pairs {
		if key, ok := keyOf(pair.Key); ok {
			places[key] = hcl.RangeBetween(pair.Key.Range(), pair.Value.Range())
		}
	}
	var list []member
	plain := p.plainValue(v)
	for it := plain.ElementIterator(); it.Next(); {
		key, value := it.Element()
		at, found := places[key.AsString()]
		if !found {
			at = a.Expr.Range()
		}
		list = append(list, member{key.AsString(), value, at})
	}
	slices.SortStableFunc(list, func(a, b member) int { return a.at.Start.Byte - b.at.Start.Byte })
	return list
}

// keyOf returns the name that a member has in the text of an object.
func keyOf(e hcl.Expression) (string, bool) {
	if word := hcl.ExprAsKeyword(e); word != "" {
		return word, true
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		return "", false
	}
	return asText(v)
}

// texts returns an argument that is a list of texts, and where each of them stands.
func (p *parser) texts(a *hcl.Attribute, example string) (list []string, places []hcl.Range) {
	v, ok := p.value(a)
	if !ok {
		return nil, nil
	}
	v = p.plainValue(v)
	t := v.Type()
	if !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		p.complain(a.Expr.Range(), "Wrong type", "%s is a list: %s = [%s].", a.Name, a.Name, example)
		return nil, nil
	}
	elements, _ := hcl.ExprList(a.Expr)
	i := 0
	for it := v.ElementIterator(); it.Next(); i++ {
		_, e := it.Element()
		at := a.Expr.Range()
		if i < len(elements) && len(elements) == v.LengthInt() {
			at = elements[i].Range()
		}
		text, ok := asText(e)
		if !ok {
			p.complain(at, "Wrong type", "%s is a list of texts: %s = [%s].", a.Name, a.Name, example)
			continue
		}
		list, places = append(list, text), append(places, at)
	}
	return list, places
}

// suggestion returns ` Did you mean "x"?`, or the list of what there is.
func suggestion(given string, names []string) string {
	if near := cloudfront.Nearest(given, names); near != "" {
		return fmt.Sprintf(" Did you mean %q?", near)
	}
	return " There are " + strings.Join(names, ", ") + "."
}
