package terraform

import (
	"fmt"
	"slices"
	"strings"
)

// An architect writes random directories: variables with values from everywhere, locals, resources, modules, overrides,
// JSON, and in some a mistake.
type architect struct {
	*grammar
	files   map[string]string
	comment []string
	mistake string // that the directory has; Terraform refuses it
}

func newArchitect(seed uint64) *architect {
	return &architect{grammar: newGrammar(seed), files: map[string]string{}}
}

// types are those of variables, each with values that convert to it and, behind the null, some that do not. What is JSON is
// also HCL.
var types = []struct{ text, values string }{
	{"string", `"x"; 5; true; "a b"; ""; null; ["a"]; {"a": 1}`},
	{"number", `1; "7"; 2.5; 0; null; "x"; true; []`},
	{"bool", `true; "false"; false; null; 1; "yes"; []`},
	{"any", `1; "x"; ["a", 1]; {"a": [true]}; null`},
	{"", `"plain"; 3; ["a"]; {"b": {"c": null}}; null`},
	{"list(string)", `["b", "a", 1]; []; [true]; null; "a"; {"a": 1}; [["a"]]`},
	{"list(any)", `[1, "a"]; [[1], [2]]; []; null; "a"; {"a": 1}`},
	{"set(number)", `[3, 1, "3"]; []; null; ["x"]; 1; {}`},
	{"map(string)", `{"k": 1, "a": "b"}; {}; null; ["a"]; "x"; {"k": []}`},
	{"map(any)", `{"k": 1, "a": "b"}; {"k": {"x": 1}, "l": {"x": "2"}}; {}; null; ["a"]; "x"`},
	{"tuple([string, number])", `["a", 1]; [1, "2"]; null; ["a"]; ["a", "b"]; ["a", 1, 2]`},
	{"object({ a = string, b = optional(number, 5) })", `{"a": 1}; {"a": "x", "b": null, "z": 1}; {"a": null, "b": "7"}; null; {}; {"a": [1]}; {"b": 1}; []`},
	{"list(object({ n = string, s = optional(set(string), [\"d\"]), o = optional(object({ p = optional(bool, true) }), {}) }))",
		`[{"n": 1}]; []; [{"n": "a", "s": ["y", "x"]}, {"n": "b", "o": {"p": "false"}}]; [{"n": "c", "o": null}]; null; [{"s": []}]; {"n": 1}`},
	{"map(object({ x = optional(list(number)), y = optional(any) }))", `{"a": {}}; {"b": {"x": [1, "2"]}}; {}; {"c": {"y": 1}, "d": {"y": 2}}; null; {"a": 1}; {"a": {"x": ["q"]}}`},
	{"optional(string)", `null; "x"`},
}

// value picks a value of a type: now and then null, and a wrong one if that shall be the mistake.
func (a *architect) value(values string, wrong bool) string {
	good, bad, found := strings.Cut(values, "null;")
	if wrong && found {
		return strings.TrimSpace(a.pick(strings.Split(bad, ";")))
	}
	list := strings.Split(strings.TrimSuffix(good, "; "), ";")
	if a.oneIn(8) {
		return "null"
	}
	return strings.TrimSpace(a.pick(list))
}

// safe writes an expression that evaluates, whatever the grammar makes of it.
func (a *architect) safe(refs []string) string {
	a.names = refs
	e := a.expr("any", a.IntN(3))
	a.names = nil
	return "try(nonsensitive(" + e + "), " + a.pick([]string{`"failed"`, "[]", "{}", "0"}) + ")"
}

