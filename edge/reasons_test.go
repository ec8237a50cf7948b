package edge

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReasons holds that the list of reasons has every constant.
func TestReasons(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "stage.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var want []Reason
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Reason" {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, Reason(text))
			}
		}
		return true
	})
	if diff := cmp.Diff(want, Reasons()); diff != "" || len(want) == 0 {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
