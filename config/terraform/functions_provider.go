package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// providerFunctions are the functions of providers that need no provider (TF-057), under the names that the providers
// have by convention.
func providerFunctions() map[string]function.Function {
	return map[string]function.Function{
		"provider::terraform::encode_expr":   encoder("value", encodeExpression),
		"provider::terraform::encode_tfvars": encoder("value", encodeVariables),
		"provider::terraform::decode_tfvars": decodeVariables(),
		"provider::aws::arn_parse":           parseARN(),
		"provider::aws::arn_build":           buildARN(),
		"provider::aws::trim_iam_role_path":  text1("arn", trimRolePath),
		"provider::aws::user_agent":          userAgent(),
	}
}

// encoder makes a function from any known value to a text.
func encoder(param string, encode func(cty.Value) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: param, Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(cty.String), nil
			}
			text, err := encode(args[0])
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(0, err)
			}
			return cty.StringVal(text), nil
		},
	})
}

func encodeExpression(v cty.Value) (string, error) {
	return string(hclwrite.Format(hclwrite.TokensForValue(v).Bytes())), nil
}

func encodeVariables(v cty.Value) (string, error) {
	t := v.Type()
	if !t.IsObjectType() && !t.IsMapType() {
		return "", fmt.Errorf("invalid value to encode: must be an object whose attribute names will become the encoded variable names")
	}
	f := hclwrite.NewEmptyFile()
	for it := v.ElementIterator(); it.Next(); {
		name, value := it.Element()
		if !hclsyntax.ValidIdentifier(name.AsString()) {
			return "", fmt.Errorf("invalid variable name %q: must be a valid identifier, per Terraform's rules for input variable declarations", name.AsString())
		}
		f.Body().SetAttributeValue(name.AsString(), value)
	}
	return string(f.Bytes()), nil
}

func decodeVariables() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "src", Type: cty.String}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if !args[0].IsKnown() {
				return cty.DynamicPseudoType, nil
			}
			v, err := variablesIn(args[0].AsString())
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return variablesIn(args[0].AsString()) },
	})
}

// variablesIn reads the text of a .tfvars file.
func variablesIn(text string) (cty.Value, error) {
	invalid := func(diags hcl.Diagnostics) (cty.Value, error) {
		return cty.DynamicVal, function.NewArgErrorf(0, "invalid tfvars syntax: %s", diags.Errs()[0])
	}
	if tokens, diags := hclsyntax.LexConfig([]byte(text), "", hcl.InitialPos); diags.HasErrors() {
		return invalid(diags)
	} else if d := checkTokens(tokens); d != nil {
		return invalid(hcl.Diagnostics{d})
	}
	file, diags := hclsyntax.ParseConfig([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return invalid(diags)
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() {
		return invalid(diags)
	}
	values := map[string]cty.Value{}
	for name, a := range attributes {
		v, diags := a.Expr.Value(nil)
		if diags.HasErrors() {
			return invalid(diags)
		}
		values[name] = v
	}
	return cty.ObjectVal(values), nil
}

// arnParts are the attributes of a parsed ARN, in the order in which it has them.
var arnParts = [...]string{"partition", "service", "region", "account_id", "resource"}

func parseARN() function.Function {
	attributes := map[string]cty.Type{}
	for _, name := range arnParts {
		attributes[name] = cty.String
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "arn", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Object(attributes)),
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			parts, err := splitARN(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(t), function.NewArgError(0, err)
			}
			values := map[string]cty.Value{}
			for i, name := range arnParts {
				values[name] = cty.StringVal(parts[i])
			}
			return cty.ObjectVal(values), nil
		},
	})
}

func splitARN(arn string) ([]string, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return nil, fmt.Errorf("%q is no ARN: it has the form arn:partition:service:region:account:resource", arn)
	}
	return parts[1:], nil
}

func buildARN() function.Function {
	var params []function.Parameter
	for _, name := range arnParts {
		params = append(params, function.Parameter{Name: name, Type: cty.String})
	}
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			parts := []string{"arn"}
			for _, a := range args {
				parts = append(parts, a.AsString())
			}
			return cty.StringVal(strings.Join(parts, ":")), nil
		},
	})
}

// trimRolePath takes the path out of the ARN of an IAM role: "role/path/name" becomes "role/name".
func trimRolePath(arn string) (string, error) {
	parts, err := splitARN(arn)
	if err != nil {
		return "", err
	}
	kind, name, ok := strings.Cut(parts[4], "/")
	if parts[1] != "iam" || kind != "role" || !ok || parts[2] != "" {
		return "", fmt.Errorf("%q is not the ARN of an IAM role", arn)
	}
	name = name[strings.LastIndex(name, "/")+1:]
	return strings.TrimSuffix(arn, parts[4]) + "role/" + name, nil
}

func userAgent() function.Function {
	param := func(name string) function.Parameter {
		return function.Parameter{Name: name, Type: cty.String, AllowNull: true}
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{param("product_name"), param("product_version"), param("comment")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].IsNull() || args[0].AsString() == "" {
				return cty.UnknownVal(cty.String), function.NewArgErrorf(0, "a product name is required")
			}
			text := args[0].AsString()
			if v := args[1]; !v.IsNull() && v.AsString() != "" {
				text += "/" + v.AsString()
			}
			if v := args[2]; !v.IsNull() && v.AsString() != "" {
				text += " (" + v.AsString() + ")"
			}
			return cty.StringVal(text), nil
		},
	})
}