func (a *architect) variable(file, name string, module bool) string {
	t := types[a.IntN(len(types)-1)]
	var b strings.Builder
	fmt.Fprintf(&b, "variable %q {\n", name)
	if t.text != "" {
		fmt.Fprintf(&b, "  type = %s\n", t.text)
	}
	optional := a.oneIn(2)
	wrong := a.mistake == "value" && a.oneIn(2)
	strict := a.oneIn(3)
	if optional {
		v := a.value(t.values, a.mistake == "default" && !module && a.oneIn(2))
		if strict && v == "null" && (module || a.mistake == "") { // which Terraform refuses even in a module without instances
			v = strings.Split(t.values, ";")[0]
		}
		fmt.Fprintf(&b, "  default = %s\n", v)
	}
	if strict {
		b.WriteString("  nullable = false\n")
	}
	if a.oneIn(5) {
		fmt.Fprintf(&b, "  description = \"about %s\"\n", name)
	}
	b.WriteString("}\n")
	a.files[file] += b.String()
	given := a.value(t.values, wrong)
	if given == "null" && strict && !optional && a.mistake == "" {
		given = strings.Split(t.values, ";")[0]
	}
	if module {
		if optional && a.oneIn(2) {
			return ""
		}
		return given
	}
	if optional && a.oneIn(3) {
		return ""
	}
	// TF-028: every other variable has a value, if only to be overruled.
	for range 1 + a.IntN(2) {
		switch a.IntN(7) {
		case 0:
			a.files["terraform.tfvars"] += name + " = " + given + "\n"
		case 1:
			a.files["terraform.tfvars.json"] = entry(a.files["terraform.tfvars.json"], name, given)
		case 2:
			a.files["b.auto.tfvars"] += name + " = " + given + "\n"
		case 3:
			a.files["a.auto.tfvars.json"] = entry(a.files["a.auto.tfvars.json"], name, given)
		case 4:
			a.comment = append(a.comment, "-var "+name+"="+strings.Trim(given, `"`))
		case 5:
			a.files["given.tfvars"] += name + " = " + given + "\n"
			if !slices.Contains(a.comment, "-var-file given.tfvars") {
				a.comment = append(a.comment, "-var-file given.tfvars")
			}
		case 6:
			a.comment = append(a.comment, "TF_VAR_"+name+"="+strings.Trim(given, `"`))
		}
		again := a.value(t.values, false)
		if again != "null" {
			given = again
		}
	}
	return ""
}

// entry adds to a JSON object, unless it is there.
func entry(object, name, value string) string {
	if strings.Contains(object, `"`+name+`":`) {
		return object
	}
	m := fmt.Sprintf("%q: %s", name, value)
	if object == "" {
		return "{" + m + "}"
	}
	return strings.TrimSuffix(object, "}") + ", " + m + "}"
}

// repetition writes count or for_each, and what the block may then refer to.
func (a *architect) repetition() (text string, refs []string, key string) {
	switch a.IntN(3) {
	case 0:
		n := a.pick([]string{"2", "0", "1", `"3"`, "length(local.list)", "local.num - 1", "true ? 1 : 0"})
		if a.mistake == "count" {
			n = a.pick([]string{"-1", "1.5", "null", `"x"`, "[]", "true", "local.none", "count.index"})
		}
		return "  count = " + n + "\n", []string{"count.index"}, "[0]"
	case 1:
		e := a.pick([]string{"local.map", `toset(["b", "a"])`, "{}", "local.set", "{ for o in local.objs : \"${o.n}${o.v}\" => o }", "{ x = local.objs }", `toset(["é", "a b"])`, "toset([])"})
		if a.mistake == "for_each" {
			e = a.pick([]string{`["a"]`, "null", "toset([1])", `"x"`, "local.nums", "toset([null])", "local.none", "1", "tomap(null)", "local.objs", "each.value", `toset(["a", null])`})
		}
		return "  for_each = " + e + "\n", []string{"each.key", "each.value"}, `["a"]`
	}
	return "", nil, ""
}

