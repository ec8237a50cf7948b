package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

// TestLimits: what could hang, recurse or fill memory ends with a diagnostic.
func TestLimits(t *testing.T) {
	arg := func(expr string) string { return "resource \"x\" \"y\" {\n  a = " + expr + "\n}\n" }
	grow := func(first, each string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "locals {\n  l0 = %s\n", first)
		for i := 1; i < 60; i++ {
			fmt.Fprintf(&b, "  l%d = %s\n", i, strings.ReplaceAll(each, "L", fmt.Sprintf("local.l%d", i-1)))
		}
		return b.String() + "}\n" + arg("local.l59")
	}
	chain := "locals {\n  l0 = 1\n"
	for i := 1; i < 5000; i++ {
		chain += fmt.Sprintf("  l%d = local.l%d\n", i, i-1)
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	long := "locals {\n  some = [for i in range(1000) : \"${i}\"]\n  all = concat(" + strings.Repeat("local.some, ", 60) + "[])\n}\n"
	tests := []struct{ name, text, want string }{
		{"brackets", strings.Repeat("[", 40_000), "Nesting too deep"},
		{"brackets in an argument", arg(strings.Repeat("[", 40_000)), "Nesting too deep"},
		{"blocks", strings.Repeat("a {\n", 20_000), "Nesting too deep"},
		{"negations", arg(strings.Repeat("!", 20_000) + "true"), "Nesting too deep"},
		{"sum", arg(strings.Repeat("1+", 20_000) + "1"), "Nesting too deep"},
		{"conditions", arg(strings.Repeat("true?1:", 20_000) + "1"), "Nesting too deep"},
		{"interpolations", arg(strings.Repeat(`"${`, 20_000)), "Nesting too deep"},
		{"directives", arg(`"` + strings.Repeat("%{if true}", 20_000) + `"`), "Nesting too deep"},
		{"indexes", arg("a" + strings.Repeat("[0]", 20_000)), "Nesting too deep"},
		{"a long list is not deep", arg("[\n" + strings.Repeat("1,\n", 5_000) + "]"), ""},
		{"a long object is not deep", arg("{\n" + objectItems(5_000) + "}"), ""},
		{"binary", string(make([]byte, 1<<20)), "Invalid character encoding"},
		{"junk", strings.Repeat("\xff\xfe\x01", 1<<18), "Invalid character encoding"},
		{"large file", strings.Repeat("# hello\n", 1_300_000), "File too large"},
		{"text that grows", grow(`"aaaaaaaaaa"`, `"${L}${L}${L}"`), "Value too large"},
		{"list that grows", grow(`[1, 2]`, `[L, L, L]`), "Value too large"},
		{"number that grows", grow(`1e900`, `L * L`), "Value too large"},
		{"joined text", grow(`"aaaaaaaaaa"`, `join(L, [L, L, L, L])`), "Value too large"},
		{"replaced text", grow(`"aaaaaaaaaa"`, `replace(L, "a", "aaaaaaaa")`), "Value too large"},
		{"large number", arg(`"${1e999999999}"`), "Number out of range"},
		{"loops in loops", arg(`[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]`), "Evaluation too long"},
		{"setproduct", arg(`setproduct(range(1000), range(1000), range(1000))`), "Value too large"},
		{"range", arg(`range(1000000000)`), "Error in function call"},
		{"width", arg(`format("%1000000000d", 1)`), "Value too large"},
		{"precision", arg(`format("%.1000000000f", 1)`), "Value too large"},
		{"indent", arg(`indent(1000000000, "a\nb")`), "Value too large"},
		{"count", "resource \"x\" \"y\" {\n  count = 1000000000\n}\n", "Invalid count argument"},
		{"deep JSON", arg(`jsondecode("` + strings.Repeat("[", 20_000) + `")`), "Value too large"},
		{"deep YAML", arg(`yamldecode("` + strings.Repeat("- ", 20_000) + `")`), "Value too large"},
		{"YAML aliases", arg(`yamldecode("` + bomb + `")`), "Value too large"},
		{"device", arg(`file("/dev/zero")`), "Invalid function argument"},
		{"chain", chain + "}\n" + arg("local.l4999"), "Reference chain too long"},
		{"dynamic blocks", "resource \"x\" \"y\" {\n  dynamic \"b\" {\n    for_each = range(1000)\n    content {\n      dynamic \"c\" {\n        for_each = range(1000)\n        content {}\n      }\n    }\n  }\n}\n", "Value too large"},
		{"elements", "locals {\n  a = [" + strings.Repeat("1,", 600_000) + "]\n}", "File too large"},
		{"blocks in a row", strings.Repeat("a {}\n", 200_000), "File too large"},
		{"a large value in loops", long + arg(`[for a in range(200) : [for b in range(200) : length(local.all)]]`), "Evaluation too long"},
		{"a large value, element by element", long + arg(`local.all[*]`), "Evaluation too long"},
		{"a long list is joined", long + arg(`length(join("", local.all))`), ""},
		{"a long list is a set", long + arg(`length(toset(local.all))`), ""},
		{"lists of other lengths on both sides", long + arg(`length(true ? local.all : local.some)`), ""},
		{"modules that multiply", "", "Too many modules"},
		{"resource that needs itself", arg("x.y.a"), "Cycle"},
	}
	for _, tt := range tests {
		t.Run("TF-233/"+tt.name, func(t *testing.T) {
			files := map[string]string{"main.tf": tt.text}
			if tt.text == "" {
				for i := 0; i < 40; i++ {
					files[fmt.Sprintf("m%d/m.tf", i)] = fmt.Sprintf("module \"a\" { source = \"../m%d\" }\nmodule \"b\" { source = \"../m%d\" }\n", i+1, i+1)
				}
				files["main.tf"], files["m40/m.tf"] = `module "m" { source = "./m0" }`, `resource "x" "y" {}`
			}
			m, diags := load(t, Options{}, files)
			m.limits = limits{steps: 50_000, scopes: 500}
			list, more := m.Resources("x")
			diags = append(diags, more...)
			for _, r := range list[:min(len(list), 1)] {
				_, more := r.Evaluate()
				diags = append(diags, more...)
			}
			got := ""
			for _, d := range diags {
				if d.Subject == nil {
					t.Errorf("%s has no place", d.Summary)
				}
				if got == "" {
					got = d.Summary
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// TestTimeLimit: what takes too long is given up, and so is everything after it.
func TestTimeLimit(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{"main.tf": "resource \"x\" \"a\" {\n  a = length([])\n}\nresource \"x\" \"b\" {\n  a = length([])\n}\n"})
	m.limits.time = 1
	list, _ := m.Resources("x")
	for _, r := range list {
		_, diags := r.Evaluate()
		if d := cmp.Diff([]string{"Evaluation too long"}, summariesOnly(diags)); d != "" {
			t.Errorf("%s (-want +got)\n%s", r.Address, d)
		}
	}
}

// TestManyFailures: elements that fail alike are told of a few times, not a million times.
func TestManyFailures(t *testing.T) {
	for _, expr := range []string{
		`[for i in range(1000) : i.none]`, `{ for i in range(1000) : i.none => 1 }`, `range(1000)[*].none`,
	} {
		m, _ := load(t, Options{}, map[string]string{"main.tf": "resource \"x\" \"a\" {\n  a = " + expr + "\n}\n"})
		_, diags := m.Resource("x.a").Evaluate()
		if n := len(diags); n == 0 || n > 2*maxFailed {
			t.Errorf("TF-233: %s has %d diagnostics", expr, n)
		}
	}
}

// TestManyElements: JSON is measured before it is read, as other files are.
func TestManyElements(t *testing.T) {
	_, diags := parseSource([]byte("["+strings.Repeat("1,", maxTokens+1)+"1]"), "main.tf.json", true)
	if d := cmp.Diff([]string{"File too large"}, summariesOnly(diags)); d != "" {
		t.Errorf("TF-233 (-want +got)\n%s", d)
	}
}

func summariesOnly(diags hcl.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		out = append(out, d.Summary)
	}
	return out
}

func objectItems(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d = %d.5 + -1\n", i, i)
	}
	return b.String()
}

// FuzzLoad: no text makes the loader panic, and what it reports has a place.
func FuzzLoad(f *testing.F) {
	f.Add(world)
	f.Add(" ")
	f.Add("resource \"thing\" \"t\" {\n  dynamic \"rule\" {\n    for_each = var.x\n    content { name = rule.value }\n  }\n}\nvariable \"x\" {}\n")
	f.Add("module \"m\" { source = \"./\" }\noutput \"o\" { value = module.m.o }\n")
	f.Add("resource \"thing\" \"t\" { count = \"${\" }")
	f.Add("resource \"thing\" \"t\" {\n  for_each = toset([for i in range(1024) : \"${i}\"])\n  rule { name = each.key }\n}\n")
	f.Add("locals {\n  a = \"ha\"\n  b = \"${local.a}${local.a}${local.a}\"\n  c = \"${local.b}${local.b}${local.b}\"\n}\nresource \"x\" \"t\" { v = local.c }\n")
	f.Add("locals {\n  a = local.b\n  b = local.a\n}\nresource \"x\" \"t\" { v = [[[[[[local.a]]]]]] }\n")
	f.Add("module \"a\" {\n  source = \"./.\"\n  x = module.a.o\n}\nvariable \"x\" {}\noutput \"o\" { value = var.x }\nresource \"x\" \"t\" { v = module.a.o }\n")
	f.Add("resource \"thing\" \"t\" {\n  dynamic \"rule\" {\n    for_each = range(99)\n    content {\n      dynamic \"rule\" {\n        for_each = range(99)\n        content {}\n      }\n    }\n  }\n}\n")
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m, diags := Load(dir, Options{Provider: fake{}})
		m.limits = limits{steps: 20_000, scopes: 500}
		list, more := m.Resources("thing", "lb", "x")
		diags = append(diags, more...)
		for _, r := range list[:min(len(list), 10)] {
			block, more := r.Evaluate()
			diags = append(diags, more...)
			if block == nil {
				t.Errorf("%s has no block", r.Address)
			}
			again, _ := r.Evaluate()
			if again != block {
				t.Errorf("%s is not remembered", r.Address)
			}
		}
		for _, d := range diags {
			// What is said of the directory as a whole has no line.
			if d.Subject == nil && d.Summary != "Empty configuration" || d.Summary == "" {
				t.Errorf("incomplete diagnostic: %v", d)
			}
		}
	})
}

// FuzzExpression: an expression gives a value or an error, and the same one in a module that is loaded again.
func FuzzExpression(f *testing.F) {
	for _, expr := range []string{
		`local.a`, `"S3-${data.remote.r.outputs.uri}"`, `[for k, v in lb.each : k]`, `lb.many[*].dns_name`, `try(lb.none[0], 1)`,
		`var.domain == "" ? 1 : "x"`, `{ (var.domain) = lb.one }`, `lookup(lb.one, "port", 1)`, `merge(lb.one, {})["x"]`,
		`toset([for l in lb.many : l.dns_name])`, `"%{ for z in var.zones }${z}%{ endfor }"`, `jsonencode(lb.each)`, `lb.one == lb.many`,
		`setproduct(var.zones, [var.domain])`, `flatten([lb.many, var.zones])`, `values(lb.each)[*]`, `coalesce(lb.one, null)`,
		`range(1e9)`, `[for a in range(999) : [for b in range(999) : a * b]]`, `join("", [for a in range(99) : "${a}"])`,
		`concat(range(99), ["x"])[*]`, `true ? range(99) : ["a"]`, `tolist(concat(range(40), [{}]))`, `range(99)[*].a`,
		`toset(concat([for l in lb.many : l.dns_name], [for i in range(40) : "${i}"]))`, `1e999 * 1e999`, `[[[[[[[[0]]]]]]]][0][0]`,
		`format("%9999d", 1)`, `replace("aaaa", "/a*/", "b")`, `setproduct(range(99), range(99))`, `flatten([range(50), [[range(50)]]])`,
	} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if strings.Contains(expr, "file") {
			return
		}
		text := world + "\nresource \"x\" \"fuzz\" {\n  v = " + expr + "\n}\n"
		var seen []string
		for range 2 {
			m, _ := load(t, Options{}, map[string]string{"main.tf": text})
			m.limits = limits{steps: 20_000, scopes: 500}
			r := m.Resource("x.fuzz")
			if r == nil {
				return
			}
			block, diags := r.Evaluate()
			seen = append(seen, strings.ReplaceAll(outline(block)+strings.Join(summaries(diags), "\n"), m.dir, ""))
		}
		if seen[0] != seen[1] {
			t.Errorf("two loads differ (-first +second)\n%s", cmp.Diff(seen[0], seen[1]))
		}
	})
}

