package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/edge"
)

const plane = "../../../testdata/terraform/plane"

// load loads a directory that has no errors.
func load(t testing.TB, dir string) *config.Loaded {
	t.Helper()
	loaded, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return loaded
}

// read reads a list of routes.
func read(t testing.TB, lines string) []*application.Routes {
	t.Helper()
	r, err := application.ReadList(strings.NewReader(lines), "routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	return []*application.Routes{r}
}

// said writes findings in short: rule, line, message.
func said(list []Finding) []string {
	var out []string
	for _, f := range list {
		out = append(out, fmt.Sprintf("%s :%d %s", f.Rule.Name, f.At.Line, f.Message))
	}
	return out
}

// TestStory checks the story's directory against the story's routes: exactly one behavior is missing, for exactly these
// methods, and pasting what the finding proposes mends it.
func TestStory(t *testing.T) {
	const story = "GET,HEAD,POST /api/instances/\nGET,HEAD /api/me\nPOST /auth/email-check/\nGET,HEAD /auth/get-csrf-token/\nPOST /auth/sign-up/\nGET /live/*\n"
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(plane)); err != nil {
		t.Fatal(err)
	}
	report, err := runRoutes(t.Context(), Input{Loaded: load(t, dir), Routes: read(t, story)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"route-misrouted :45 POST /auth/email-check/ (and 2 more under /auth/) is refused by the default behavior, which allows GET HEAD"}
	if diff := cmp.Diff(want, said(report.Findings)); diff != "" {
		t.Fatalf("REQ-079 (-want +got):\n%s", diff)
	}
	f := report.Findings[0]
	if diff := cmp.Diff([]string{"POST /auth/email-check/", "GET /auth/get-csrf-token/", "HEAD /auth/get-csrf-token/", "POST /auth/sign-up/"}, f.Requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if want := "for GET HEAD POST of /auth/*"; !strings.HasPrefix(f.Fix.Where, "Add above the default behavior, below /spaces/*") || !strings.HasSuffix(f.Fix.Where, want) {
		t.Errorf("where: %s", f.Fix.Where)
	}
	if a := report.Application; a.Routes != 6 || a.Carried != 3 || !slices.Equal(a.Origins, []string{"ALB-api"}) {
		t.Errorf("application %+v", a)
	}

	file := filepath.Join(dir, "cloudfront.tf")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mended := strings.Replace(string(text), "  # edgecase:ignore", f.Fix.HCL+"\n\n  # edgecase:ignore", 1)
	if err := os.WriteFile(file, []byte(mended), 0o644); err != nil {
		t.Fatal(err)
	}
	report, err = runRoutes(t.Context(), Input{Loaded: load(t, dir), Routes: read(t, story)})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) > 0 || report.Application.Carried != 6 {
		t.Errorf("mended, and still %q; %d reach it", said(report.Findings), report.Application.Carried)
	}
}

// TestFindRoutes holds what is found of one route against directories of one's own.
func TestFindRoutes(t *testing.T) {
	tests := []struct {
		name, rule string
		d          *cloudfront.Distribution
		routes     string
		want       []string
		fix        string // in the fix of the first finding
	}{
		{"carried", "REQ-040", shop(), "POST /api/x\nGET /api/y", nil, ""},
		{"refused", "REQ-079", shop(), "POST /auth/x", []string{"route-misrouted :100 POST /auth/x is refused by the default behavior, which allows GET HEAD"}, `path_pattern = "/auth/*"`},
		{"a bucket's page", "REQ-041", shop(), "GET /auth/x", []string{"route-misrouted :100 GET /auth/x goes to bucket by the default behavior"}, `path_pattern = "/auth/*"`},
		{"a folder that has its behavior", "REQ-051", shop(), "POST /static/up/x", []string{"route-misrouted :20 POST /static/up/x is refused by /static/*, which allows GET HEAD"}, `path_pattern = "/static/up/*"`},
		{"a path that has its behavior", "REQ-051", shop(), "POST /static/x", []string{"route-misrouted :20 POST /static/x is refused by /static/*, which allows GET HEAD"}, `path_pattern = "/static/x"`},
		{"the application's own behavior refuses", "REQ-075", shop(), "POST /read/x\nGET /read/x", []string{"route-misrouted :30 POST /read/x is refused by /read/*, which allows GET HEAD"}, `allowed_methods = ["DELETE"`},
		{"options only", "REQ-075", shop(), "OPTIONS /read/x", []string{"route-misrouted :30 OPTIONS /read/x is refused by /read/*, which allows GET HEAD"}, `allowed_methods = ["GET", "HEAD", "OPTIONS"]`},
		{"bare path", "REQ-048", shop(), "GET /api", []string{"route-misrouted :100 GET /api goes to bucket by the default behavior"}, `path_pattern = "/api"`},
		{"any method of a behavior that reads", "REQ-075", shop(), "/read/x", []string{"route-method-assumed :30 POST /read/x is refused by /read/*, which allows GET HEAD; whether the view takes it, it does not say"}, ""},
		{"any method of no behavior", "REQ-041", shop(), "/auth/x", []string{"route-misrouted :100 GET /auth/x goes to bucket by the default behavior"}, `path_pattern = "/auth/*"`},
		{"a path that begins with what varies", "REQ-044", shop(), "GET /{slug}/x", []string{"route-misrouted :100 GET /slug/x goes to bucket by the default behavior"}, ""},
		{"what varies further on", "REQ-044", shop(), "GET /shops/{slug}/x", []string{"route-misrouted :100 GET /shops/slug/x goes to bucket by the default behavior"}, `path_pattern = "/shops/*"`},
		{"health", "REQ-041", shop(), "GET /healthz", []string{"route-elsewhere :100 GET /healthz goes to bucket by the default behavior: load balancers ask the application itself"}, ""},
		{"inside", "REQ-041", shop(), "GET /metrics", []string{"route-elsewhere :100 GET /metrics goes to bucket by the default behavior: it is for people and programs inside"}, ""},
		{"front", "REQ-041", shop(), "GET /\nGET /robots.txt", []string{"route-elsewhere :100 GET / goes to bucket by the default behavior, as a front end's may", "route-elsewhere :100 GET /robots.txt goes to bucket by the default behavior, as a front end's may"}, ""},
		{"a form at the front", "REQ-079", shop(), "POST /", []string{"route-misrouted :100 POST / is refused by the default behavior, which allows GET HEAD"}, `path_pattern = "/"`},
		{"catch-all", "REQ-041", shop(), "GET /*", []string{"route-elsewhere :100 GET /x goes to bucket by the default behavior: the application has it for what nobody else takes"}, ""},
		{"escapes", "REQ-063", shop(), "GET /café/x", []string{"route-misrouted :100 GET /caf%C3%A9/x goes to bucket by the default behavior"}, `path_pattern = "/caf?C3?A9/*"`},
		{"several folders", "REQ-041", shop(), "GET /a/1\nGET /a/2\nPOST /b/1", []string{
			"route-misrouted :100 GET /a/1 (and 1 more under /a/) goes to bucket by the default behavior",
			"route-misrouted :100 POST /b/1 is refused by the default behavior, which allows GET HEAD"}, `path_pattern = "/a/*"`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			report := checked(t, tt.d, read(t, tt.routes))
			if diff := cmp.Diff(tt.want, said(report.Findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for i, f := range report.Findings {
				prove(t, tt.d, f)
				if i == 0 && (tt.fix == "" && f.Fix.HCL != "" || !strings.Contains(strings.ReplaceAll(f.Fix.HCL, "path_pattern             =", "path_pattern ="), tt.fix)) {
					t.Errorf("fix %q, want one with %q", f.Fix.HCL, tt.fix)
				}
			}
		})
	}
}

// TestPasting says where a proposed block may be pasted: not where it would come before behaviors that it shares paths with.
func TestPasting(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		line       int // of the default behavior; the others are at 10, 20 and 30
		route      string
		want       int
	}{
		{"below the others", "main.tf", 100, "POST /api2/x", 100},
		{"above the others, apart from them", "main.tf", 5, "POST /api2/x", 5},
		{"above one that shares paths", "main.tf", 5, "POST /static2/x", 0},
		{"in a plan", "plan.json", 100, "POST /api2/x", 0},
	} {
		t.Run("REQ-040/"+tt.name, func(t *testing.T) {
			d := shop()
			d.Behaviors[1].Pattern = cloudfront.MustParsePathPattern("/stat*/x/*.jpg").Ordered()
			for _, b := range d.Behaviors {
				b.Source.File = tt.file
			}
			d.DefaultBehavior().Source.Line = tt.line
			f := checked(t, d, read(t, tt.route)).Findings[0]
			if f.Fix.Above.Line != tt.want {
				t.Errorf("above line %d, want %d", f.Fix.Above.Line, tt.want)
			}
		})
	}
}

// shop is a bucket with an application beside it.
func shop() *cloudfront.Distribution {
	at := func(line int) cloudfront.Source {
		return cloudfront.Source{File: "cloudfront.tf", Line: line, Column: 3}
	}
	behavior := func(line int, pattern, target, methods string) *cloudfront.Behavior {
		b := &cloudfront.Behavior{
			Pattern: cloudfront.MustParsePathPattern(pattern), TargetOriginID: cloudfront.Known(target), ViewerProtocolPolicy: cloudfront.RedirectToHTTPS,
			AllowedMethods: strings.Fields(methods), CachedMethods: []string{"GET", "HEAD"}, CachePolicy: cloudfront.ManagedCachePolicy("Managed-CachingDisabled"),
			Source: at(line), Sources: cloudfront.Sources{"allowed_methods": at(line)},
		}
		if pattern != "*" {
			b.Pattern = b.Pattern.Ordered()
		}
		return b
	}
	const all, reads = "DELETE GET HEAD OPTIONS PATCH POST PUT", "GET HEAD"
	return &cloudfront.Distribution{
		Address: "aws_cloudfront_distribution.shop", DomainName: "d111111abcdef8.cloudfront.net", Aliases: []string{"www.example.com"}, Enabled: true,
		DefaultRootObject: "index.html",
		Origins: []*cloudfront.Origin{
			{ID: cloudfront.Known("bucket"), DomainName: cloudfront.Known("b.s3.amazonaws.com"), Kind: cloudfront.KindS3},
			{ID: cloudfront.Known("app"), DomainName: cloudfront.Known("app.example.com"), Kind: cloudfront.KindCustom, HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: cloudfront.OriginHTTPSOnly},
		},
		Behaviors: []*cloudfront.Behavior{
			behavior(10, "/api/*", "app", all), behavior(20, "/static/*", "bucket", reads), behavior(30, "/read/*", "app", reads), behavior(100, "*", "bucket", reads),
		},
	}
}

// checked holds routes against distributions.
func checked(t *testing.T, d *cloudfront.Distribution, routes []*application.Routes) *Report {
	t.Helper()
	report, err := runRoutes(t.Context(), Input{Loaded: &config.Loaded{Config: &cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}}, Routes: routes})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// prove puts the witness of a finding about routes through the edge: it must do what the finding says.
func prove(t *testing.T, d *cloudfront.Distribution, f Finding) {
	t.Helper()
	e, err := edge.New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}, edge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := e.Explain(t.Context(), f.Witness.Request(), edge.Assume{})
	switch {
	case x.OriginStatus != 0 && x.Origin.ID.Value == "app":
		t.Errorf("%s: %s reaches the application", f.Message, f.Witness)
	case x.OriginStatus != 0 && !strings.Contains(f.Message, "goes to "+x.Origin.ID.Value+" by "):
		t.Errorf("%s: %s goes to %s", f.Message, f.Witness, x.Origin.ID.Value)
	case x.OriginStatus == 0 && !(x.Trace.Reason == edge.MethodNotAllowed && strings.Contains(f.Message, "is refused by ")):
		t.Errorf("%s: %s ends with %s", f.Message, f.Witness, x.Trace.Reason)
	case x.Behavior.Source != f.At && x.Behavior.Sources["allowed_methods"] != f.At:
		t.Errorf("%s: %s is decided at %s, not at %s", f.Message, f.Witness, x.Behavior.Source, f.At)
	}
}

