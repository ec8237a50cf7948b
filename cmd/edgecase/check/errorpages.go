package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

var (
	errorPageMasksAPI = &Rule{
		Name: "error-page-masks-api", Title: "an application's 403 or 404 becomes 200 with the page of a single-page application", Severity: Warning,
		Why: "A custom_error_response is for the whole distribution, not for the behavior of the pages: what the application answers to its own " +
			"callers is replaced, too. A script that asks for JSON gets status 200 and HTML.",
		Example: `custom_error_response {
  error_code         = 404
  response_code      = 200
  response_page_path = "/index.html"
}
ordered_cache_behavior { path_pattern = "/api/*", target_origin_id = "app" … }`,
		Fix: "Remove the custom_error_response, and rewrite paths without an extension to /index.html in a viewer-request function on the behavior " +
			"of the pages. The bucket then answers 200 by itself.",
		Cites: []string{"REQ-461", "REQ-462", "T08"},
	}
	errorPageMasksRefusal = &Rule{
		Name: "error-page-masks-refusal", Title: "CloudFront's own 403 becomes 200 with a page", Severity: Note,
		Why: "The error page for 403 also takes the place of what CloudFront refuses itself: a POST to a behavior with GET and HEAD, a viewer from " +
			"a country that is shut out, a request that the web ACL blocks. The caller sees 200, and nothing has happened.",
		Example: "custom_error_response for 403 with response_code = 200, and a default behavior with GET and HEAD",
		Fix:     "Let s3:ListBucket turn a missing key into 404, and have a page for 404 only; or rewrite paths in a function.",
		Cites:   []string{"REQ-084", "REQ-518", "T09", "T39"},
	}
	errorPageServesAssets = &Rule{
		Name: "error-page-serves-assets", Title: "a script or a style sheet that is missing becomes 200 with HTML", Severity: Note,
		Why: "After a deployment browsers still ask for the files of the old one. With the page of a single-page application for every 404 they get " +
			"HTML with status 200, report a wrong MIME type, and may keep it.",
		Example: "custom_error_response for 404 with /index.html and 200, and a request for /assets/app.3f2a.js",
		Fix:     "Keep the files of earlier deployments for a while, or rewrite only paths without an extension, in a viewer-request function.",
		Cites:   []string{"REQ-438", "REQ-443", "T08"},
	}
	errorPageOnFailingOrigin = &Rule{
		Name: "error-page-on-failing-origin", Title: "the page for an outage is asked of the origin that is out", Severity: Warning,
		Why: "CloudFront fetches response_page_path under the behavior that takes that path. Where its origin is the one that has failed, the page " +
			"fails as well, and viewers get CloudFront's bare error.",
		Example: `custom_error_response { error_code = 503, response_page_path = "/maintenance.html" … }, and no behavior for /maintenance.html`,
		Fix:     "Put the page into a bucket, and a behavior for its path above the others.",
		Cites:   []string{"REQ-438", "REQ-444", "T42"},
	}
	missingKeyIs403 = &Rule{
		Name: "missing-key-is-403", Title: "there is a page for 404, and the bucket answers 403 for what is missing", Severity: Warning,
		Why:     "Without s3:ListBucket S3 does not tell that a key is missing: it answers 403 AccessDenied, for which the distribution has no page.",
		Example: "a bucket policy with s3:GetObject alone, and a custom_error_response for 404 but not for 403",
		Fix:     "Grant CloudFront s3:ListBucket on the bucket.",
		Cites:   []string{"REQ-391", "REQ-392", "T10"},
	}
)

func errorPageTraps() []trap {
	return []trap{
		{[]*Rule{errorPageMasksAPI, errorPageMasksRefusal, errorPageServesAssets}, (*view).masked},
		{[]*Rule{errorPageOnFailingOrigin}, (*view).outages},
		{[]*Rule{missingKeyIs403}, (*view).hiddenMisses},
	}
}