// module writes a directory with variables a, b and the outputs o, p, all; it returns the arguments of a call.
func (a *architect) module(dir string, depth int) string {
	main := dir + "/main.tf"
	if a.files[main] != "" {
		return ""
	}
	a.files[dir+"/prelude.tf"] = prelude
	args := ""
	for _, name := range []string{"a", "b"} {
		if v := a.variable(main, name, true); v != "" {
			args += "  " + name + " = " + v + "\n"
		}
	}
	refs := []string{"var.a", "var.b", "path.module"}
	if depth > 0 && a.oneIn(2) {
		repeat, _, key := a.repetition()
		inner := a.module(dir+"/n", depth-1)
		a.files[main] += "module \"n\" {\n  source = \"./n\"\n" + repeat + inner + "}\n"
		refs = append(refs, "module.n", "module.n"+key+".o")
	}
	if a.oneIn(2) {
		repeat, inside, _ := a.repetition()
		a.files[main] += "resource \"terraform_data\" \"d\" {\n" + repeat + "  input = " + a.safe(append(inside, refs...)) + "\n}\n"
		refs = append(refs, "terraform_data.d[*].input")
	}
	a.files[main] += "locals {\n  l = " + a.safe(refs) + "\n}\n"
	refs = append(refs, "local.l")
	a.files[main] += "output \"o\" {\n  value = " + a.safe(refs) + "\n}\noutput \"p\" {\n  value = [path.module, path.root, local.l]\n}\noutput \"all\" {\n  value = { a = var.a, b = var.b }\n}\n"
	return args
}

// directory writes one.
func (a *architect) directory() directory {
	if a.oneIn(3) {
		a.mistake = a.pick([]string{"value", "default", "count", "for_each", "other", "other", "other", "other"})
	}
	a.files["prelude.tf"] = prelude
	refs := []string{"path.module", "terraform.workspace"}
	for i := range 1 + a.IntN(3) {
		name := fmt.Sprint("v", i)
		a.variable("variables.tf", name, false)
		refs = append(refs, "var."+name)
	}
	main := ""
	if a.oneIn(2) {
		args := a.module("m", 1)
		for i := range 1 + a.IntN(2) {
			repeat, _, key := a.repetition()
			if args == "" || a.oneIn(3) {
				main += fmt.Sprintf("module \"m%d\" {\n  source = \"./m\"\n%s%s}\n", i, repeat, args)
			} else {
				main += fmt.Sprintf("module \"m%d\" {\n%s  source = %q\n%s}\n", i, args, "./m", repeat)
			}
			refs = append(refs, fmt.Sprint("module.m", i), fmt.Sprintf("module.m%d%s.o", i, key), fmt.Sprintf("module.m%d[*].p", i))
			main += fmt.Sprintf("output \"m%d\" {\n  sensitive = true\n  value = module.m%d\n}\n", i, i)
		}
	}
	for i := range a.IntN(3) {
		repeat, inside, key := a.repetition()
		main += fmt.Sprintf("resource \"terraform_data\" \"r%d\" {\n%s  input = %s\n", i, repeat, a.safe(append(inside, refs...)))
		if a.oneIn(3) {
			main += "  triggers_replace = " + a.safe(append(inside, refs...)) + "\n"
		}
		if a.oneIn(4) {
			main += "  lifecycle {\n    ignore_changes = [input]\n    create_before_destroy = true\n  }\n"
		}
		main += "}\n"
		name := fmt.Sprint("terraform_data.r", i)
		refs = append(refs, name+key+".input", name+"[*].input")
		if a.oneIn(3) {
			main += fmt.Sprintf("output \"u%d\" {\n  sensitive = true\n  value = %s\n}\n", i, a.pick([]string{name, name + "[*].id", name + "[*].triggers_replace"}))
		}
	}
	// Locals in any order: each refers to those behind it.
	for i := range 1 + a.IntN(3) {
		main = fmt.Sprintf("locals {\n  l%d = %s\n}\n", i, a.safe(refs)) + main
		refs = append(refs, fmt.Sprint("local.l", i))
	}
	for i := range 1 + a.IntN(3) {
		main += fmt.Sprintf("output \"o%d\" {\n  sensitive = true\n  value = %s\n}\n", i, a.safe(refs))
	}
	main += "output \"all\" {\n  sensitive = true\n  value = [" + strings.Join(slices.DeleteFunc(refs, func(r string) bool { return strings.Contains(r, "[") }), ", ") + "]\n}\n"
	main += "output \"cwd\" {\n  value = path.cwd\n}\n"
	a.files["main.tf"] = main
	a.extras()
	if a.mistake == "other" {
		a.blunder()
	}
	return archive(a.comment, a.files)
}

