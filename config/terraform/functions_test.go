package terraform

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestExpressions holds expressions against testdata/expressions.txt. The values there are those of terraform console
// 1.11 (TF-082); the errors are ours, where Terraform has one as well.
func TestExpressions(t *testing.T) {
	golden := filepath.Join("testdata", "expressions.txt")
	src, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := load(t, Options{}, map[string]string{"main.tf": "locals {}"})
	var out strings.Builder
	for lines := bufio.NewScanner(strings.NewReader(string(src))); lines.Scan(); {
		expr, want, _ := strings.Cut(lines.Text(), "  =>  ")
		got := strings.ReplaceAll(evaluate(t, m, expr), "\n", " ")
		fmt.Fprintf(&out, "%s  =>  %s\n", expr, got)
		if *update {
			continue
		}
		t.Run("TF-081/"+expr, func(t *testing.T) {
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s (-want +got)\n%s", expr, d)
			}
		})
	}
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFunctionNames holds the table against what Terraform 1.11 lists (section 3.2).
func TestFunctionNames(t *testing.T) {
	names := strings.Fields(`abs ceil floor log max min parseint pow signum sum
		chomp endswith format formatlist indent join lower regex regexall replace split startswith strcontains strrev substr
		templatestring title trim trimprefix trimsuffix trimspace upper
		alltrue anytrue chunklist coalesce coalescelist compact concat contains distinct element flatten index keys length list
		lookup map matchkeys merge one range reverse setintersection setproduct setsubtract setunion slice sort transpose values zipmap
		base64decode base64encode base64gzip csvdecode jsondecode jsonencode textdecodebase64 textencodebase64 urlencode yamldecode yamlencode
		abspath basename dirname file fileexists fileset filebase64 pathexpand templatefile
		formatdate plantimestamp timeadd timecmp timestamp
		base64sha256 base64sha512 bcrypt filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 md5 rsadecrypt
		sha1 sha256 sha512 uuid uuidv5 cidrhost cidrnetmask cidrsubnet cidrsubnets
		can ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring try`)
	m, _ := load(t, Options{}, map[string]string{"main.tf": "locals {}"})
	for _, name := range names {
		if !m.has(name) && name != "try" && name != "can" {
			t.Errorf("TF-080: there is no function %s", name)
		}
	}
}

func TestFileFunctions(t *testing.T) {
	tests := []struct{ name, rule, expr, want string }{
		{"file", "TF-044", `file("a.txt")`, `"hello\n"`},
		{"file of path.module", "TF-044", `file("${path.module}/a.txt")`, `"hello\n"`},
		{"relative to the root", "TF-044", `module.m.text`, `"hello\n"`},
		{"missing", "TF-044", `file("b.txt")`, `error: Invalid function argument: Invalid value for "path" parameter: no file exists at "b.txt"; relative names are looked for below ROOT; this function works only with files that are distributed as part of the configuration source code.`},
		{"directory", "TF-044", `file("m")`, `error: Invalid function argument: Invalid value for "path" parameter: failed to read "m": it is a directory.`},
		{"device", "TF-044", `file("/dev/null")`, `error: Invalid function argument: Invalid value for "path" parameter: failed to read "/dev/null": it is a device and not a regular file.`},
		{"not text", "TF-044", `can(file("bin"))`, `false`},
		{"exists", "TF-044", `[fileexists("a.txt"), fileexists("b.txt")]`, `[true false]`},
		{"base64", "TF-044", `filebase64("a.txt")`, `"aGVsbG8K"`},
		{"hashes", "TF-044", `[filemd5("a.txt"), filebase64sha256("a.txt")]`, `["b1946ac92492d2347c6235b4d2611184" "WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM="]`},
		{"fileset", "TF-044", `fileset(".", "**/*.{txt,tf}")`, `["a.txt" "m/m.tf" "main.tf"]`},
		{"fileset in one level", "TF-044", `fileset(path.module, "*.t?t")`, `["a.txt"]`},
		{"fileset of nothing", "TF-044", `fileset("nowhere", "*")`, `[]`},
		{"templatefile", "TF-044", `templatefile("t.tpl", { name = "n", list = [1, 2] })`, `"n: 1 2 \n"`},
		{"templatefile with an unknown", "TF-202", `templatefile("t.tpl", { name = var.unset, list = [] })`, `"{var.unset}: \n"<var.unset>`},
		{"templatefile lacks a variable", "TF-044", `templatefile("t.tpl", { nam = 1, list = [] })`, `error: Invalid function argument: Invalid value for "vars" parameter: vars map does not contain key "name", referenced at ROOT/t.tpl:1. Did you mean "nam"?`},
		{"recursive template", "TF-044", `can(templatefile("r.tpl", {}))`, `false`},
		{"abspath", "TF-044", `abspath("a.txt") == "${path.cwd}/a.txt"`, `true`},
		{"pathexpand", "TF-044", `pathexpand("~/x")`, `"/home/u/x"`},
	}
	m, diags := load(t, Options{Env: func(name string) (string, bool) { return "/home/u", name == "HOME" }}, map[string]string{
		"main.tf": "module \"m\" { source = \"./m\" }\nvariable \"unset\" {}", "a.txt": "hello\n", "bin": "\xff", "m/m.tf": `output "text" { value = file("a.txt") }`,
		"t.tpl": "${name}: %{ for x in list }${x} %{ endfor }\n", "r.tpl": `${templatefile("r.tpl", {})}`,
	})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := strings.ReplaceAll(evaluate(t, m, tt.expr), m.display(m.dir), "ROOT")
			got = strings.ReplaceAll(got, m.display("/dev"), "DEV")
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s (-want +got)\n%s", tt.expr, d)
			}
		})
	}
}
