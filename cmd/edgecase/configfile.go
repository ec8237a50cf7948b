package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"edgecase/config/terraform"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// configName is the file that keeps what a project would otherwise say with flags.
const configName = "edgecase.hcl"

// A configFile is one edgecase.hcl. Its paths have been made relative to the working directory.
type configFile struct {
	name string // as diagnostics print it
	file *hcl.File

	terraform    string
	workspace    string
	distribution string
	inputs       []terraform.Setting // var_files, then variables
	listen       map[string]string   // by flag: http, https, admin
	origins      []origins.Mapping
	country      string
	values       []terraform.Given
}

// findConfig returns the edgecase.hcl of the working directory or the nearest folder above that has one, or "".
func findConfig() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for up := ""; ; up = filepath.Join(up, "..") {
		if info, err := os.Stat(filepath.Join(dir, configName)); err == nil && !info.IsDir() {
			return filepath.Join(up, configName)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// hasConfiguration reports whether edgecase alone has something to serve: an edgecase.hcl here or above, or Terraform
// here.
func hasConfiguration() bool {
	if findConfig() != "" {
		return true
	}
	for _, pattern := range []string{"*.tf", "*.tf.json"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return true
		}
	}
	return false
}

// readConfig reads an edgecase.hcl. With errors it holds what could be read in spite of them.
func readConfig(name string) (*configFile, hcl.Diagnostics) {
	c := &configFile{name: name, listen: map[string]string{}}
	src, err := terraform.ReadFile(name, maxConfig)
	if err != nil {
		return c, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Cannot read " + configName,
			Detail:  fmt.Sprintf("%s: %s. Name another one with --config, or none with --config none.", name, plainError(err)),
			Subject: &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
		}}
	}
	c.file = &hcl.File{Bytes: src, Body: hcl.EmptyBody()}
	rest, objects, diags := cutValues(src, name)
	file, more := terraform.Parse(rest, name)
	if diags = append(diags, more...); file == nil || file.Body == nil {
		return c, diags
	}
	file.Bytes = src
	c.file = file
	diags = append(diags, c.decode(file.Body)...)
	for _, o := range objects {
		diags = append(diags, c.given(o, src)...)
	}
	return c, diags
}

// plainError is an error of the file system without the path, which the message has named.
func plainError(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// maxConfig is the largest edgecase.hcl, in bytes.
const maxConfig = 1 << 20

var configSchema = hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{
		{Name: "terraform"}, {Name: "workspace"}, {Name: "distribution"}, {Name: "var_files"}, {Name: "variables"}, {Name: "values"},
	},
	Blocks: []hcl.BlockHeaderSchema{
		{Type: "listen"}, {Type: "origin", LabelNames: []string{"id"}}, {Type: "viewer"},
	},
}

func (c *configFile) decode(body hcl.Body) hcl.Diagnostics {
	content, diags := body.Content(&configSchema)
	a := arguments{content.Attributes, &diags}
	c.terraform = c.path(a.text("terraform"))
	c.workspace, c.distribution = a.text("workspace"), a.text("distribution")
	for _, file := range a.texts("var_files") {
		c.inputs = append(c.inputs, terraform.Setting{File: c.path(file)})
	}
	c.inputs = append(c.inputs, a.variables("variables")...)
	if attr := content.Attributes["values"]; attr != nil {
		diags = append(diags, c.given(attr.Expr, c.file.Bytes)...)
	}
	seen := map[string]hcl.Range{}
	for _, b := range content.Blocks {
		name := b.Type
		if len(b.Labels) > 0 {
			name += " " + b.Labels[0]
		}
		if first, again := seen[name]; again {
			diags = append(diags, problem(b.DefRange, "Duplicate block",
				fmt.Sprintf("%s stands in line %d, too. Keep one of them.", name, first.Start.Line)))
			continue
		}
		seen[name] = b.DefRange
		diags = append(diags, c.block(b)...)
	}
	return diags
}

func (c *configFile) block(b *hcl.Block) hcl.Diagnostics {
	switch b.Type {
	case "listen":
		a, diags := argumentsOf(b.Body, "http", "https", "admin")
		for _, flag := range []string{"http", "https", "admin"} {
			if s := a.text(flag); s != "" {
				c.listen[flag] = s
			}
		}
		return *diags
	case "viewer":
		a, diags := argumentsOf(b.Body, "country")
		c.country = strings.ToUpper(a.text("country"))
		if c.country != "" && !isCountry(c.country) {
			*diags = append(*diags, problem(a.attributes["country"].Expr.Range(), "Not a country", fmt.Sprintf("%q is not a country. A country has two letters: CA, US.", c.country)))
		}
		return *diags
	}
	return c.origin(b)
}

