package scenario

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

// runOf is a file with one run.
func runOf(request, expect string) string {
	return "run \"a\" {\n  request {\n    " + request + "\n  }\n  expect {\n    " + expect + "\n  }\n}\n"
}

// inShort writes a run in a few lines.
func inShort(r *Run) string {
	q := r.Request
	s := fmt.Sprintf("%s: %s %s://%s%s", r.Name, q.Method, q.Scheme, q.Host, q.Target)
	for _, f := range q.Fields {
		s += " " + f.Name + ":" + f.Value
	}
	if q.HasBody {
		s += " body " + q.Body
	}
	if q.Country != "" {
		s += " from " + q.Country
	}
	if r.Skip != "" {
		s += " skip " + r.Skip
	}
	if r.Assume != nil {
		s += fmt.Sprintf(" assume %d", r.Assume.Status)
		for _, f := range r.Assume.Fields {
			s += " " + f.Name + ":" + f.Value
		}
	}
	for _, e := range r.Expect {
		s += fmt.Sprintf("; %s @%d", e, e.Source.Line)
	}
	return s
}

func TestParse(t *testing.T) {
	env := func(name string) (string, bool) { return "t0ken", name == "TOKEN" }
	options := Options{Env: env, Variables: map[string]cty.Value{
		"distribution": cty.ObjectVal(map[string]cty.Value{"host": cty.StringVal("www.example.com")}),
	}}
	tests := []struct {
		name, text string
		want       []string
		err        string // a part of the diagnostics
	}{
		{"nothing", "", nil, ""},
		{"least", runOf(`url = "/"`, `origin = "web"`), []string{`a: GET https:///; origin "web" @6`}, ""},
		{"all of a request", runOf(`
			method  = "POST"
			url     = "https://www.example.com/a?b#c"
			headers = { "Content-Type" = "text/plain", "X-A" = ["1", 2, true] }
			body    = "x"
			country = "ca"`, `origin = "web"`),
			[]string{`a: POST https://www.example.com/a?b Content-Type:text/plain X-A:1 X-A:2 X-A:true body x from CA; origin "web" @11`}, ""},
		{"all that can be expected", runOf(`url = "/"`, `
			distribution   = "aws_cloudfront_distribution.a"
			behavior       = "*"
			origin         = matching("^web")
			answered_by    = "edge"
			reason         = "method-not-allowed"
			origin_url     = "/a"
			origin_headers = { Host = present() }
			forwards       = ["Cookie", "cookie:sid"]
			drops          = ["query:page"]
			error_page     = absent()
			origin_status  = 404
			status         = [200, 204]
			location       = containing("/login")
			headers        = { "Set-Cookie" = absent() }
			body           = ""
			json           = { "user.id" = 7, "items[0]" = null, ok = true }`),
			[]string{`a: GET https:///; distribution "aws_cloudfront_distribution.a" @7; behavior "*" @8; origin matching "^web" @9; ` +
				`answered by "edge" @10; reason "method-not-allowed" @11; origin URL "/a" @12; origin header Host present @13; ` +
				`forwards Cookie @14; forwards cookie:sid @14; drops query:page @15; error page absent @16; origin status 404 @17; ` +
				`status 200 or 204 @18; location containing "/login" @19; header Set-Cookie absent @20; body "" @21; ` +
				`json user.id 7 @22; json items[0] null @22; json ok true @22`}, ""},
		{"assumed", `run "a" {
			request { url = "/" }
			assume {
			  status  = 404
			  headers = { "Set-Cookie" = "a=b" }
			}
			expect { status = 404 }
		}`, []string{`a: GET https:/// assume 404 Set-Cookie:a=b; status 404 @7`}, ""},
		{"skipped", `run "a" {
			skip = "later"
			request { url = "/" }
			expect { status = 404 }
		}`, []string{`a: GET https:/// skip later; status 404 @4`}, ""},
		{"expressions", `
			locals {
			  base = "/api"
			  me   = "${local.base}/me"
			}
			` + runOf(`url = "http://${distribution.host}${local.me}"`, `location = upper("x")`),
			[]string{`a: GET http://www.example.com/api/me; location "X" @11`}, ""},
		{"for each of a list", `run "a" {
			for_each = ["GET", "POST"]
			request {
			  method = each.value
			  url    = "/"
			}
			expect { origin = "web" }
		}`, []string{`a["GET"]: GET https:///; origin "web" @7`, `a["POST"]: POST https:///; origin "web" @7`}, ""},
		{"for each of an object", `run "a" {
			for_each = { api = "ALB", web = "S3" }
			request { url = "/${each.key}/" }
			expect { origin = each.value }
		}`, []string{`a["api"]: GET https:///api/; origin "ALB" @4`, `a["web"]: GET https:///web/; origin "S3" @4`}, ""},
		{"environment", runOf(`
			url     = "/"
			headers = { Authorization = "Bearer ${env("TOKEN")}", "X-A" = env("NONE", "-") }`, `status = 200`),
			[]string{`a: GET https:/// Authorization:Bearer t0ken X-A:-; status 200 @8`}, ""},

		{"syntax", `run "a" {`, nil, "Unclosed configuration block"},
		{"unknown block", `rum "a" {}`, nil, `Did you mean "run"?`},
		{"unknown argument", runOf(`ulr = "/"`, `origin = "web"`), nil, `Did you mean "url"?`},
		{"unknown expectation", runOf(`url = "/"`, `behaviour = "web"`), nil, `Did you mean "behavior"?`},
		{"no name", `run "" {}`, nil, "Run without a name"},
		{"no label", `run {}`, nil, "Missing name for run"},
		{"twice", runOf(`url = "/"`, `origin = "web"`) + runOf(`url = "/"`, `origin = "web"`), []string{`a: GET https:///; origin "web" @6`}, `A run "a" stands in line 1, too.`},
		{"no request", `run "a" { 
			expect { origin = "web" } 
		}`, nil, `no block "request"`},
		{"two requests", `run "a" {
			request { url = "/" }
			request { url = "/" }
			expect { origin = "web" }
		}`, nil, "request stands in line 2, too."},
		{"no url", runOf(`method = "GET"`, `origin = "web"`), nil, `The argument "url" is required`},
		{"no method", runOf(`
			method = "G T"
			url = "/"`, `origin = "web"`), nil, `"G T" is not a method; methods are GET`},
		{"no path", runOf(`url = "a/b"`, `origin = "web"`), nil, `"a/b" is neither a path nor a URL; write /a/b`},
		{"no header", runOf(`
			url = "/"
			headers = { "a b" = "c" }`, `origin = "web"`), nil, `"a b" is not the name of a header`},
		{"second line", runOf(`
			url = "/"
			headers = { a = "b\r\nc: d" }`, `origin = "web"`), nil, `holds a control character`},
		{"no country", runOf(`
			url = "/"
			country = "Canada"`, `origin = "web"`), nil, `"Canada" is not a country`},
		{"nothing expected", runOf(`url = "/"`, ``), nil, "A run that expects nothing cannot fail"},
		{"null", runOf(`url = "/"`, `headers = { a = null }`), nil, "absent() says that it must not be there"},
		{"no word", runOf(`url = "/"`, `answered_by = "edg"`), nil, `Did you mean "edge"?`},
		{"no reason", runOf(`url = "/"`, `reason = "method-not-alowed"`), nil, `Did you mean "method-not-allowed"?`},
		{"no status", runOf(`url = "/"`, `status = "OK"`), nil, "status is a number from 100 to 599"},
		{"no status at all", runOf(`url = "/"`, `status = []`), nil, "status is a number from 100 to 599"},
		{"no name of a header", runOf(`url = "/"`, `forwards = ["a b"]`), nil, `"a b" is neither the name of a header`},
		{"no list", runOf(`url = "/"`, `forwards = "Cookie"`), nil, `forwards is a list`},
		{"no object", runOf(`url = "/"`, `headers = ["a"]`), nil, `headers is an object`},
		{"no expression", runOf(`url = "/"`, `body = matching("(")`), nil, "missing closing )"},
		{"no path in JSON", runOf(`url = "/"`, `json = { "a..b" = 1 }`), nil, "a name is missing"},
		{"no quotation marks", runOf(`
			url = "/"
			method = POST`, `origin = "web"`), nil, `A text stands in quotation marks: "POST".`},
		{"variable", runOf(`url = var.path`, `origin = "web"`), nil, "There are distribution, local; variables of the Terraform are not known here."},
		{"not in the environment", runOf(`url = env("NOWHERE")`, `origin = "web"`), nil, "NOWHERE is not in the environment"},
		{"not known yet", runOf(`url = provider::a::b()`, `origin = "web"`), nil, "Unknown value"},
		{"no text", runOf(`url = ["/"]`, `origin = "web"`), nil, "url is a text"},
		{"no elements", `run "a" {
			for_each = "a"
			request { url = "/" }
			expect { origin = "web" }
		}`, nil, "for_each is a list"},
		{"too many elements", `run "a" {
			for_each = range(1001)
			request { url = "/" }
			expect { origin = "web" }
		}`, nil, "1000 are read"},
		{"elements twice", `run "a" {
			for_each = ["a", "a"]
			request { url = "/" }
			expect { origin = "web" }
		}`, nil, `"a" stands twice`},
		{"the same mistake of every element", `run "a" {
			for_each = ["a", "b"]
			request { url = "x" }
			expect { origin = "web" }
		}`, nil, "neither a path"},
		{"local value twice", "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n", nil, "local.a is given above, too."},
		{"local value below", "locals {\n  a = local.b\n  b = 2\n}\n", nil, "Unsupported attribute"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, diags := Parse([]byte(tt.text), "x"+Extension, options)
			var got []string
			for _, r := range f.Runs {
				got = append(got, inShort(r))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("runs (-want +got):\n%s", diff)
			}
			text := ""
			for _, d := range diags {
				text += d.Summary + ": " + d.Detail + "\n"
				if d.Subject == nil || d.Subject.Filename != "x"+Extension {
					t.Errorf("%s has no place in the file", d.Summary)
				}
			}
			if (tt.err == "") != (text == "") || !strings.Contains(text, tt.err) {
				t.Errorf("diagnostics\n%s, want %q", text, tt.err)
			}
			if tt.name == "the same mistake of every element" && len(diags) != 1 {
				t.Errorf("%d diagnostics, want 1", len(diags))
			}
		})
	}
}