// TestWitnesses draws distributions and routes: every finding's witness does what it says, and the behavior that a finding
// proposes, put where it says, carries all of its requests and leaves every other behavior its own.
func TestWitnesses(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := randomShop(r)
		var lines strings.Builder
		for range 1 + r.IntN(12) {
			fmt.Fprintf(&lines, "%s %s\n", pick(r, "GET", "POST", "PUT", "OPTIONS", "GET,POST", "ANY"), randomPath(r))
		}
		in := Input{Loaded: &config.Loaded{Config: &cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}}, Routes: read(t, lines.String()), AppOrigins: []string{"app"}}
		report, err := runRoutes(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			prove(t, d, f)
			if f.Fix.HCL != "" {
				mend(t, d, f)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: behaviors %s\n%s", seed, patterns(d), lines.String())
		}
	}
}

// mend does what a finding proposes, and asks again for everything that it is about.
func mend(t *testing.T, d *cloudfront.Distribution, f Finding) {
	t.Helper()
	mended := *d
	mended.Behaviors = slices.Clone(d.Behaviors)
	i := slices.IndexFunc(d.Behaviors, func(b *cloudfront.Behavior) bool { return b.Source.Line == f.At.Line })
	if strings.HasPrefix(f.Fix.HCL, "allowed_methods") {
		b := *d.Behaviors[i]
		b.AllowedMethods = quotedIn(f.Fix.HCL)
		mended.Behaviors[i] = &b
	} else {
		b := *d.Behaviors[i]
		_, rest, _ := strings.Cut(f.Fix.HCL, "path_pattern")
		b.Pattern = cloudfront.MustParsePathPattern(quotedIn(rest)[0]).Ordered()
		b.TargetOriginID = cloudfront.Known("app")
		b.AllowedMethods = strings.Fields("DELETE GET HEAD OPTIONS PATCH POST PUT")
		mended.Behaviors = slices.Insert(mended.Behaviors, i, &b)
		for n, other := range d.Behaviors {
			at := n
			if n >= i {
				at++
			}
			_, extent := mended.Region(at).Witness()
			if before, had := d.Region(n).Witness(); had == cloudfront.Inhabited && extent == cloudfront.Empty {
				t.Errorf("%s takes everything from %s, %s for example", b.Name(), other.Name(), before)
			}
		}
	}
	e, err := edge.New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{&mended}}, edge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range f.Requests {
		method, path, _ := strings.Cut(request, " ")
		w := Witness{Method: method, URL: "https://www.example.com" + path}
		if x := e.Explain(t.Context(), w.Request(), edge.Assume{}); x.OriginStatus == 0 || x.Origin.ID.Value != "app" {
			t.Errorf("%s: mended with %s, and %s is still answered by %s (%s)", f.Message, f.Fix.HCL, request, x.AnsweredBy(), x.Trace.Reason)
		}
	}
}

