package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
)

var (
	barePath = &Rule{
		Name: "bare-path", Title: "/x/* does not take /x, which goes to another origin", Severity: Note,
		Why: "A pattern has to match the whole path: /api/* takes /api/ and what is below it, and not /api. Whoever leaves the slash out is sent to " +
			"the behavior that takes /api, often the default one: a bucket answers, or CloudFront refuses the POST.",
		Example: `path_pattern = "/api/*", and a request for /api`,
		Fix:     `Add a behavior for "/api", or make sure that nobody asks for it. ("/api*" would take /apiary, too.)`,
		Cites:   []string{"REQ-048", "T02"},
	}
	caseNearMiss = &Rule{
		Name: "case-near-miss", Title: "a pattern has upper-case letters, and the same path in lower case goes elsewhere", Severity: Note,
		Why: "Patterns are matched letter by letter, and case counts. Paths with upper-case letters are often typed in lower case, and " +
			"many servers and file systems do not care.",
		Example: `path_pattern = "/API/*", and a request for /api/users`,
		Fix:     "Write the pattern as the application writes its URLs, or add a second behavior for the other spelling.",
		Cites:   []string{"REQ-049", "T03"},
	}
	overMatch = &Rule{
		Name: "over-match", Title: "a pattern ends within a word, and takes longer words, too", Severity: Note,
		Why: "A * stands for any characters, a slash or none among them: /auth* takes /auth and /auth/login, and also /authors/1, which may be " +
			"a page of another application.",
		Example: `path_pattern = "/auth*", and a request for /authors/1`,
		Fix:     `Write "/auth/*", and a behavior for "/auth" if that is asked for.`,
		Cites:   []string{"REQ-044", "T06"},
	}
)

func nearMissTraps() []trap {
	return []trap{{[]*Rule{barePath, caseNearMiss, overMatch}, (*view).nearMisses}}
}

// nearMisses finds patterns that take less than their authors may think, or more.
func (v *view) nearMisses() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if b.Default() || v.paths[i] == "" || !v.routed(b) {
			continue
		}
		for _, look := range []func(int, *cloudfront.Behavior) *Finding{v.bare, v.folded, v.longer} {
			if f := look(i, b); f != nil {
				f.At, f.of = b.Source, b.Name()
				found = append(found, *f)
			}
		}
	}
	return found
}

// files are the folders that people keep files in, and nobody asks for without a name.
var files = []string{
	"static", "assets", "asset", "media", "images", "image", "img", "css", "js", "javascripts", "stylesheets", "fonts", "font", "files",
	"dist", "build", "public", "uploads", "upload", "downloads", "favicon", "favicons", "icons", "videos", "thumbnails", "chunks", "_next",
	"_nuxt", "_astro", "_app", ".well-known", "wp-content", "wp-includes", "bundles", "packs", "vendor", "lib", "scripts", "styles", "webpack",
	"data", "sitemaps", "thumbs", "thumb", "pdf", "pdfs", "audio", "video", "storage", "error", "errors", "error-pages", "error_pages", "custom_error_pages",
}

// bare is T02: a folder's pattern does not take the folder's own name.
func (v *view) bare(_ int, b *cloudfront.Behavior) *Finding {
	path, found := strings.CutSuffix(b.Pattern.Canonical(), "/*")
	if !found || path == "" || strings.ContainsAny(path, "*?") || cloudfront.NormalizePath(path) != path {
		return nil
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	other, _ := v.Choose(path)
	if other == b || other.TargetOriginID.Value == b.TargetOriginID.Value || !v.routed(other) ||
		slices.Contains(files, strings.ToLower(name)) || strings.HasPrefix(name, "error") {
		return nil
	}
	f := &Finding{
		Rule: barePath, Message: fmt.Sprintf("%s does not take %s, which goes to %s", b.Name(), path, target(other)), Witness: v.witness("GET", path),
		Fix: Fix{Where: "If it is asked for, add above " + other.Name(), HCL: b.BlockFor(cloudfront.PatternOf(path)), Above: other.Source},
	}
	f.Witness.Shows.Behavior = other
	return f
}

// folded is T03: the path in lower case goes elsewhere.
func (v *view) folded(i int, b *cloudfront.Behavior) *Finding {
	if !upperWord.MatchString(b.Pattern.Canonical()) {
		return nil
	}
	path := strings.ToLower(v.paths[i])
	other, _ := v.Choose(path)
	how := difference(other, b)
	if how == "" || !v.routed(other) || path == v.paths[i] {
		return nil
	}
	f := &Finding{
		Rule: caseNearMiss, Message: fmt.Sprintf("%s does not take %s, which goes to %s: case counts", b.Name(), path, target(other)),
		Witness: v.witness("GET", path), Fix: Fix{Where: "If the application's URLs are in lower case, write " + strconv.Quote(strings.ToLower(b.Pattern.String()))},
	}
	f.Witness.Shows.Behavior = other
	return f
}

// upperWord finds a word in upper case: letters among digits are of identifiers, which have one spelling.
var upperWord = regexp.MustCompile(`(^|/)[a-z-]*[A-Z][A-Za-z-]{2,}([/*]|$)`)

// longer is T06: a pattern that ends within a word takes longer words.
func (v *view) longer(i int, b *cloudfront.Behavior) *Finding {
	prefix, found := strings.CutSuffix(b.Pattern.Canonical(), "*")
	if !found || strings.ContainsAny(prefix, "*?") {
		return nil
	}
	name := prefix[strings.LastIndexByte(prefix, '/')+1:]
	path := prefix + "s/x"
	if name == "auth" {
		path = prefix + "ors/x"
	}
	if len(name) < 3 || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz") != "" || !v.Region(i).Contains(path) {
		return nil // "/img-*" and "/v*" are meant as they stand
	}
	below := *v.Distribution
	below.Behaviors = slices.Delete(slices.Clone(v.Behaviors), i, i+1)
	other, _ := below.Choose(path)
	if other.TargetOriginID.Value == b.TargetOriginID.Value || !v.routed(other) {
		return nil
	}
	f := &Finding{
		Rule: overMatch, Message: fmt.Sprintf("%s takes %s, too: without it, %s would", b.Name(), path, target(other)), Witness: v.witness("GET", path),
		Fix: Fix{Where: fmt.Sprintf("If that is not meant, write %q, and a behavior for %q if it is asked for", prefix+"/*", prefix)},
	}
	f.Witness.Shows = Claim{Behavior: b, Trap: "T06"}
	return f
}
