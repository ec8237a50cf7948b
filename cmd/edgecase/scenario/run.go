package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"edgecase/config/terraform"
	"edgecase/edge/http1"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

var (
	runSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "for_each"}, {Name: "skip"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "request"}, {Type: "assume"}, {Type: "expect"}},
	}
	requestSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
		{Name: "method"}, {Name: "url", Required: true}, {Name: "headers"}, {Name: "body"}, {Name: "country"},
	}}
	assumeSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "status"}, {Name: "headers"}}}
)

// runs reads a run block: one run, or one for each element of its for_each.
func (p *parser) runs(b *hcl.Block) {
	name, at := b.Labels[0], b.LabelRanges[0]
	switch first, again := p.seen[name]; {
	case strings.TrimSpace(name) == "":
		p.complain(at, "Run without a name", "A run is named by what it shows: run \"sign-up reaches Django\" { … }.")
		return
	case again:
		p.complain(at, "Duplicate run", "A run %q stands in line %d, too. Give this one another name.", name, first.Start.Line)
		return
	}
	p.seen[name] = at
	content := p.content(b.Body, runSchema)
	each := content.Attributes["for_each"]
	if each == nil {
		p.run(b, content, name)
		return
	}
	for _, e := range p.instances(each) {
		p.variables["each"] = cty.ObjectVal(map[string]cty.Value{"key": e.key, "value": e.value})
		before := len(p.diags)
		key, _ := asText(e.key)
		p.run(b, content, fmt.Sprintf("%s[%q]", name, key))
		if p.diags[before:].HasErrors() {
			break // the other instances would say the same
		}
	}
	delete(p.variables, "each")
}

// An instance is one element of a for_each.
type instance struct{ key, value cty.Value }

// instances returns the elements of a for_each: of a list or a set each element is its own key.
func (p *parser) instances(a *hcl.Attribute) []instance {
	v, ok := p.value(a)
	if !ok {
		return nil
	}
	if terraform.IsSensitive(v) {
		p.complain(a.Expr.Range(), "Sensitive value", "The elements of for_each are parts of names, which are printed; a secret must not be one.")
		return nil
	}
	v = p.plainValue(v)
	t := v.Type()
	keyed := t.IsObjectType() || t.IsMapType()
	if !keyed && !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		p.complain(a.Expr.Range(), "Wrong type", `for_each is a list of texts or an object: for_each = ["GET", "HEAD"].`)
		return nil
	}
	if n := v.LengthInt(); n > maxInstances {
		p.complain(a.Expr.Range(), "Too many runs", "for_each has %d elements; %d are read.", n, maxInstances)
		return nil
	}
	var list []instance
	seen := map[string]bool{}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if !keyed {
			text, ok := asText(value)
			if !ok {
				p.complain(a.Expr.Range(), "Wrong type", `The elements of a list in for_each are texts; an object gives others a key: for_each = { a = { … } }.`)
				return nil
			}
			key = cty.StringVal(text)
		}
		if name := key.AsString(); seen[name] {
			p.complain(a.Expr.Range(), "Duplicate element", "%q stands twice in for_each.", name)
			return nil
		} else {
			seen[name] = true
		}
		list = append(list, instance{key, value})
	}
	return list
}

// run reads one run.
func (p *parser) run(b *hcl.Block, content *hcl.BodyContent, name string) {
	if len(p.file.Runs) == maxRuns {
		p.complain(b.DefRange, "Too many runs", "A file has %d runs at most.", maxRuns)
	}
	if len(p.file.Runs) >= maxRuns {
		return
	}
	before := len(p.diags)
	p.secrets = slices.Clone(p.hidden)
	r := &Run{Name: name, Source: sourceOf(b.DefRange)}
	r.Skip, _ = p.text(content.Attributes["skip"])
	if request := p.one(b, content, "request", `request { url = "/" }`); request != nil {
		p.request(request, r)
	}
	if blocks := content.Blocks.OfType("assume"); len(blocks) > 0 {
		p.assume(p.one(b, content, "assume", ""), r)
	}
	if expect := p.one(b, content, "expect", `expect { origin = "…" }`); expect != nil {
		p.expect(expect, r)
	}
	if p.diags[before:].HasErrors() {
		return
	}
	r.secrets = p.secrets
	r.sortSecrets()
	for i, e := range r.Expect {
		r.Expect[i].shown = r.shown(e.String())
	}
	r.secrets = append(r.secrets, secretsOf(r.Request.Fields, r.Request.Target)...)
	r.sortSecrets()
	p.file.Runs = append(p.file.Runs, r)
}