// FuzzParse holds the reader of route tests against its promises: what it accepts can be sent, fails or passes for a
// reason, and is the same when it is read again.
func FuzzParse(f *testing.F) {
	f.Add(runOf(`url = "/a?b"`, `behavior = "/a"`))
	f.Add(runOf("method = \"POST\"\nurl = \"https://a.example/\"\nheaders = { a = [\"b\"] }\nbody = jsonencode({ a = 1 })", `status = [200, 201]`))
	f.Add("locals {\n  a = [for i in range(3) : i]\n}\n" + runOf(`url = "/${local.a[0]}"`, `json = { "a[0].b" = matching("x") }`))
	f.Add("run \"a\" {\n  for_each = toset([\"a\"])\n  skip = each.key\n  request { url = \"/\" }\n  assume { status = 404 }\n  expect { forwards = [\"cookie:a\", \"query:b\"] }\n}\n")
	f.Add(runOf(`url = env("A", "/")`, `headers = { a = absent(), b = present(), c = containing("d") }`))
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4<<10 || strings.Contains(text, "range") && len(text) > 300 {
			return
		}
		one, diags := Parse([]byte(text), "x", Options{})
		if diags.HasErrors() {
			return
		}
		again, _ := Parse([]byte(text), "x", Options{})
		if len(one.Runs) != len(again.Runs) {
			t.Fatalf("%d runs, and when read again %d", len(one.Runs), len(again.Runs))
		}
		for i, r := range one.Runs {
			if a, b := inShort(r), inShort(again.Runs[i]); a != b {
				t.Errorf("%s, and when read again %s", a, b)
			}
			if len(r.Expect) == 0 || r.Source.Line == 0 {
				t.Errorf("%s expects nothing, or stands nowhere", r.Name)
			}
			r.Request.Host = "a.example"
			if q, _, err := r.Request.Read(context.Background()); err != nil || q.Method != r.Request.Method {
				t.Errorf("%s cannot be sent: %v", r.Name, err)
			}
		}
	})
}
