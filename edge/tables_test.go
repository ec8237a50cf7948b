package edge

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// The tests of this file send each header of the tables of the rule pages through the server, in every mode of forwarding
// and to both kinds of origin, and hold the bytes at the origin against the page: a row that is not understood is a failure.

// ruleTable returns the cells of the table that follows a heading of a rule page.
func ruleTable(t *testing.T, file, heading string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../docs/rules/" + file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), heading+"\n")
	if !ok {
		t.Fatalf("%s has no heading %q", file, heading)
	}
	var rows [][]string
	for l := range strings.Lines(rest) {
		l = strings.TrimSpace(l)
		if !strings.HasPrefix(l, "|") {
			if len(rows) > 0 {
				break
			}
			continue
		}
		cells := strings.Split(strings.Trim(l, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) < 10 {
		t.Fatalf("%s: %d rows under %q", file, len(rows), heading)
	}
	return rows[2:]
}

var quotedName = regexp.MustCompile("`([A-Za-z0-9*-]+)`")

// rowHeaders returns the header names of a first cell; wildcards become an example.
func rowHeaders(cell string) []string {
	if strings.HasPrefix(cell, "any header") {
		return []string{"X-Unnamed"}
	}
	var names []string
	for _, m := range quotedName.FindAllStringSubmatch(cell, -1) {
		switch name := m[1]; name {
		case "CloudFront-*":
			names = append(names, "CloudFront-Viewer-City")
		case "*":
		default:
			names = append(names, strings.Replace(name, "*", "Something", 1))
		}
	}
	return names
}

// A tabled is a running edge with a behavior for each mode and kind of origin, by the first parts of the path.
type tabled struct {
	*running
	kinds map[string]string // domain names by the id of the origin
}

// startTabled runs it. listed are the headers that the paths /listed-NAME/ have a cache policy for.
func startTabled(t *testing.T, listed []string) *tabled {
	t.Helper()
	modes := map[string]func(*cloudfront.Behavior){
		"legacy": legacy(func(*cloudfront.CachePolicy) {}),
		"policy": func(*cloudfront.Behavior) {},
		"viewer": func(b *cloudfront.Behavior) {
			b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("all"), Headers: cloudfront.Selection{Behavior: cloudfront.SelectAllViewer}}
		},
		"cookies": legacy(func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }),
		"cached":  func(b *cloudfront.Behavior) { b.CachedMethods = []string{"GET", "HEAD", "OPTIONS"} },
		"gzip": func(b *cloudfront.Behavior) {
			b.CachePolicy = cloudfront.ManagedCachePolicy("Managed-CachingOptimized")
		},
	}
	for _, name := range listed {
		modes["listed-"+name] = func(b *cloudfront.Behavior) {
			b.CachePolicy = &cloudfront.CachePolicy{Name: cloudfront.Known("listed"), Headers: cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{name}}}
		}
		modes["asked-"+name] = forwardsHeaders(name)
	}
	run := &tabled{kinds: map[string]string{"app": "app.example.net", "bucket": "bucket.s3.eu-west-1.amazonaws.com"}}
	changes := []change{hasOrigin("bucket", cloudfront.KindS3, run.kinds["bucket"])}
	for mode, edit := range modes {
		for origin := range run.kinds {
			changes = append(changes, ordered("/"+mode+"/"+origin, origin, readWrite, edit))
		}
	}
	answers := map[string]string{"": hello}
	run.running = start(t, []*cloudfront.Distribution{distributionOf(changes...)}, false, map[string]map[string]string{"app": answers, "bucket": answers}, Options{})
	return run
}

// at sends a request with one header, and returns what the origin received, line by line. What explain says of it must be
// the same.
func (run *tabled) at(t *testing.T, method, mode, origin, header string, body string) []string {
	t.Helper()
	before := len(run.servers[origin].received())
	req := request(method+" /"+mode+"/"+origin, header)
	if name, _, _ := strings.Cut(header, ":"); strings.EqualFold(name, "Host") {
		req = request(method + " /" + mode + "/" + origin)
	}
	got := run.send(t, req+body)
	x := run.watch.wait(t)
	if !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		t.Fatalf("%s with %q: %q", method, header, got)
	}
	checkExplained(t, run.edge, x)
	saw := run.servers[origin].received()[before:]
	if len(saw) != 1 {
		t.Fatalf("the origin received %q", saw)
	}
	return strings.Split(plain(saw[0], [][]string{{"", x.requestID}}), "\n")
}

// values returns the values of a header in a message.
func values(lines []string, name string) (list []string) {
	for _, l := range lines {
		if n, value, ok := strings.Cut(l, ": "); ok && strings.EqualFold(n, name) {
			list = append(list, value)
		}
	}
	return list
}

