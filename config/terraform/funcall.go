package terraform

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// funcall calls a function: try and can themselves, the others with their arguments evaluated and weighed.
type funcall struct {
	hclsyntax.Expression
	m    *Module
	tree *hclsyntax.FunctionCallExpr
}

func (e *funcall) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	name := strings.TrimPrefix(e.tree.Name, "core::")
	v, diags := e.call(name, ctx)
	return opened(name, v), diags
}

func (e *funcall) call(name string, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if d := e.m.tick(e.Range()); d != nil {
		return cty.DynamicVal, hcl.Diagnostics{d}
	}
	switch {
	case name == "try":
		return e.try(ctx)
	case name == "can":
		return e.can(ctx)
	case strings.HasPrefix(name, "provider::") && !e.m.has(name):
		return cty.DynamicVal, hcl.Diagnostics{{
			Severity: hcl.DiagWarning, Summary: "Provider function not evaluated",
			Detail:  fmt.Sprintf("The function %s is part of a provider; its result is unknown here.", name),
			Subject: e.tree.NameRange.Ptr(),
		}}
	}
	args, diags := e.arguments(ctx, name)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if (name == "jsondecode" || name == "yamldecode") && len(args) == 1 && isAssembly(args[0]) {
		return args[0], diags
	}
	if problem := tooMuch(name, args); problem != nil {
		return cty.DynamicVal, append(diags, tooLarge(problem, e.Range()))
	}
	args = typed(ctx, name, args)
	c := *e.tree
	c.Name, c.ExpandFinal = name, false
	c.Args = make([]hclsyntax.Expression, len(args))
	places := make([]hcl.Range, len(args))
	for i, v := range args {
		places[i] = e.tree.Args[min(i, len(e.tree.Args)-1)].Range()
		c.Args[i] = &hclsyntax.LiteralValueExpr{Val: v, SrcRange: places[i]}
	}
	v, more := c.Value(ctx)
	if excused(more, args, places) {
		out := keepMarks(cty.DynamicVal, args...)
		if strings.Contains(name, "file") {
			out = out.Mark(missing{&more})
		}
		return out, diags
	}
	if !more.HasErrors() && unsettled(name, args, v) {
		return keepMarks(cty.UnknownVal(v.Type()).RefineNotNull(), args...), diags
	}
	for _, d := range more {
		if d.Expression != nil {
			d.Expression = e.Expression
		}
		// hcl puts a full stop behind whatever the function said.
		if text, ok := strings.CutSuffix(d.Detail, "."); ok && (strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?")) {
			d.Detail = text
		}
	}
	v = keepMarks(v, args...)
	for _, a := range args {
		_, marks := a.Unmark()
		v = stillSupposed(v, marks)
	}
	return v, append(diags, more...)
}

// typed converts what a function would convert itself, in less time.
func typed(ctx *hcl.EvalContext, name string, args []cty.Value) []cty.Value {
	f, ok := functionIn(ctx, name)
	if !ok {
		return args
	}
	out := slices.Clone(args)
	for i, v := range args {
		want := cty.DynamicPseudoType
		if params := f.Params(); i < len(params) {
			want = params[i].Type
		} else if rest := f.VarParam(); rest != nil {
			want = rest.Type
		}
		if list, ok := sequence(v, want); ok {
			out[i] = list
		}
	}
	return out
}

func functionIn(ctx *hcl.EvalContext, name string) (function.Function, bool) {
	for ; ctx != nil; ctx = ctx.Parent() {
		if f, ok := ctx.Functions[name]; ok {
			return f, true
		}
	}
	return function.Function{}, false
}