// quotedIn returns the quoted words of a text.
func quotedIn(text string) []string {
	var words []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func randomPath(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString("/" + pick(r, "a", "b", "api", "{id}", "x.jpg", "healthz", "*"))
	}
	if r.IntN(2) == 0 {
		b.WriteString("/")
	}
	return b.String()
}

func randomShop(r *rand.Rand) *cloudfront.Distribution {
	d := shop()
	model := d.Behaviors
	d.Behaviors = nil
	seen := map[string]bool{}
	for i := range r.IntN(6) {
		b := *pick(r, model...)
		p := pick(r, "/a/*", "/b/*", "/api/*", "*.jpg", "/a/b", "/a", "/*/b/*", "/a/b/*", "/?/api*", "/b*")
		if seen[p] {
			continue
		}
		seen[p] = true
		b.Pattern = cloudfront.MustParsePathPattern(p).Ordered()
		b.Source.Line = i + 1
		b.Sources = cloudfront.Sources{"allowed_methods": b.Source}
		d.Behaviors = append(d.Behaviors, &b)
	}
	d.Behaviors = append(d.Behaviors, model[len(model)-1])
	return d
}

func patterns(d *cloudfront.Distribution) string {
	var list []string
	for _, b := range d.Behaviors {
		list = append(list, b.Name()+"→"+b.TargetOriginID.Value+"["+cloudfront.MethodList(b.AllowedMethods)+"]")
	}
	return strings.Join(list, " ")
}

// runRoutes checks nothing but routes.
func runRoutes(ctx context.Context, in Input) (*Report, error) {
	s, err := newSubject(in)
	if err != nil {
		return nil, err
	}
	return run(ctx, s, []finder{ignoreFinder, routeFinder})
}