// wantCell holds what the origin received against a cell of a page.
func (run *tabled) wantCell(t *testing.T, cell, origin, name string, got []string) {
	t.Helper()
	var want []string
	switch {
	case strings.HasPrefix(cell, "F"), strings.HasPrefix(cell, "forwarded"), strings.HasPrefix(cell, "appended"), strings.HasPrefix(cell, "viewer's"):
		want = []string{"probe"}
	case strings.HasPrefix(cell, "X"), strings.HasPrefix(cell, "N"), strings.HasPrefix(cell, "removed"), strings.HasPrefix(cell, "not added"):
	case strings.HasPrefix(cell, "origin domain"), strings.HasPrefix(cell, "set to"):
		want = []string{run.kinds[origin]}
	case strings.HasPrefix(cell, "generated"), strings.HasPrefix(cell, "added by CloudFront"):
		want = []string{"{RID}"}
	case strings.Contains(cell, "`"): // replaced by `Connection: Keep-Alive`, by `Amazon CloudFront`
		want = []string{strings.TrimPrefix(strings.Split(cell, "`")[1], name+": ")}
	default:
		t.Fatalf("unknown cell %q", cell)
	}
	if want != nil && want[0] == "probe" { // what CloudFront appends to, and what the viewer's Host is
		switch name {
		case "Via":
			want[0] = "probe, 1.1 {VIA}.cloudfront.net (CloudFront)"
		case "X-Forwarded-For":
			want[0] = "probe,127.0.0.1"
		case "Host":
			want[0] = "www.example.com"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: %s at the origin (-want +got):\n%s", cell, name, diff)
	}
}

// bySetting are the headers that depend on more than the mode; TestSettings has them.
func bySetting(name string) bool {
	switch name {
	case "Cookie", "Accept-Encoding", "Authorization", "Content-Length", "Transfer-Encoding":
		return true
	}
	return false
}

// TestPolicyHeaderTable is section 3.2 of the policy rules.
func TestPolicyHeaderTable(t *testing.T) {
	run := startTabled(t, nil)
	for _, row := range ruleTable(t, "policies.md", "### 3.2 Header table") {
		for _, name := range rowHeaders(row[0]) {
			if bySetting(name) {
				continue
			}
			for i, mode := range []string{"legacy", "policy", "viewer"} {
				cell := row[1+i]
				if strings.HasPrefix(cell, "same") {
					cell = row[1]
				}
				for origin := range run.kinds {
					t.Run("POL-039/"+mode+"/"+origin+"/"+name, func(t *testing.T) {
						run.wantCell(t, cell, origin, name, values(run.at(t, "GET", mode, origin, name+": probe", ""), name))
					})
				}
			}
		}
	}
}

// TestRequestHeaderTable is section 7.2 of the request rules: under forwarded_values, and named by each list.
func TestRequestHeaderTable(t *testing.T) {
	table := ruleTable(t, "request.md", "### 7.2 The table (custom origins and S3 origins)")
	var all []string
	for _, row := range table {
		all = append(all, rowHeaders(row[0])...)
	}
	run := startTabled(t, all)
	for _, row := range table {
		for _, name := range rowHeaders(row[0]) {
			if bySetting(name) {
				continue
			}
			for i, origin := range []string{"app", "bucket"} {
				cell := row[1+i]
				if cell == "same" {
					cell = row[1]
				}
				t.Run("REQ-190/"+origin+"/"+name, func(t *testing.T) {
					run.wantCell(t, cell, origin, name, values(run.at(t, "GET", "legacy", origin, name+": probe", ""), name))
				})
			}
			listed := func(mode string) []string {
				return values(run.at(t, "GET", mode+name, "app", name+": probe", ""), name)
			}
			switch {
			case strings.HasPrefix(name, "CloudFront-"):
				t.Run("REQ-236/listed/"+name, func(t *testing.T) {
					if got := listed("listed-"); len(got) > 1 || len(got) == 1 && got[0] == "probe" {
						t.Errorf("the origin received %q", got)
					}
				})
			case strings.HasPrefix(row[3], "yes"), strings.HasPrefix(row[3], "custom: yes"):
				t.Run("REQ-195/listed/"+name, func(t *testing.T) {
					run.wantCell(t, "forwarded", "app", name, listed("listed-"))
					run.wantCell(t, "forwarded", "app", name, listed("asked-"))
				})
			case strings.HasPrefix(row[3], "no"):
				t.Run("REQ-195/no effect/"+name, func(t *testing.T) {
					plain := values(run.at(t, "GET", "policy", "app", name+": probe", ""), name)
					for _, mode := range []string{"listed-", "asked-"} {
						if diff := cmp.Diff(plain, listed(mode)); diff != "" {
							t.Errorf("naming it has an effect (-unnamed +%s):\n%s", mode, diff)
						}
					}
				})
			default:
				t.Errorf("%s: unknown cell %q", name, row[3])
			}
		}
	}
}

// TestSettings holds the headers of both tables that depend on the method, the body or a setting of their own.
func TestSettings(t *testing.T) {
	run := startTabled(t, []string{"Authorization", "Cookie", "Accept-Encoding"})
	const token, cookie = "Authorization: probe", "Cookie: b=2; a=1"
	tests := []struct {
		name, rule           string
		methods, mode, field string
		want                 string // "" means that the header does not arrive
	}{
		{"token of a reader", "REQ-216", "GET HEAD", "legacy", token, ""},
		{"token of a reader", "REQ-217", "GET HEAD", "policy", token, ""},
		{"token of a writer", "REQ-216", "DELETE PATCH POST PUT", "legacy", token, "probe"},
		{"token of a writer", "REQ-217", "DELETE PATCH POST PUT", "policy", token, "probe"},
		{"token of OPTIONS", "REQ-219", "OPTIONS", "policy", token, "probe"},
		{"token of OPTIONS that is cached", "REQ-219", "OPTIONS", "cached", token, ""},
		{"token under all headers", "REQ-218", "GET HEAD OPTIONS PUT POST PATCH DELETE", "viewer", token, "probe"},
		{"token in a cache policy", "REQ-218", "GET HEAD OPTIONS POST", "listed-Authorization", token, "probe"},
		{"token in an origin request policy", "POL-057", "GET HEAD", "asked-Authorization", token, ""},
		{"cookies by their setting", "REQ-221", "GET POST", "cookies", cookie, "a=1; b=2"},
		{"cookies without it", "REQ-221", "GET POST", "legacy", cookie, ""},
		{"cookies under all headers", "POL-063", "GET POST", "viewer", cookie, ""},
		{"cookies in a list of headers", "REQ-195", "GET", "listed-Cookie", cookie, ""},
		{"both encodings", "REQ-228", "GET", "gzip", "Accept-Encoding: gzip, deflate, br", "br,gzip"},
		{"one encoding", "REQ-229", "GET", "gzip", "Accept-Encoding: deflate, gzip", "gzip"},
		{"no encoding of the policy", "REQ-230", "GET", "gzip", "Accept-Encoding: deflate", "identity"},
		{"any encoding", "REQ-230", "GET", "gzip", "Accept-Encoding: *", "identity"},
		{"no header", "REQ-231", "GET", "gzip", "X-A: 1", ""},
		{"encodings without a policy's flags", "REQ-232", "GET", "policy", "Accept-Encoding: gzip, br", ""},
		{"encodings under all headers", "REQ-232", "GET", "viewer", "Accept-Encoding: gzip, br", "gzip, br"},
		{"encodings that are listed", "REQ-232", "GET", "listed-Accept-Encoding", "Accept-Encoding: gzip, br", "gzip, br"},
		{"encodings of forwarded_values", "REQ-234", "GET", "legacy", "Accept-Encoding: deflate, gzip, br", "gzip"},
		{"no gzip under forwarded_values", "REQ-234", "GET", "legacy", "Accept-Encoding: br", ""},
		{"gzip that is refused", "REQ-235", "GET", "legacy", "Accept-Encoding: gzip;q=0, br", ""},
		{"gzip that is refused under a policy", "REQ-235", "GET", "gzip", "Accept-Encoding: gzip;q=0, br", "br"},
		{"expectation", "REQ-259", "POST", "policy", "Expect: 200-ok", ""},
	}
	for _, tt := range tests {
		for method := range strings.FieldsSeq(tt.methods) {
			for origin := range run.kinds {
				if origin == "bucket" && method != "GET" && method != "HEAD" {
					continue // S3 refuses it, and what stands in for a bucket is not asked (REQ-102)
				}
				t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-")+"/"+method+"/"+tt.mode+"/"+origin, func(t *testing.T) {
					name, _, _ := strings.Cut(tt.field, ":")
					got := strings.Join(values(run.at(t, method, tt.mode, origin, tt.field, ""), name), "|")
					if got != tt.want {
						t.Errorf("%s at the origin: %q, want %q", name, got, tt.want)
					}
				})
			}
		}
	}
	for _, mode := range []string{"legacy", "policy", "viewer"} {
		t.Run("REQ-193/length/"+mode, func(t *testing.T) {
			got := run.at(t, "POST", mode, "app", "Content-Length: 3", "abc")
			if diff := cmp.Diff([]string{"3"}, values(got, "Content-Length")); diff != "" || got[len(got)-1] != "abc" {
				t.Errorf("the origin received %q", got)
			}
		})
		t.Run("REQ-253/chunks/"+mode, func(t *testing.T) {
			got := run.at(t, "POST", mode, "app", "Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n")
			if diff := cmp.Diff([]string{"chunked"}, values(got, "Transfer-Encoding")); diff != "" || !strings.HasSuffix(strings.Join(got, "\n"), "\n\n3\nabc\n0\n\n") {
				t.Errorf("the origin received %q", got)
			}
		})
	}
}