// arguments evaluates the arguments; a final "..." is spread out.
func (e *funcall) arguments(ctx *hcl.EvalContext, name string) ([]cty.Value, hcl.Diagnostics) {
	var args []cty.Value
	var diags hcl.Diagnostics
	for i, a := range e.tree.Args {
		v, more := a.Value(ctx)
		diags = append(diags, more...)
		if more.HasErrors() {
			continue
		}
		if err := e.m.weigh(v); err != nil {
			diags = append(diags, tooLarge(err, a.Range()))
			continue
		}
		v = asText(name, i, v)
		if !e.tree.ExpandFinal || i < len(e.tree.Args)-1 {
			args = append(args, v)
			continue
		}
		spread, d := e.spread(v, a.Range())
		if d != nil {
			diags = append(diags, d)
			continue
		}
		args = append(args, spread...)
	}
	return args, diags
}

// asText makes text of unknown arguments to the functions that put text together, as a template does (TF-202).
func asText(name string, i int, v cty.Value) cty.Value {
	switch name {
	case "format":
		if i > 0 {
			return textOf(v)
		}
	case "join":
		if i > 0 {
			return textElements(v)
		}
	case "lower", "upper", "trimspace":
		if v.Type() == cty.String {
			return textOf(v)
		}
	}
	return v
}

func (e *funcall) spread(v cty.Value, at hcl.Range) ([]cty.Value, *hcl.Diagnostic) {
	plain, marks := v.Unmark()
	t := plain.Type()
	switch {
	case plain.IsNull():
		return nil, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Invalid expanding argument value",
			Detail:  "The expanding argument (indicated by ...) must not be null.",
			Subject: at.Ptr(), Context: e.Range().Ptr(),
		}
	case t == cty.DynamicPseudoType:
		return []cty.Value{v}, nil
	case !t.IsTupleType() && !t.IsListType() && !t.IsSetType():
		return nil, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Invalid expanding argument value",
			Detail:  "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
			Subject: at.Ptr(), Context: e.Range().Ptr(),
		}
	case !plain.IsKnown():
		return []cty.Value{keepMarks(cty.DynamicVal, v)}, nil
	}
	var args []cty.Value
	for it := plain.ElementIterator(); it.Next(); {
		_, a := it.Element()
		args = append(args, a.WithMarks(visible(marks)))
	}
	return args, nil
}

// try returns the first argument that evaluates without an error; an unknown is a success (TF-053).
func (e *funcall) try(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	var failed []string
	for _, a := range e.tree.Args {
		v, diags := e.attempt(a, ctx)
		if !diags.HasErrors() {
			return v, nil
		}
		if e.m.exhausted != nil {
			return cty.DynamicVal, hcl.Diagnostics{e.m.exhausted}
		}
		for _, d := range diags.Errs() {
			if diag, ok := d.(*hcl.Diagnostic); ok && len(failed) < 10 {
				failed = append(failed, fmt.Sprintf("- %s (at %s)\n  %s", diag.Summary, place(diag.Subject), diag.Detail))
			}
		}
	}
	detail := "Call to function \"try\" failed: no expression succeeded:\n" + strings.Join(failed, "\n") +
		"\n\nAt least one expression must produce a successful result."
	if len(e.tree.Args) == 0 {
		detail = `Call to function "try" failed: at least one argument is required.`
	}
	return cty.DynamicVal, hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Error in function call", Detail: detail,
		Subject: e.Range().Ptr(), Expression: e.Expression, EvalContext: ctx,
	}}
}

func place(r *hcl.Range) string {
	if r == nil {
		return "?"
	}
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}

func (e *funcall) can(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if len(e.tree.Args) != 1 {
		return cty.UnknownVal(cty.Bool), hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Wrong number of function arguments",
			Detail: `Function "can" expects 1 argument.`, Subject: e.Range().Ptr(),
		}}
	}
	_, diags := e.attempt(e.tree.Args[0], ctx)
	if e.m.exhausted != nil {
		return cty.UnknownVal(cty.Bool), hcl.Diagnostics{e.m.exhausted}
	}
	return cty.BoolVal(!diags.HasErrors()), nil
}

