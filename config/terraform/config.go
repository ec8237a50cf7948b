package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A config is what one directory declares, whoever calls it. Nothing in it is evaluated.
type config struct {
	dir       string      // absolute
	info      os.FileInfo // of the directory, nil if it cannot be read: links may lead to it by another name
	variables map[string]*variable
	locals    map[string]*hclsyntax.Attribute
	outputs   map[string]*hclsyntax.Block
	resources map[string]*declaration // by "TYPE.NAME" or "data.TYPE.NAME"
	order     []*declaration
	calls     map[string]*call
	callOrder []*call
	providers map[string]*hclsyntax.Block // by "NAME" or "NAME.ALIAS"
	generated bool                        // terragrunt writes parts of it (TF-009)
	diags     hcl.Diagnostics
}

// A declaration is a resource or data block.
type declaration struct {
	block     *hclsyntax.Block
	mode      Mode
	typ, name string
	key       string // in config.resources
}

// A call is a module block.
type call struct {
	block           *hclsyntax.Block
	name            string
	source, version string
	sourceRange     hcl.Range
}

// A variable is an input variable's declaration.
type variable struct {
	block       *hclsyntax.Block
	name        string
	typ         cty.Type
	typeText    string
	defaults    *typeexpr.Defaults
	def         *hclsyntax.Attribute
	description string
	nullable    bool
	sensitive   bool
}

// config parses a directory, once.
func (m *Module) config(dir string) *config {
	if c := m.configs[dir]; c != nil {
		return c
	}
	c := &config{
		dir:       dir,
		variables: map[string]*variable{},
		locals:    map[string]*hclsyntax.Attribute{},
		outputs:   map[string]*hclsyntax.Block{},
		resources: map[string]*declaration{},
		calls:     map[string]*call{},
		providers: map[string]*hclsyntax.Block{},
	}
	c.info, _ = os.Stat(dir)
	m.configs[dir] = c
	m.read[dir] = true
	files, overrides, tofu, err := configFiles(dir)
	if err != nil {
		c.diags = append(c.diags, unreadable(m.display(dir), err))
		return c
	}
	for _, name := range tofu {
		c.notice(m.display(filepath.Join(dir, name)), "OpenTofu file not read",
			"OpenTofu reads this file in place of the .tf file of the same name. Here the .tf file is read.")
	}
	if _, err := os.Stat(filepath.Join(dir, "terragrunt.hcl")); err == nil {
		c.generated = true
	}
	var base []*hclsyntax.Block
	for _, name := range files {
		base = append(base, m.blocks(c, filepath.Join(dir, name))...)
	}
	for _, name := range overrides {
		base = override(c, base, m.blocks(c, filepath.Join(dir, name)))
	}
	for _, block := range base {
		c.declare(m, block)
	}
	c.diags = first(maxProblems, c.diags)
	return c
}

func (c *config) notice(file, summary, detail string) {
	c.diags = append(c.diags, &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: summary, Detail: detail,
		Subject: &hcl.Range{Filename: file, Start: hcl.InitialPos, End: hcl.InitialPos},
	})
}

// blocks parses one file into its top-level blocks.
func (m *Module) blocks(c *config, path string) []*hclsyntax.Block {
	body, diags := m.parseFile(path)
	for _, d := range diags {
		if d.Severity == hcl.DiagError && d.Extra == nil {
			d.Extra = Unread{}
		}
	}
	c.diags = append(c.diags, diags...)
	switch body := body.(type) {
	case nil:
		return nil
	case *hclsyntax.Body:
		for _, attr := range inOrder(body.Attributes) {
			c.diags = append(c.diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Unsupported argument",
				Detail:   fmt.Sprintf("An argument named %q is not expected here: a Terraform file consists of blocks.", attr.Name),
				Subject:  attr.NameRange.Ptr(),
			})
		}
		return body.Blocks
	default:
		blocks, diags := m.jsonBlocks(body)
		c.diags = append(c.diags, diags...)
		return blocks
	}
}

// labels of the top-level blocks (TF-006). Blocks that have no effect on values are not looked into.
var blockLabels = map[string]int{
	"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "locals": 0,
}

var inertBlocks = map[string]bool{
	"terraform": true, "moved": true, "import": true, "removed": true, "check": true, "ephemeral": true,
}

