package scenario

import (
	"fmt"
	"regexp"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// functions are those of route tests, beside Terraform's. What env returns is a secret, told to keep.
func functions(env func(string) (string, bool), keep func(secret string)) map[string]function.Function {
	text := function.Parameter{Name: "text", Type: cty.String}
	return map[string]function.Function{
		"matching": matcherFunction([]function.Parameter{{Name: "pattern", Type: cty.String}}, func(args []cty.Value) (Matcher, error) {
			re, err := regexp.Compile(args[0].AsString())
			if err != nil {
				return Matcher{}, function.NewArgErrorf(0, "%s", err)
			}
			return Matcher{how: matching, regexp: re}, nil
		}),
		"containing": matcherFunction([]function.Parameter{text}, func(args []cty.Value) (Matcher, error) {
			return Matcher{how: containing, text: args[0].AsString()}, nil
		}),
		"present": matcherFunction(nil, func([]cty.Value) (Matcher, error) { return Matcher{how: present}, nil }),
		"absent":  matcherFunction(nil, func([]cty.Value) (Matcher, error) { return Matcher{how: absent}, nil }),
		"env":     envFunction(env, keep),
	}
}

// matcherFunction makes a function that returns a Matcher.
func matcherFunction(params []function.Parameter, make func([]cty.Value) (Matcher, error)) function.Function {
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(matcherType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			m, err := make(args)
			if err != nil {
				return cty.NilVal, err
			}
			return cty.CapsuleVal(matcherType, &m), nil
		},
	})
}

// envFunction reads the environment: what must not stand in a file that is committed.
func envFunction(env func(string) (string, bool), keep func(string)) function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "name", Type: cty.String}},
		VarParam: &function.Parameter{Name: "default", Type: cty.String},
		Type:     function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := args[0].AsString()
			if env != nil {
				if value, ok := env(name); ok {
					keep(value)
					return cty.StringVal(value).Mark(terraform.Sensitive{}), nil
				}
			}
			switch len(args) {
			case 1:
				return cty.NilVal, function.NewArgErrorf(0, "%s is not in the environment; env(%q, \"\") does without", name, name)
			case 2:
				return args[1], nil
			}
			return cty.NilVal, fmt.Errorf("env takes a name and what stands for a variable that is not there")
		},
	})
}
