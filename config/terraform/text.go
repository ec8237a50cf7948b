package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// source returns the text of a range as its author wrote it.
func (m *Module) source(rng hcl.Range) string {
	file := m.files[rng.Filename]
	if file == nil || !rng.CanSliceBytes(file.Bytes) {
		return ""
	}
	return string(rng.SliceBytes(file.Bytes))
}

// render writes a block that a dynamic block has made as if its author had written it out. What only apply can tell
// stays the expression that it was.
func (m *Module) render(b *Block, attrs []*hclsyntax.Attribute) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s {\n", b.Type)
	for _, attr := range attrs {
		arg, ok := b.Arguments[attr.Name]
		if !ok || !arg.Value.ContainsMarked() && arg.Value.IsNull() {
			continue
		}
		value := ""
		if arg.Value.ContainsMarked() || !arg.Value.IsWhollyKnown() {
			value = m.source(arg.Range)
		} else {
			value = string(hclwrite.TokensForValue(arg.Value).Bytes())
		}
		fmt.Fprintf(&out, "%s = %s\n", attr.Name, value)
	}
	for _, n := range b.Blocks {
		fmt.Fprintf(&out, "\n%s\n", n.Text)
	}
	out.WriteString("}")
	return string(hclwrite.Format([]byte(out.String())))
}

// rendered writes a block of which there is no text: the arguments that an author would have set, as values.
func rendered(b *Block, schema *Schema) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s {\n", b.Type)
	for _, name := range keys(b.Arguments) {
		a := schema.Attributes[name]
		v, _ := b.Arguments[name].Value.UnmarkDeep()
		if a.Computed && !a.Optional || v.IsWhollyKnown() && (v.RawEquals(cty.StringVal("")) || empty(v)) {
			continue
		}
		text := strings.Trim(Name(b.Arguments[name].Value), "{}")
		if v.IsWhollyKnown() {
			text = string(hclwrite.TokensForValue(v).Bytes())
		}
		fmt.Fprintf(&out, "%s = %s\n", name, text)
	}
	for _, n := range b.Blocks {
		fmt.Fprintf(&out, "\n%s\n", n.Text)
	}
	out.WriteString("}")
	return string(hclwrite.Format([]byte(out.String())))
}

// empty tells whether a value is a collection without elements.
func empty(v cty.Value) bool { return v.CanIterateElements() && v.LengthInt() == 0 }