// origin reads one origin block: its label is an origin's id or domain name, one argument says where it is.
func (c *configFile) origin(b *hcl.Block) hcl.Diagnostics {
	a, diags := argumentsOf(b.Body, "url", "dir", "s3", "place")
	if diags.HasErrors() {
		return *diags
	}
	if len(a.attributes) != 1 {
		return append(*diags, problem(b.DefRange, "Where is the origin?",
			`An origin has one of url = "http://localhost:8000", dir = "./dist", s3 = { endpoint = "http://localhost:9000", bucket = "name" }, `+
				`place = "echo" and place = "none".`))
	}
	place, at := a.place()
	if diags.HasErrors() {
		return *diags
	}
	p, err := origins.ParsePlace(place)
	if err != nil {
		return append(*diags, problem(at, "Not a place", sentence(err)))
	}
	if p.Kind == origins.PlaceDir {
		p.Dir = c.path(p.Dir)
	}
	source := fmt.Sprintf("%s:%d", c.name, b.DefRange.Start.Line)
	c.origins = append(c.origins, origins.Mapping{ID: b.Labels[0], Place: p, Source: source})
	return *diags
}

// path makes a path of the file relative to the working directory, as the file's own name is.
func (c *configFile) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(filepath.Dir(c.name), p)
}

// arguments are the arguments of one block, and where to report what is wrong with them.
type arguments struct {
	attributes hcl.Attributes
	diags      *hcl.Diagnostics
}

func argumentsOf(body hcl.Body, names ...string) (arguments, *hcl.Diagnostics) {
	schema := hcl.BodySchema{}
	for _, name := range names {
		schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: name})
	}
	content, diags := body.Content(&schema)
	return arguments{content.Attributes, &diags}, &diags
}

// value returns an argument converted to a type, or cty.NilVal where it is missing, null or wrong.
func (a arguments) value(name string, t cty.Type) cty.Value {
	attr := a.attributes[name]
	if attr == nil {
		return cty.NilVal
	}
	v, diags := attr.Expr.Value(nil)
	*a.diags = append(*a.diags, diags...)
	if diags.HasErrors() || v.IsNull() || !v.IsWhollyKnown() { // of half an expression the parser has told
		return cty.NilVal
	}
	v, err := convert.Convert(v, t)
	if err != nil {
		*a.diags = append(*a.diags, problem(attr.Expr.Range(), "Wrong type", fmt.Sprintf("%s: %s.", name, err)))
		return cty.NilVal
	}
	return v
}

func (a arguments) text(name string) string {
	if v := a.value(name, cty.String); v != cty.NilVal {
		return v.AsString()
	}
	return ""
}

func (a arguments) texts(name string) []string {
	v := a.value(name, cty.List(cty.String))
	if v == cty.NilVal {
		return nil
	}
	var list []string
	for _, e := range v.AsValueSlice() {
		if !e.IsNull() {
			list = append(list, e.AsString())
		}
	}
	return list
}

// variables returns the values of an object as --var would give them.
func (a arguments) variables(name string) []terraform.Setting {
	v := a.value(name, cty.DynamicPseudoType)
	if v == cty.NilVal {
		return nil
	}
	if t := v.Type(); !t.IsObjectType() && !t.IsMapType() {
		*a.diags = append(*a.diags, problem(a.attributes[name].Expr.Range(), "Wrong type",
			`variables are an object: variables = { environment = "prod" }.`))
		return nil
	}
	places := a.places(name)
	var list []terraform.Setting
	for name, e := range v.AsValueMap() {
		list = append(list, terraform.Setting{Name: name, Value: asSetting(e), Range: places[name]})
	}
	slices.SortFunc(list, func(a, b terraform.Setting) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// places returns where the members of an object stand.
func (a arguments) places(name string) map[string]*hcl.Range {
	expr := a.attributes[name].Expr
	pairs, _ := hcl.ExprMap(expr)
	places := map[string]*hcl.Range{}
	for _, p := range pairs {
		if key, diags := p.Key.Value(nil); !diags.HasErrors() && key.IsKnown() && !key.IsNull() && key.Type() == cty.String {
			places[key.AsString()] = p.Key.Range().Ptr()
		}
	}
	return places
}

func asSetting(v cty.Value) string {
	if !v.IsNull() && v.Type() == cty.String {
		return v.AsString()
	}
	return string(hclwrite.TokensForValue(v).Bytes())
}

// place returns the only argument of an origin block as --origin would give it, and where it stands.
func (a arguments) place() (place string, at hcl.Range) {
	for name, attr := range a.attributes {
		at = attr.Expr.Range()
		switch name {
		case "s3":
			v := a.value(name, cty.Object(map[string]cty.Type{"endpoint": cty.String, "bucket": cty.String}))
			if v != cty.NilVal && !v.GetAttr("bucket").IsNull() && !v.GetAttr("endpoint").IsNull() {
				place = "s3://" + v.GetAttr("bucket").AsString() + "@" + v.GetAttr("endpoint").AsString()
			}
		case "dir":
			place = directory(a.text(name))
		default:
			place = a.text(name)
		}
	}
	return place, at
}

// directory writes a directory so that it cannot be taken for "echo" or a URL.
func directory(dir string) string {
	if dir == "" || filepath.IsAbs(dir) || dir[0] == '.' {
		return dir
	}
	return "./" + dir
}

// problem is an error at a place of edgecase.hcl.
func problem(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}