// masked finds what the pages of single-page applications hide.
func (v *view) masked() []Finding {
	var found []Finding
	refused := false
	for _, m := range v.Masks() {
		if !v.settled(m.Responses[0].Source, m.Responses[0].Sources["response_page_path"], m.Responses[0].Sources["error_code"], m.Responses[0].Sources["response_code"]) {
			continue
		}
		for _, look := range []func(cloudfront.Mask) *Finding{v.maskedAPI, v.maskedAssets} {
			if f := look(m); f != nil {
				f.At = m.Responses[0].Source
				found = append(found, *f)
			}
		}
		if f := v.maskedRefusal(m); f != nil && !refused {
			refused, found = true, append(found, *f)
		}
	}
	return found
}

// maskedAPI is T08.
func (v *view) maskedAPI(m cloudfront.Mask) *Finding {
	for _, status := range []int{404, 403} {
		if !slices.ContainsFunc(m.Responses, func(e cloudfront.ErrorResponse) bool { return e.ErrorCode == status }) {
			continue
		}
		var names []string
		var w *Witness
		for i, b := range v.Behaviors {
			if !slices.Contains(m.Hidden, b) || v.paths[i] == "" || !v.application(b) || !v.routed(b) || forFiles(b) {
				continue
			}
			if names = append(names, b.Name()); w == nil {
				w = v.witness("GET", v.beyond(i))
				w.Shows = Claim{Supposing: answer(status), Behavior: b, Origin: v.origin(b), Status: 200}
			}
		}
		if w == nil || v.hinted(w, "T08") == nil {
			return nil
		}
		return &Finding{
			Rule: errorPageMasksAPI, Witness: w, Message: fmt.Sprintf("a %s of %s becomes 200 %s", m.Statuses(), and(names), m.Page),
			Fix: Fix{Where: "In place of the custom_error_response, in a viewer-request function on the behavior of the pages", HCL: pageFunction(m.Page)},
		}
	}
	return nil
}

// beyond returns a path of a behavior that says that there is nothing: "/api/nope" where that is possible.
func (v *view) beyond(i int) string {
	if prefix, found := strings.CutSuffix(v.Behaviors[i].Pattern.Canonical(), "/*"); found && !strings.ContainsAny(prefix, "*?") {
		if nope := prefix + "/nope"; v.Region(i).Contains(nope) {
			return nope
		}
	}
	return v.paths[i]
}

// pageFunction is what people put in place of an error page for all paths.
func pageFunction(page string) string {
	return `resource "aws_cloudfront_function" "pages" {
  name    = "pages"
  runtime = "cloudfront-js-2.0"
  code    = <<-EOT
    function handler(event) {
      var request = event.request;
      if (!request.uri.includes(".")) request.uri = ` + fmt.Sprintf("%q", page) + `;
      return request;
    }
  EOT
}`
}

// maskedAssets finds a bucket whose missing files become the page.
func (v *view) maskedAssets(m cloudfront.Mask) *Finding {
	if ext := path.Ext(m.Page); ext != ".html" && ext != ".htm" {
		return nil
	}
	b, i := v.Choose(cloudfront.NormalizePath(m.Page))
	const script = "/assets/app.js"
	if !v.bucket(b) || !v.routed(b) || !v.Region(i-1).Contains(script) {
		return nil
	}
	e := m.Responses[len(m.Responses)-1] // 404, if there is one
	w := v.witness("GET", script)
	w.Shows = Claim{Supposing: answer(e.ErrorCode), Behavior: b, Origin: v.origin(b), Status: 200}
	if v.hinted(w, "T08") == nil {
		return nil
	}
	return &Finding{
		Rule: errorPageServesAssets, Witness: w,
		Message: fmt.Sprintf("a file that %s does not have becomes 200 %s, also where it is a script", v.origin(b).ID, m.Page),
		Fix:     Fix{Where: "In place of the custom_error_response, in a viewer-request function on " + b.Name(), HCL: pageFunction(m.Page)},
	}
}