// one returns the only block of a type.
func (p *parser) one(run *hcl.Block, content *hcl.BodyContent, kind, example string) *hcl.Block {
	blocks := content.Blocks.OfType(kind)
	switch len(blocks) {
	case 0:
		p.complain(run.DefRange, "Missing "+kind, "The run has no block %q: %s.", kind, example)
		return nil
	case 1:
	default:
		p.complain(blocks[1].DefRange, "Duplicate block", "%s stands in line %d, too. A run has one of it.", kind, blocks[0].DefRange.Start.Line)
	}
	return blocks[0]
}

// request reads the request block.
func (p *parser) request(b *hcl.Block, r *Run) {
	a := p.content(b.Body, requestSchema).Attributes
	r.Request.Source = sourceOf(b.DefRange)
	method, given := p.text(a["method"])
	if !given {
		method = "GET"
	}
	url, ok := p.text(a["url"])
	if ok {
		draft, err := http1.NewDraft(method, url)
		var bad *http1.DraftError
		if errors.As(err, &bad) {
			at := a["url"]
			if draft, _ := http1.NewDraft(method, "/"); draft == nil {
				at = a["method"]
			}
			p.complain(at.Expr.Range(), "Not a request", "%s; %s.", capital(bad.What), bad.Hint)
			return
		}
		r.Request.Draft, r.Request.URL = *draft, url
	}
	r.Request.Fields = p.fields(a["headers"])
	r.Request.Body, r.Request.HasBody = p.text(a["body"])
	if country, ok := p.text(a["country"]); ok {
		r.Request.Country = strings.ToUpper(country)
		if len(country) != 2 || strings.ContainsFunc(country, func(c rune) bool { return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') }) {
			p.complain(a["country"].Expr.Range(), "Not a country", "%q is not a country. A country has two letters: CA, US.", country)
		}
	}
}

// assume reads the assume block.
func (p *parser) assume(b *hcl.Block, r *Run) {
	a := p.content(b.Body, assumeSchema).Attributes
	r.Assume = &Assume{}
	if a["status"] != nil {
		r.Assume.Status, _ = p.number(a["status"], 200, 599)
	}
	r.Assume.Fields = p.fields(a["headers"])
}

// fields reads an object of headers. A header that is sent several times has a list.
func (p *parser) fields(a *hcl.Attribute) http1.Fields {
	var fields http1.Fields
	for _, m := range p.members(a, `"Content-Type" = "application/json"`) {
		values := []cty.Value{m.value}
		if t := m.value.Type(); !m.value.IsNull() && (t.IsTupleType() || t.IsListType() || t.IsSetType()) {
			values = m.value.AsValueSlice()
		}
		for _, v := range values {
			text, ok := asText(v)
			if !ok {
				p.complain(m.at, "Wrong type", "The value of %s is a text, or a list of texts.", m.name)
				continue
			}
			f, err := http1.NewField(m.name, text)
			if err != nil {
				p.complain(m.at, "Not a header", "%s.", capital(err.Error()))
				continue
			}
			fields = append(fields, f)
		}
	}
	return fields
}

// expect reads the expect block.
func (p *parser) expect(b *hcl.Block, r *Run) {
	schema := &hcl.BodySchema{}
	for name := range vocabulary {
		schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: string(name)})
	}
	slices.SortFunc(schema.Attributes, func(a, b hcl.AttributeSchema) int { return strings.Compare(a.Name, b.Name) })
	before := len(p.diags)
	content := p.content(b.Body, schema)
	for _, a := range inOrder(content.Attributes) {
		r.Expect = append(r.Expect, vocabulary[Subject(a.Name)](p, a)...)
	}
	if len(r.Expect) == 0 && !p.diags[before:].HasErrors() {
		p.complain(b.DefRange, "Nothing is expected", "A run that expects nothing cannot fail. For example: expect { behavior = %s }.", strconv.Quote("/api/*"))
	}
}

// capital writes the first letter of a clause large.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
