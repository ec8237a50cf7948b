package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A Language evaluates expressions of files that are not Terraform's and speak its language: with its functions (TF-080)
// and within the bounds of one directory (TF-233). It must not be used from several goroutines at once.
type Language struct{ m *Module }

// NewLanguage returns the language for files in a directory: file and its like read below it. more are functions beside
// Terraform's; env is asked for the home directory alone, and may be nil.
func NewLanguage(dir string, env func(string) (string, bool), more map[string]function.Function) *Language {
	m := newModule(dir, Options{Env: env})
	for name, f := range more {
		m.functions[name] = f
	}
	return &Language{m}
}

// Value evaluates an expression in which these names stand for values. What is sensitive is marked so ([IsSensitive]).
func (l *Language) Value(expr hclsyntax.Expression, variables map[string]cty.Value) (cty.Value, hcl.Diagnostics) {
	l.m.restart()
	v, diags := l.m.value(expr, &hcl.EvalContext{Variables: variables, Functions: l.m.functions})
	v, more := settle(v)
	return v, append(diags, more...)
}

// Read returns the absolute paths of the files that expressions have read, sorted.
func (l *Language) Read() []string { return l.m.Read() }