func (e *funcall) attempt(a hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	depth := len(e.m.stack)
	defer func() {
		if r := recover(); r != nil {
			e.m.stack = e.m.stack[:depth]
			diags = hcl.Diagnostics{{
				Severity: hcl.DiagError, Summary: "Expression not supported", Detail: fmt.Sprint(r), Subject: a.Range().Ptr(),
			}}
		}
	}()
	v, diags = a.Value(ctx)
	return v, append(append(diags, deferredErrors(v)...), missingFiles(v)...)
}

var widths = regexp.MustCompile(`%[^%a-zA-Z]*?([0-9]{5,})`)

// tooMuch refuses calls whose result would be out of proportion to their arguments.
func tooMuch(name string, args []cty.Value) error {
	long := func(i int) int {
		if i >= len(args) {
			return 0
		}
		v, _ := args[i].Unmark()
		switch {
		case !v.IsKnown() || v.IsNull():
			return 0
		case v.Type() == cty.String:
			return len(v.AsString())
		case v.CanIterateElements():
			return v.LengthInt()
		}
		return 0
	}
	number := func(i int) *big.Float {
		if i >= len(args) {
			return new(big.Float)
		}
		v, _ := args[i].Unmark()
		if !v.IsKnown() || v.IsNull() || v.Type() != cty.Number {
			return new(big.Float)
		}
		return v.AsBigFloat()
	}
	switch name {
	case "setproduct":
		n := 1
		for i := range args {
			if n *= max(long(i), 1); n > maxNodes/10 {
				return fmt.Errorf("the product has more than %d elements", maxNodes/10)
			}
		}
	case "format", "formatlist":
		if len(args) > 0 && long(0) > 0 {
			v, _ := args[0].Unmark()
			if v.Type() == cty.String && widths.MatchString(v.AsString()) {
				return fmt.Errorf("the format asks for a field of %s characters", widths.FindStringSubmatch(v.AsString())[1])
			}
		}
	case "indent":
		if f := number(0); f.Cmp(big.NewFloat(10_000)) > 0 {
			return fmt.Errorf("the indentation is more than 10000 spaces")
		}
		n, _ := number(0).Int64()
		if long(1) > 0 && int(n)*strings.Count(textArg(args[1]), "\n") > maxText {
			return fmt.Errorf("the result is longer than %d MiB", maxText>>20)
		}
	case "replace":
		if len(args) == 3 && long(2) > 0 {
			n := long(0) + 1
			if old := textArg(args[1]); old != "" && !(strings.HasPrefix(old, "/") && strings.HasSuffix(old, "/")) {
				n = strings.Count(textArg(args[0]), old)
			}
			if n > maxText/long(2) {
				return fmt.Errorf("the result could be longer than %d MiB", maxText>>20)
			}
		}
	case "join":
		n := 0
		for i := range args {
			n += long(i)
		}
		if sep := long(0); sep > 0 && n > maxText/sep {
			return fmt.Errorf("the result could be longer than %d MiB", maxText>>20)
		}
	case "jsondecode", "yamldecode":
		if long(0) > 0 {
			return checkData(name, textArg(args[0]))
		}
	case "tonumber", "parseint":
		if long(0) > 4000 {
			return fmt.Errorf("the number has %s digits", strconv.Itoa(long(0)))
		}
	}
	return nil
}

func textArg(v cty.Value) string {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// checkData bounds JSON and YAML before a recursive decoder sees it.
func checkData(name, text string) error {
	if checkJSON([]byte(text), "") != nil {
		return fmt.Errorf("it is nested more than %d levels deep", maxNesting)
	}
	if name != "yamldecode" {
		return nil
	}
	aliases := 0
	for line := range strings.Lines(text) {
		indent := len(line) - len(strings.TrimLeft(line, " -?:"))
		if indent > 2*maxNesting {
			return fmt.Errorf("it is nested too deep")
		}
		for i := 1; i < len(line); i++ {
			if line[i] == '*' && (line[i-1] == ' ' || line[i-1] == '[' || line[i-1] == ',') {
				aliases++
			}
		}
	}
	if aliases > 20 {
		return fmt.Errorf("it has more than 20 aliases")
	}
	return nil
}