// extras add JSON, overrides and a workspace.
func (a *architect) extras() {
	if a.oneIn(4) {
		a.files[".terraform/environment"] = a.pick([]string{"dev", "prod"})
	}
	if a.oneIn(3) {
		a.files["json.tf.json"] = fmt.Sprintf(`{"//": "a comment", "locals": {"j": "${local.num + 1}", "k": {"a": ["x ${var.v0 == null}", 1, true, null], "b-c": "%%%%{ if true }y%%%%{ endif }"}},
"variable": {"w": {"type": "map(string)", "default": {"x": %s}}},
"output": {"j": {"value": "${local.j}"}, "k": {"value": [{"k": "${local.k}"}, "$${x}", "${var.w}"]}},
"resource": {"terraform_data": {"j": %s}}}`, a.pick([]string{"1", `"y"`, "true"}), a.pick([]string{
			`{"input": {"a": "${path.module}"}}`, `{"count": 2, "input": "${count.index}"}`, `[{"for_each": {"p": "q"}, "input": "${each.value}-${each.key}"}]`,
			`{"for_each": "${local.set}", "input": ["${each.key}"], "//": "c"}`}))
	}
	if a.oneIn(3) {
		a.files[a.pick([]string{"override.tf", "z_override.tf"})] = a.pick([]string{
			"locals {\n  num = 4\n}\n", "output \"cwd\" {\n  value = \"over\"\n}\n", "output \"cwd\" {\n  sensitive = true\n}\n", "variable \"secret\" {\n  default = \"over\"\n}\n",
			"variable \"opt\" {\n  default = { a = \"q\" }\n}\n", "locals {\n  str = \"s\"\n  obj = {}\n}\noutput \"all\" {\n  value = local.obj\n}\n", "variable \"v0\" {\n  description = \"over\"\n}\n",
			"output \"cwd\" {\n  description = \"x\"\n}\n"})
	}
	if a.oneIn(6) {
		a.files["a_override.tf.json"] = `{"locals": {"list": ["${local.str}"]}, "output": {"cwd": {"value": "json"}}}`
	}
}

// blunder makes one of the mistakes that Terraform refuses.
func (a *architect) blunder() {
	i := a.IntN(len(blunders))
	a.mistake = blunders[i]
	a.files["blunder.tf"] = blunders[i] + "\n"
}

