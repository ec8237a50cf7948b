package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"
)

func TestSplitList(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		pairs    bool
		want     []string
	}{
		{"one", "ALB-api=http://api:8000", true, []string{"ALB-api=http://api:8000"}},
		{"two", "ALB-api=http://api:8000,S3-web=./dist", true, []string{"ALB-api=http://api:8000", "S3-web=./dist"}},
		{"blanks", " a=1 , b=2 ,", true, []string{"a=1", "b=2"}},
		{"comma in a value", "City=Washington, DC,Country=US", true, []string{"City=Washington, DC", "Country=US"}},
		{"comma in a list", `zones=["a","b"],x=1`, true, []string{`zones=["a","b"]`, "x=1"}},
		{"stand-in with a comma", "{a.id,b.id}=./dist,x=echo", true, []string{"{a.id,b.id}=./dist", "x=echo"}},
		{"stand-in after another", "x=echo,{a.id}=./dist", true, []string{"x=echo", "{a.id}=./dist"}},
		{"names", "a.test,b.test", false, []string{"a.test", "b.test"}},
		{"nothing", ",", false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, splitList(tt.in, tt.pairs), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("splitList(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// environmentOf returns an environment of these variables.
func environmentOf(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, p := range pairs {
			if n, value, _ := strings.Cut(p, "="); n == name {
				return value, true
			}
		}
		return "", false
	}
}

// parsed returns a server as the command line, the environment and an edgecase.hcl make it, unless they are refused.
func parsed(t *testing.T, config string, env []string, args ...string) (*server, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.Mkdir("infra", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "main.tf", minimalDistribution)
	if config != "" {
		write(t, configName, config)
	}
	p := &process{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), env: environmentOf(env...)}
	f, sf := &flags{}, &serveFlags{}
	s := &server{process: p, flags: f, serveFlags: sf}
	cmd := &cobra.Command{Use: "serve", RunE: func(cmd *cobra.Command, _ []string) (err error) {
		s.set = cmd.Flags()
		if err := applyEnvironment(cmd.Flags(), p.env); err != nil {
			return err
		}
		s.project, err = openProject(p, f, "")
		return err
	}}
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	f.register(cmd.PersistentFlags())
	sf.register(cmd.Flags())
	cmd.SetArgs(args)
	return s, cmd.Execute()
}

const minimalDistribution = `
resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    origin_id   = "app"
    domain_name = "app.example.test"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
`

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPrecedence shows that flags go before the environment, and the environment before edgecase.hcl.
func TestPrecedence(t *testing.T) {
	const file = `
terraform = "./infra"
listen {
  http  = "127.0.0.1:1001"
  admin = "off"
}
origin "app"   { url = "http://file:1" }
origin "other" { dir = "dist" }
variables = { a = "file", list = ["x"] }
viewer { country = "US" }
`
	env := []string{"EDGECASE_HTTP=127.0.0.1:2002", "EDGECASE_ORIGIN=app=http://env:2", "EDGECASE_VAR=a=env", "EDGECASE_STRICT=true", "EDGECASE_LOG_LEVEL=debug"}
	flag := []string{"--http", "127.0.0.1:3003", "--origin", "app=http://flag:3", "--var", "a=flag", "--country", "ca", "--log-level", "warn", "-t", "."}

	type outcome struct {
		HTTP, HTTPS, Admin, Level, Terraform, Country string
		Origins                                       []string
		Variables                                     []string
		Strict                                        bool
	}
	for _, tt := range []struct {
		name string
		file string
		env  []string
		args []string
		want outcome
	}{
		{"nothing", "", nil, nil, outcome{
			HTTP: "127.0.0.1:8080", HTTPS: "127.0.0.1:8443", Admin: "127.0.0.1:8081", Level: "info", Terraform: ".",
		}},
		{"file", file, nil, nil, outcome{
			HTTP: "127.0.0.1:1001", HTTPS: "127.0.0.1:8443", Admin: "off", Level: "info", Terraform: "infra", Country: "US",
			Origins:   []string{"app=http://file:1 by edgecase.hcl:7", "other=./dist by edgecase.hcl:8"},
			Variables: []string{"a=file", `list=["x"]`},
		}},
		{"file and environment", file, env, nil, outcome{
			HTTP: "127.0.0.1:2002", HTTPS: "127.0.0.1:8443", Admin: "off", Level: "debug", Terraform: "infra", Country: "US", Strict: true,
			Origins:   []string{"app=http://file:1 by edgecase.hcl:7", "other=./dist by edgecase.hcl:8", "app=http://env:2 by EDGECASE_ORIGIN"},
			Variables: []string{"a=file", `list=["x"]`, "a=env"},
		}},
		{"all", file, env, flag, outcome{
			HTTP: "127.0.0.1:3003", HTTPS: "127.0.0.1:8443", Admin: "off", Level: "warn", Terraform: ".", Country: "CA", Strict: true,
			Origins: []string{
				"app=http://file:1 by edgecase.hcl:7", "other=./dist by edgecase.hcl:8", "app=http://env:2 by EDGECASE_ORIGIN", "app=http://flag:3 by --origin",
			},
			Variables: []string{"a=file", `list=["x"]`, "a=env", "a=flag"},
		}},
		{"file not wanted", file, nil, []string{"-c", "none"}, outcome{
			HTTP: "127.0.0.1:8080", HTTPS: "127.0.0.1:8443", Admin: "127.0.0.1:8081", Level: "info", Terraform: ".",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := parsed(t, tt.file, tt.env, tt.args...)
			if err != nil {
				t.Fatal(err)
			}
			got := outcome{
				HTTP: s.address("http", s.http), HTTPS: s.address("https", s.https), Admin: s.address("admin", s.admin),
				Level: s.logLevel, Terraform: s.project.path, Country: s.project.viewer(s.viewerFlags.values())["Country"], Strict: s.strict,
			}
			for _, m := range s.project.places {
				got.Origins = append(got.Origins, m.ID+"="+m.Place.String()+" by "+m.Source)
			}
			for _, v := range s.project.settings() {
				got.Variables = append(got.Variables, v.Name+"="+v.Value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefusedFlags shows what is wrong usage, and in which words.
func TestRefusedFlags(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"origin without a place", nil, []string{"--origin", "app"}, `"app" is not ID=PLACE`},
		{"origin without a scheme", nil, []string{"--origin", "app=localhost:80"}, "did you mean http://localhost:80?"},
		{"variable", nil, []string{"--var", "x"}, `"x" is not NAME=VALUE`},
		{"environment names itself", []string{"EDGECASE_ORIGIN=app"}, nil, `EDGECASE_ORIGIN: "app" is not ID=PLACE`},
		{"truth in the environment", []string{"EDGECASE_STRICT=perhaps"}, nil, "EDGECASE_STRICT:"},
		{"two directories", nil, []string{"-t", "nowhere"}, "nowhere does not exist"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parsed(t, "", tt.env, tt.args...)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("the error is %v; want %q in it", err, tt.want)
			}
		})
	}
}

func TestWithServe(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		args  []string
		want  []string
	}{
		{"alone, with Terraform", []string{"main.tf"}, nil, []string{"serve"}},
		{"alone, with edgecase.hcl", []string{configName}, nil, []string{"serve"}},
		{"alone, with nothing", nil, nil, []string{"--help"}},
		{"a flag first", []string{"main.tf"}, []string{"--http", "off"}, []string{"serve", "--http", "off"}},
		{"help", []string{"main.tf"}, []string{"--help"}, []string{"--help"}},
		{"a command", nil, []string{"routes"}, []string{"routes"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for _, f := range tt.files {
				write(t, f, "")
			}
			if diff := cmp.Diff(tt.want, withServe(tt.args)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestHelpWidth: what --help prints fits a terminal of 100 columns.
func TestHelpWidth(t *testing.T) {
	p := &process{stdout: io.Discard, stderr: io.Discard, env: func(string) (string, bool) { return "", false }}
	root := rootCommand(p)
	for _, cmd := range append(root.Commands(), root) {
		var b strings.Builder
		cmd.SetOut(&b)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := width(strings.TrimRight(line, "\n")); n > 100 {
				t.Errorf("%s --help: %d columns: %s", cmd.Name(), n, line)
			}
		}
	}
}