// maskedRefusal is T09, and T39 for countries: somebody is refused, and does not see it.
func (v *view) maskedRefusal(m cloudfront.Mask) *Finding {
	e := m.Responses[0]
	if e.ErrorCode != 403 {
		return nil
	}
	posted := slices.ContainsFunc(v.Behaviors, func(b *cloudfront.Behavior) bool { return b.Allows("POST") && v.application(b) })
	for i, b := range v.Behaviors {
		if b.Allows("POST") || v.paths[i] == "" || !v.routed(b) || !posted || forFiles(b) {
			continue
		}
		w := v.witness("POST", v.paths[i])
		w.Shows = Claim{Behavior: b, Reason: edge.MethodNotAllowed, Status: 200}
		if v.hinted(w, "T09") == nil {
			continue
		}
		return &Finding{
			Rule: errorPageMasksRefusal, At: e.Source, Witness: w,
			Message: fmt.Sprintf("a POST that %s refuses becomes 200 %s", b.Name(), m.Page),
			Fix:     Fix{Where: "Have a page for 404 only, and grant CloudFront s3:ListBucket so that a missing key is one"},
		}
	}
	return nil
}

// outages is T42: the page of a 502, 503 or 504 comes from the application that is out.
func (v *view) outages() []Finding {
	var found []Finding
	told := map[string]bool{}
	for _, e := range v.ErrorResponses {
		page := e.ResponsePagePath
		if e.ErrorCode < 502 || e.ErrorCode > 504 || page == "" || strings.Contains(page, "{") || told[page] ||
			!v.settled(e.Source, e.Sources["response_page_path"], e.Sources["error_code"]) {
			continue
		}
		clean, _, _ := strings.Cut(page, "?")
		taker, _ := v.Choose(cloudfront.NormalizePath(clean))
		if !v.application(taker) || !v.routed(taker) || v.OriginGroup(taker.TargetOriginID.Value) != nil {
			continue
		}
		o := v.origin(taker)
		for i, b := range v.Behaviors {
			if v.paths[i] == "" || v.origin(b) != o || !v.routed(b) || v.OriginGroup(b.TargetOriginID.Value) != nil {
				continue
			}
			w := v.witness("GET", v.paths[i])
			w.Shows = Claim{Supposing: answer(e.ErrorCode), Behavior: b, Origin: o, Page: o}
			h := v.hinted(w, "T42")
			if h == nil {
				continue
			}
			told[page] = true
			found = append(found, Finding{
				Rule: errorPageOnFailingOrigin, At: e.Source, Witness: w, Related: []Related{{taker.Source, taker.Name() + " takes " + page}},
				Message: fmt.Sprintf("the page %s for a %d is asked of %s, which has just failed", page, e.ErrorCode, o.ID), Fix: fixOf(h),
			})
			break
		}
	}
	return found
}

// hiddenMisses is T10 where it keeps a page from being shown.
func (v *view) hiddenMisses() []Finding {
	page := v.ErrorResponse(404)
	if page == nil || page.ResponsePagePath == "" || v.paged(403) || !v.settled(page.Source) {
		return nil
	}
	for _, e := range v.ErrorResponses {
		if e.ErrorCode == 0 || !v.settled(e.Source, e.Sources["error_code"]) {
			return nil // which may be that for 403
		}
	}
	var found []Finding
	told := map[*cloudfront.Bucket]bool{}
	for i, b := range v.Behaviors {
		o := v.origin(b)
		if v.paths[i] == "" || !v.bucket(b) || !v.routed(b) || o.Bucket == nil || o.Bucket.ListBucket != cloudfront.Withheld || told[o.Bucket] {
			continue
		}
		w := v.witness("GET", v.beyond(i))
		w.Shows = Claim{Supposing: answer(403), Behavior: b, Origin: o, Status: 403}
		h := v.hinted(w, "T10")
		if h == nil {
			continue
		}
		told[o.Bucket] = true
		found = append(found, Finding{
			Rule: missingKeyIs403, At: page.Source, Witness: w, Fix: fixOf(h), Related: []Related{{o.Bucket.Source, "the bucket"}},
			Message: fmt.Sprintf("%s answers 403 for a missing key, not 404: %s is not shown", o.ID, page.ResponsePagePath),
		})
	}
	return found
}