// blunders leave out what edgecase lets pass: variables without a value (TF-028), arguments that a module has no variable
// for (TF-074), failing validation and sensitive outputs (TF-027), unknown blocks (TF-006), versions (TF-007), and what
// is in depends_on and lifecycle (TF-049).
var blunders = []string{
	"locals {\n  num = 1\n}", "variable \"v0\" {}", "output \"cwd\" {\n  value = 1\n}", "resource \"terraform_data\" \"q\" {}\nresource \"terraform_data\" \"q\" {}",
	"module \"q\" {\n  source = \"./gone\"\n}", "output \"q\" {\n  value = local.gone\n}", "output \"q\" {\n  value = var.gone\n}", "output \"q\" {\n  value = module.gone.x\n}",
	"output \"q\" {\n  value = terraform_data.gone.input\n}", "output \"q\" {\n  value = data.terraform_data.gone.input\n}", "locals {\n  c1 = local.c2\n  c2 = [local.c1]\n}",
	"locals {\n  c1 = local.c1\n}", "resource \"terraform_data\" \"q\" {\n  input = terraform_data.q.id\n}", "resource \"terraform_data\" \"q\" {\n  count = 1\n  for_each = {}\n}",
	"output \"q\" {\n  value = count.index\n}", "output \"q\" {\n  value = each.key\n}", "output \"q\" {\n  value = self.x\n}", "variable \"source\" {\n  default = 1\n}", "variable \"count\" {\n  default = 1\n}",
	"variable \"q\" {\n  default = local.num\n}", "variable \"q\" {\n  default = upper(\"x\")\n}", "output \"q\" {\n}", "module \"q\" {\n}", "resource \"terraform_data\" \"q\" {\n  inpt = 1\n}",
	"resource \"terraform_data\" \"q\" {\n  id = 1\n}", "resource \"terraform_data\" \"1x\" {}", "variable \"1x\" {\n  default = 1\n}", "output \"a b\" {\n  value = 1\n}", "locals {\n  x\n}",
	"variable \"q\" {\n  type = strin\n}", "variable \"q\" {\n  type = list(string\n}", "variable \"q\" {\n  type = optional(string)\n  default = \"\"\n}", "variable \"q\" {\n  type = object({ a = optional(number, \"x\") })\n  default = {}\n}",
	"variable {\n}", "resource \"terraform_data\" {\n}", "output \"q\" \"r\" {\n  value = 1\n}", "variable \"q\" {\n  defualt = 1\n  default = 2\n}", "output \"q\" {\n  value = 1\n  sensitiv = true\n}", "locals {\n  x {\n  }\n}",
	"resource \"terraform_data\" \"q\" {\n  count = 1\n}\noutput \"q\" {\n  value = terraform_data.q[5].input\n}", "resource \"terraform_data\" \"q\" {\n  count = 1\n}\noutput \"q\" {\n  value = terraform_data.q.input\n}",
	"resource \"terraform_data\" \"q\" {\n  for_each = { a = 1 }\n}\noutput \"q\" {\n  value = terraform_data.q[\"b\"].input\n}", "resource \"terraform_data\" \"q\" {\n}\noutput \"q\" {\n  value = terraform_data.q[0].input\n}",
	"resource \"terraform_data\" \"q\" {\n}\noutput \"q\" {\n  value = terraform_data.q.inputt\n}", "output \"q\" {\n  value = terraform.worksp\n}", "output \"q\" {\n  value = path.modul\n}", "output \"q\" {\n  value = path\n}",
	"output \"q\" {\n  value = local\n}", "output \"q\" {\n  value = gone\n}", "output \"q\" {\n  value = upper()\n}", "output \"q\" {\n  value = upperr(\"x\")\n}", "output \"q\" {\n  value = \"${\n}", "x = 1",
	"variable \"q\" {\n  default = null\n  nullable = false\n}", "variable \"q\" {\n  nullable = 3\n  default = 1\n}", "variable \"q\" {\n  sensitive = var.v0\n  default = 1\n}", "module \"q\" {\n  source = path.root\n}",
	"module \"q\" {\n  source = \"./${local.str}\"\n}", "resource \"terraform_data\" \"q\" {\n  input = 1\n  input = 2\n}", "locals {\n  q = 1\n  q = 2\n}", "module \"q\" {\n  source = \"./.\"\n}", "output \"q\" {\n  value = { a = 1 }.b\n}",
	"output \"q\" {\n  value = [1, 2][2]\n}", "output \"q\" {\n  value = null.x\n}", "output \"q\" {\n  value = true ? [] : \"x\"\n}", "output \"q\" {\n  value = 1 + \"x\"\n}", "output \"q\" {\n  value = \"a${[1]}\"\n}",
	"output \"q\" {\n  value = { for x in [1, 1] : \"k\" => x }\n}", "output \"q\" {\n  value = [for x in 1 : x]\n}", "output \"q\" {\n  value = file(\"gone.txt\")\n}", "output \"q\" {\n  value = jsondecode(\"{\")\n}",
	"resource \"terraform_data\" \"q\" {\n  thing {\n  }\n}", "resource \"terraform_data\" \"q\" {\n  dynamic \"thing\" {\n    for_each = []\n    content {}\n  }\n}", "resource \"terraform_data\" \"q\" {\n  input = var.v0.gone.x.y\n}",
	"output \"q\" {\n  value = \"x\"[0]\n}", "output \"q\" {\n  value = local.map.gone\n}", "output \"q\" {\n  value = local.map[\"gone\"]\n}", "output \"q\" {\n  value = local.obj[0]\n}", "output \"q\" {\n  value = local.set[0]\n}",
	"variable \"q\" {\n  default = 1\n  validation {\n    condition = true\n  }\n}", "output \"q\" {\n  value = tolist([1, []])\n}", "output \"q\" {\n  value = 5.x\n}", "locals {\n  \"q\" = 1\n}",
}
