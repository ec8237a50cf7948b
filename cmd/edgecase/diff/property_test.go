package diff

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
	"edgecase/edge/policy"
)

// ask puts a request through the edge of a configuration.
func ask(t testing.TB, c *cloudfront.Config, w *Witness) *edge.Exchange {
	t.Helper()
	viewer := map[string]string{}
	for _, name := range policy.ViewerNames() {
		viewer[name] = "x"
	}
	if viewer["Country"] = w.Country; w.Country == "" {
		delete(viewer, "Country")
	}
	e, err := edge.New(c, edge.Options{Viewer: viewer, Now: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	r := &edge.Request{
		Method: w.Method, Path: u.EscapedPath(), RawQuery: u.RawQuery, HasQuery: u.RawQuery != "", Scheme: u.Scheme, Host: u.Host, Major: 1, Minor: 1,
		Fields: http1.Fields{{Name: "Host", Value: u.Host}},
	}
	for _, h := range w.Headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Fields = append(r.Fields, http1.Field{Name: name, Value: value})
	}
	answer := http1.Fields{{Name: "Content-Type", Value: "text/html"}}
	for _, h := range w.OriginHeaders {
		name, value, _ := strings.Cut(h, ": ")
		answer = append(answer, http1.Field{Name: name, Value: value})
	}
	return e.Explain(t.Context(), r, edge.Assume{Status: w.OriginStatus, Fields: answer, Complete: true})
}

// seen is what can be seen of an explained request: the answer, and what the origin would receive.
func seen(t testing.TB, x *edge.Exchange) string {
	t.Helper()
	d := x.Document()
	type essence struct {
		Status     int
		AnsweredBy string
		Reason     edge.Reason
		Origin     *edge.OriginRef
		Request    *edge.OriginRequest
		Page       *edge.PageRef
		Headers    edge.FieldMap
	}
	e := essence{d.Status, d.AnsweredBy, d.Reason, d.Origin, d.OriginRequest, d.CustomErrorPage, d.Headers}
	for _, fields := range []*edge.FieldMap{&e.Headers} {
		*fields = slices.DeleteFunc(slices.Clone(*fields), func(f http1.Field) bool {
			return strings.EqualFold(f.Name, "X-Amz-Cf-Id") || strings.EqualFold(f.Name, "Via")
		})
	}
	if e.Request != nil {
		r := *e.Request
		r.Headers = slices.DeleteFunc(slices.Clone(r.Headers), func(f http1.Field) bool {
			return strings.EqualFold(f.Name, "X-Amz-Cf-Id") || strings.EqualFold(f.Name, "Via")
		})
		e.Request = &r
	}
	if e.Origin != nil {
		o := *e.Origin
		o.Source = nil
		e.Origin = &o
	}
	if e.Page != nil {
		p := *e.Page
		p.Source, p.PathPattern = nil, ""
		e.Page = &p
	}
	out, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// shows reports whether two explained requests show a change: in what can be seen, or, of what the edge keeps to itself,
// in the behaviors and origins that they came to.
func shows(t testing.TB, c Change, old, new *edge.Exchange) bool {
	t.Helper()
	if seen(t, old) != seen(t, new) {
		return true
	}
	a, b := old.Behavior, new.Behavior
	if a == nil || b == nil {
		return false
	}
	switch method := old.Viewer.Method; c.Kind {
	case Behavior:
		return a.Name() != b.Name()
	case Caching:
		return caching(a, method).text != caching(b, method).text
	case CacheKey:
		return fmt.Sprint(keyOf(a, old)) != fmt.Sprint(keyOf(b, new))
	case Signed:
		return signed(a).key != signed(b).key
	case Function:
		return fmt.Sprint((&Side{}).functions(a)) != fmt.Sprint((&Side{}).functions(b))
	case BehaviorSetting:
		return fmt.Sprint(others(a)) != fmt.Sprint(others(b))
	case OriginSetting:
		return fmt.Sprint((&Side{}).origins(old.Distribution, a)) != fmt.Sprint((&Side{}).origins(new.Distribution, b))
	}
	return false
}

// keyOf is what of a request is in the cache key.
func keyOf(b *cloudfront.Behavior, x *edge.Exchange) policy.Keyed {
	p := policy.Compile(b, x.Origin)
	v := policy.Viewer{Method: x.Viewer.Method, Scheme: x.Viewer.Scheme, Host: x.Viewer.Host, Major: 1, Minor: 1, Fields: x.Viewer.Fields, RawQuery: x.Viewer.RawQuery, HasQuery: x.Viewer.HasQuery,
		Values: namesOf().probe.Values}
	return p.Keyed(&v, p.ViewerHeaders(&v))
}

// A maker makes configurations that have much in common.
type maker struct{ *rand.Rand }

func (m maker) one(list ...string) string { return list[m.IntN(len(list))] }

func (m maker) some(list ...string) []string {
	var out []string
	for _, s := range list {
		if m.IntN(2) == 0 {
			out = append(out, s)
		}
	}
	return out
}

func (m maker) selection(behaviors []cloudfront.SelectionBehavior, names ...string) cloudfront.Selection {
	s := cloudfront.Selection{Behavior: behaviors[m.IntN(len(behaviors))]}
	if s.Behavior == cloudfront.SelectWhitelist || s.Behavior == cloudfront.SelectAllExcept {
		if s.Items = m.some(names...); len(s.Items) == 0 {
			s.Items = names[:1]
		}
	}
	return s
}

func (m maker) behavior(pattern string) *cloudfront.Behavior {
	b := behaviorOf(pattern, m.one("S3-web", "ALB-api", "ALB-api", "two"), m.one(reading, "GET HEAD OPTIONS", writing))
	b.ViewerProtocolPolicy = cloudfront.ViewerProtocolPolicy(m.one("allow-all", "redirect-to-https", "https-only"))
	none, list, except, all := cloudfront.SelectNone, cloudfront.SelectWhitelist, cloudfront.SelectAllExcept, cloudfront.SelectAll
	four := []cloudfront.SelectionBehavior{none, list, except, all}
	p := &cloudfront.CachePolicy{
		Headers: m.selection([]cloudfront.SelectionBehavior{none, list}, "Authorization", "Origin", "X-One", "Host", "CloudFront-Viewer-Country"),
		Cookies: m.selection(four, "a", "b"), QueryStrings: m.selection(four, "q", "page"),
		EnableAcceptEncodingGzip: m.IntN(2) == 0, EnableAcceptEncodingBrotli: m.IntN(2) == 0,
	}
	if m.IntN(4) > 0 {
		p.MaxTTL, p.DefaultTTL = time.Hour, time.Duration(m.IntN(3))*time.Minute
	}
	if m.IntN(6) == 0 {
		p = &cloudfront.CachePolicy{Legacy: true, ForwardQueryString: m.IntN(2) == 0, MaxTTL: time.Hour,
			Headers: m.selection([]cloudfront.SelectionBehavior{none, list, all}, "Referer", "X-One"), Cookies: m.selection([]cloudfront.SelectionBehavior{none, list, all}, "a", "b*")}
	}
	b.CachePolicy = p
	if m.IntN(2) == 0 && !p.Legacy {
		b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{
			Headers: m.selection([]cloudfront.SelectionBehavior{none, list, except, cloudfront.SelectAllViewer, cloudfront.SelectAllViewerAndWhitelistCloudFront}, "Referer", "X-One", "Host", "User-Agent", "CloudFront-Is-Mobile-Viewer"),
			Cookies: m.selection(four, "a", "c"), QueryStrings: m.selection(four, "q", "r"),
		}
	}
	if m.IntN(3) == 0 {
		b.ResponseHeadersPolicy = &cloudfront.ResponseHeadersPolicy{CustomHeaders: []cloudfront.ResponseHeader{{Name: "X-Served", Value: cloudfront.Known(m.one("a", "b")), Override: m.IntN(2) == 0}}}
	}
	b.Compress = m.IntN(2) == 0
	return b
}

func (m maker) config() *cloudfront.Config {
	d := distributionOf()
	d.Origins = append(d.Origins, originOf("two", m.one("two.example.net", "alb.example.net")))
	d.Origins[1].OriginPath = m.one("", "", "/v1")
	if m.IntN(3) == 0 {
		d.Origins[1].CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Secret", Value: cloudfront.Known(m.one("1", "2"))}}
	}
	last := m.behavior("*")
	d.Behaviors = nil
	for range m.IntN(4) {
		d.Behaviors = append(d.Behaviors, m.behavior(m.one("/a/*", "/a*", "*.j", "/a/b/?", "/b*a*", "/a/*.j", "/*")))
	}
	d.Behaviors = append(d.Behaviors, last)
	if m.IntN(3) == 0 {
		d.ErrorResponses = []cloudfront.ErrorResponse{{ErrorCode: 404, ResponseCode: 200, ResponsePagePath: m.one("/index.html", "/x.html")}}
	}
	d.DefaultRootObject = m.one("", "index.html")
	if m.IntN(3) == 0 {
		d.GeoRestriction = cloudfront.GeoRestriction{RestrictionType: m.one("whitelist", "blacklist"), Locations: m.some("CA", "FR")}
	}
	return configOf(d)
}

// edited returns a configuration that shares most with another, often the behaviors themselves.
func (m maker) edited(c *cloudfront.Config) *cloudfront.Config {
	if m.IntN(4) == 0 {
		return m.config()
	}
	d := *c.Distributions[0]
	d.Behaviors = slices.Clone(d.Behaviors)
	n := len(d.Behaviors) - 1
	switch m.IntN(5) {
	case 4:
		d.Origins = slices.Clone(d.Origins)
		o := *d.Origins[1]
		o.OriginPath, o.OriginProtocolPolicy = m.one("", "/v2"), cloudfront.OriginProtocolPolicy(m.one("http-only", "match-viewer"))
		d.Origins[1] = &o
	case 0:
		d.Behaviors[m.IntN(n+1)] = m.behavior("/a?*")
		d.Behaviors[n] = m.behavior("*")
	case 1:
		d.Behaviors = slices.Insert(d.Behaviors, m.IntN(n+1), m.behavior(m.one("/a/*", "*.j", "/b*")))
	case 2:
		m.Shuffle(n, func(i, j int) { d.Behaviors[i], d.Behaviors[j] = d.Behaviors[j], d.Behaviors[i] })
	default:
		at := m.IntN(n + 1)
		b := *d.Behaviors[at]
		b.AllowedMethods = slices.Sorted(slices.Values(strings.Fields(m.one(reading, writing))))
		d.Behaviors[at] = &b
	}
	return configOf(&d)
}

// checkProperties holds a report against the edge: every witness shows its change, and of some requests none changes
// that no change is about.
func checkProperties(t *testing.T, m maker) {
	t.Helper()
	old := m.config()
	new := m.edited(old)
	report := compare(old, new)
	for _, d := range report.Distributions {
		if len(d.Undecided) > 0 {
			t.Errorf("undecided: %v", d.Undecided)
		}
		for _, c := range d.Changes {
			if c.Witness == nil {
				continue
			}
			x, y := ask(t, old, c.Witness), ask(t, new, c.Witness)
			if !shows(t, c, x, y) {
				t.Errorf("the witness of this change shows nothing\n%s\n%s\n%s", oneLine(c), seen(t, x), describe(old, new))
			}
			for _, r := range c.Regions {
				if w, x := r.Of.Witness(); x != cloudfront.Inhabited {
					t.Errorf("%s: %s holds %q, %s", oneLine(c), r.Text, w, x)
				}
			}
		}
	}
	for range 12 {
		w := m.request()
		x, y := ask(t, old, w), ask(t, new, w)
		if kinds := mustSay(t, x, y); kinds != nil && !slices.ContainsFunc(report.Distributions[0].Changes, func(c Change) bool { return slices.Contains(kinds, c.Kind) && concerns(c, x) }) {
			t.Errorf("%s %s %v changes, and none of %v is about it\n%s\n%s\n%s\n%s", w.Method, w.URL, w.Headers, kinds, seen(t, x), seen(t, y), strings.Join(lines(report), "\n"), describe(old, new))
		}
	}
}

// mustSay returns the kinds of change of which one must be about a request that the two sides treat so; nil where nothing
// can be seen.
func mustSay(t testing.TB, old, new *edge.Exchange) []Kind {
	t.Helper()
	a, b := old.Document(), new.Document()
	switch {
	case seen(t, old) == seen(t, new):
		return nil
	case a.Reason != b.Reason || (a.Origin == nil) != (b.Origin == nil) || a.Origin != nil && a.Origin.ID != b.Origin.ID:
		return []Kind{Answer, Protocol, Geo}
	case a.OriginRequest != nil && withoutQuery(a.OriginRequest.URL) != withoutQuery(b.OriginRequest.URL):
		return []Kind{OriginSetting, RootObject}
	case a.OriginRequest != nil && a.OriginRequest.URL != b.OriginRequest.URL:
		return []Kind{Forwarding}
	case a.OriginRequest != nil && !slices.Equal(fieldsOf(a.OriginRequest.Headers), fieldsOf(b.OriginRequest.Headers)):
		return []Kind{OriginSetting, Forwarding}
	case a.Status != b.Status || (a.CustomErrorPage == nil) != (b.CustomErrorPage == nil):
		return []Kind{ErrorPage}
	}
	return []Kind{ResponseHeaders, ErrorPage, BehaviorSetting, Answer, OriginSetting}
}

func withoutQuery(u string) string {
	u, _, _ = strings.Cut(u, "?")
	return u
}

// fieldsOf are the fields that do not differ from one request to the next.
func fieldsOf(f edge.FieldMap) []http1.Field {
	return slices.DeleteFunc(slices.Clone([]http1.Field(f)), func(f http1.Field) bool {
		return strings.EqualFold(f.Name, "X-Amz-Cf-Id") || strings.EqualFold(f.Name, "Via")
	})
}

// request makes a request with what the policies know.
func (m maker) request() *Witness {
	w := &Witness{Method: m.one("GET", "HEAD", "OPTIONS", "POST"), URL: m.one("https", "http") + "://www.example.com" + m.one("/", "/a", "/a/", "/a/x.j", "/b/a", "/a/b/c", "/x.j", "/zzz", "/bxa.j")}
	if m.IntN(2) == 0 {
		w.URL += "?" + m.one("q=1", "page=2&r=1", "zz=1")
	}
	for _, h := range m.some("Authorization: x", "Origin: https://o.example", "X-One: 1", "Referer: r", "User-Agent: u", "Accept-Encoding: gzip, br", "X-Unknown: 1", "If-None-Match: \"e\"") {
		w.Headers = append(w.Headers, h)
	}
	if cookies := m.some("a=1", "b=2", "bb=3", "c=4", "zz=5"); len(cookies) > 0 {
		w.Headers = append(w.Headers, "Cookie: "+strings.Join(cookies, "; "))
	}
	w.Country = m.one("US", "CA", "FR")
	if m.IntN(4) == 0 {
		w.OriginStatus = 404
	}
	return w
}

// concerns reports whether a change is about a request.
func concerns(c Change, x *edge.Exchange) bool {
	path := cloudfront.NormalizePath(x.Viewer.Path)
	return (len(c.Methods) == 0 || slices.Contains(c.Methods, x.Viewer.Method)) &&
		(len(c.Regions) == 0 || slices.ContainsFunc(c.Regions, func(r Region) bool { return r.Of.Contains(path) }))
}

func describe(configs ...*cloudfront.Config) string {
	var b strings.Builder
	for _, c := range configs {
		for _, d := range c.Distributions {
			for _, o := range d.Behaviors {
				fmt.Fprintf(&b, "  %s → %s %v %s %+v %+v\n", o.Name(), o.TargetOriginID, o.AllowedMethods, o.ViewerProtocolPolicy, o.CachePolicy, o.OriginRequestPolicy)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestProperties(t *testing.T) {
	for seed := range uint64(150) {
		if checkProperties(t, maker{rand.New(rand.NewPCG(seed, 7))}); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzProperties(f *testing.F) {
	for seed := range uint64(10) {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) { checkProperties(t, maker{rand.New(rand.NewPCG(a, b))}) })
}