func (c *config) declare(m *Module, b *hclsyntax.Block) {
	want, known := blockLabels[b.Type]
	switch {
	case inertBlocks[b.Type]:
		return
	case !known:
		c.diags = append(c.diags, unknownBlock(b))
		return
	case len(b.Labels) != want || want > 0 && b.Labels[0] == "" || want > 1 && b.Labels[1] == "":
		c.diags = append(c.diags, badLabels(b, want))
		return
	}
	for i, label := range b.Labels {
		if !hclsyntax.ValidIdentifier(label) {
			c.diags = append(c.diags, badName(b, i))
			return
		}
	}
	switch b.Type {
	case "locals":
		c.declareLocals(b)
	case "variable":
		c.declareVariable(b)
	case "output":
		c.meta(b, outputArguments)
		if old := c.outputs[b.Labels[0]]; old != nil {
			c.duplicate("output", b.Labels[0], old, b)
			return
		}
		c.outputs[b.Labels[0]] = b
	case "module":
		c.declareCall(m, b)
	case "provider":
		c.declareProvider(b)
	default:
		c.declareResource(m, b)
	}
}

func unknownBlock(b *hclsyntax.Block) *hcl.Diagnostic {
	d := &hcl.Diagnostic{
		Severity: hcl.DiagWarning,
		Summary:  "Unknown block type",
		Detail: fmt.Sprintf("Blocks of type %q are not known here and are ignored; they may be of a newer Terraform "+
			"or of OpenTofu.", b.Type),
		Subject: b.TypeRange.Ptr(),
	}
	known := append(keys(blockLabels), keys(inertBlocks)...)
	if s := didYouMean(b.Type, known); s != "" {
		d.Severity, d.Summary = hcl.DiagError, "Unsupported block type"
		d.Detail = fmt.Sprintf("Blocks of type %q are not expected here.%s", b.Type, s)
	}
	return d
}

func badLabels(b *hclsyntax.Block, want int) *hcl.Diagnostic {
	header := b.Type + strings.Repeat(` "NAME"`, min(want, 1))
	if want == 2 {
		header = b.Type + ` "TYPE" "NAME"`
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Wrong labels on " + b.Type + " block",
		Detail:   fmt.Sprintf("This block has %d labels: %q. It must be written %s {, with names that are not empty.", len(b.Labels), b.Labels, header),
		Subject:  b.DefRange().Ptr(),
	}
}

// duplicate reports a second declaration (TF-004).
func (c *config) duplicate(kind, name string, old, b *hclsyntax.Block) {
	c.diags = append(c.diags, duplicateAt(kind, name, old.DefRange(), b.DefRange()))
}

func duplicateAt(kind, name string, old, at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  fmt.Sprintf("Duplicate %s declaration", kind),
		Detail: fmt.Sprintf("The %s %q was already declared at %s:%d. Names must be unique in a module; one of the two "+
			"may be an old variant of a file.", kind, name, old.Filename, old.Start.Line),
		Subject: &at,
		Extra:   Repeated{First: old},
	}
}

// Unread is the Extra of an error for which a part of a file could not be read (TF-012).
type Unread struct{}

// Repeated is the Extra of the error that something is declared a second time (TF-004).
type Repeated struct{ First hcl.Range }

func (c *config) declareLocals(b *hclsyntax.Block) {
	for _, n := range b.Body.Blocks {
		c.diags = append(c.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Unexpected block in locals",
			Detail:  fmt.Sprintf("A locals block has arguments only. To give %s an object, write %s = { … }.", n.Type, n.Type),
			Subject: n.TypeRange.Ptr(),
		})
	}
	for _, attr := range b.Body.Attributes {
		if old := c.locals[attr.Name]; old != nil {
			c.diags = append(c.diags, duplicateAt("local value", attr.Name, old.NameRange, attr.NameRange))
			continue
		}
		c.locals[attr.Name] = attr
	}
}

func (c *config) declareProvider(b *hclsyntax.Block) {
	key := b.Labels[0]
	if a := b.Body.Attributes["alias"]; a != nil {
		key += "." + literal(a.Expr)
	}
	if c.providers[key] == nil {
		c.providers[key] = b
	}
}

func (c *config) declareResource(m *Module, b *hclsyntax.Block) {
	d := &declaration{block: b, mode: Managed, typ: b.Labels[0], name: b.Labels[1]}
	d.key = d.typ + "." + d.name
	kind := "resource"
	if b.Type == "data" {
		d.mode, kind = Data, "data resource"
		d.key = "data." + d.key
	}
	if old := c.resources[d.key]; old != nil {
		c.duplicate(kind, d.key, old.block, b)
		return
	}
	m.stats.Resources++
	c.resources[d.key] = d
	c.order = append(c.order, d)
}