// BenchmarkLoad loads and evaluates a typical directory, and ones of growing size: time must grow as they do.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{20, 200, 1000, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var text strings.Builder
			text.WriteString(world)
			for i := range n {
				fmt.Fprintf(&text, `resource "aws_s3_bucket" "b%d" {
  bucket = "${local.a}-%d"
  tags   = { Name = "b%d", Env = var.env }
}
resource "x" "d%d" {
  name   = aws_s3_bucket.b%d.bucket
  origin {
    domain_name = lb.one.dns_name
    origin_id   = "S3-${aws_s3_bucket.b%d.id}"
  }
  dynamic "behavior" {
    for_each = { for k in ["a", "b"] : k => "/${k}/*" }
    content { path_pattern = behavior.value }
  }
}
`, i, i, i, i, i, i)
			}
			dir := write(b, map[string]string{"main.tf": text.String()})
			for b.Loop() {
				m, _ := Load(dir, Options{Provider: fake{}})
				list, _ := m.Resources("x")
				for _, r := range list {
					if _, diags := r.Evaluate(); diags.HasErrors() {
						b.Fatal(diags)
					}
				}
			}
		})
	}
}

// TestShallow: what is let through without tokens is what the tokens would let through.
func TestShallow(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"ordinary", world, true},
		{"brackets", strings.Repeat("[", maxNesting), false},
		{"quotes", strings.Repeat(`"${`, maxNesting), false},
		{"directives", strings.Repeat("%{if a}", maxNesting), false},
		{"heredocs", strings.Repeat("<<A\n", maxNesting), false},
		{"exponent", "a = 1e9999", false},
		{"capital exponent", "a = 1E9999", false},
		{"large", strings.Repeat("# text\n", maxNesting*2), false},
	}
	for _, tt := range tests {
		t.Run("TF-233/"+tt.name, func(t *testing.T) {
			if got := shallow([]byte(tt.text)); got != tt.want {
				t.Errorf("shallow = %v, want %v", got, tt.want)
			}
		})
	}
}