func (c *config) declareCall(m *Module, b *hclsyntax.Block) {
	name := b.Labels[0]
	if old := c.calls[name]; old != nil {
		c.duplicate("module call", name, old.block, b)
		return
	}
	call := &call{block: b, name: name, sourceRange: b.DefRange()}
	if a := b.Body.Attributes["source"]; a != nil {
		call.source, call.sourceRange = literal(a.Expr), a.Expr.Range()
	}
	if a := b.Body.Attributes["version"]; a != nil {
		call.version = literal(a.Expr)
	}
	c.calls[name] = call
	c.callOrder = append(c.callOrder, call)
}

func (c *config) declareVariable(b *hclsyntax.Block) {
	name := b.Labels[0]
	if old := c.variables[name]; old != nil {
		c.duplicate("variable", name, old.block, b)
		return
	}
	c.reserved(b)
	c.meta(b, variableArguments)
	v := &variable{block: b, name: name, typ: cty.DynamicPseudoType, nullable: true}
	c.variables[name] = v
	attrs := b.Body.Attributes
	v.def = attrs["default"]
	if a := attrs["description"]; a != nil {
		v.description = literal(a.Expr)
	}
	v.nullable = attrs["nullable"] == nil || !isTrueFalse(attrs["nullable"].Expr, false)
	v.sensitive = attrs["sensitive"] != nil && isTrueFalse(attrs["sensitive"].Expr, true)
	if a := attrs["type"]; a != nil {
		var diags hcl.Diagnostics
		v.typ, v.defaults, v.typeText, diags = typeConstraint(a.Expr)
		c.diags = append(c.diags, diags...)
	}
}

// typeConstraint reads a variable's type (TF-025), the quoted and bare forms of Terraform 0.11 included.
func typeConstraint(expr hclsyntax.Expression) (cty.Type, *typeexpr.Defaults, string, hcl.Diagnostics) {
	word := hcl.ExprAsKeyword(expr)
	if word == "" {
		word = literal(expr)
	}
	switch word {
	case "string":
		return cty.String, nil, "string", nil
	case "list":
		return cty.List(cty.DynamicPseudoType), nil, "list(any)", nil
	case "map":
		return cty.Map(cty.DynamicPseudoType), nil, "map(any)", nil
	case "set":
		return cty.Set(cty.DynamicPseudoType), nil, "set(any)", nil
	}
	if template, ok := expr.(*hclsyntax.TemplateExpr); ok && word != "" {
		// A quoted type constraint of another kind comes from .tf.json.
		tokens, _ := hclsyntax.LexExpression([]byte(word), template.SrcRange.Filename, template.SrcRange.Start)
		if checkTokens(tokens) == nil {
			if inner, diags := hclsyntax.ParseExpression([]byte(word), template.SrcRange.Filename, template.SrcRange.Start); !diags.HasErrors() {
				expr = inner
			}
		}
	}
	t, defaults, diags := typeexpr.TypeConstraintWithDefaults(expr)
	return t, defaults, typeexpr.TypeString(t.WithoutOptionalAttributesDeep()), diags
}

// literal returns the text of an expression that is a plain string, else "".
func literal(expr hclsyntax.Expression) string {
	v, diags := constant(expr)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// isTrueFalse tells whether an expression is the given literal, quoted or not.
func isTrueFalse(expr hclsyntax.Expression, want bool) bool {
	v, diags := constant(expr)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() {
		return false
	}
	switch v.Type() {
	case cty.Bool:
		return v.True() == want
	case cty.String:
		return strings.EqualFold(v.AsString(), fmt.Sprint(want))
	}
	return false
}

// traversal returns an expression as a reference; a quoted one is read as Terraform 0.11 and .tf.json write it.
func traversal(expr hclsyntax.Expression) hcl.Traversal {
	t, diags := hcl.AbsTraversalForExpr(expr)
	if !diags.HasErrors() {
		return t
	}
	if text := literal(expr); text != "" && len(text) < 1000 {
		t, diags = hclsyntax.ParseTraversalAbs([]byte(text), expr.Range().Filename, expr.Range().Start)
		if !diags.HasErrors() {
			return t
		}
	}
	return nil
}

// constant evaluates an expression that may not refer to anything.
func constant(expr hcl.Expression) (v cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if r := recover(); r != nil {
			v = cty.DynamicVal
			diags = hcl.Diagnostics{{
				Severity: hcl.DiagError, Summary: "Expression not supported",
				Detail:  fmt.Sprintf("The evaluation of this expression ended unexpectedly: %v.", r),
				Subject: expr.Range().Ptr(),
			}}
		}
	}()
	return expr.Value(nil)
}
