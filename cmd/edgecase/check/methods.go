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
	methodReach = &Rule{
		Name: "method-reach", Title: "an application that takes POST elsewhere gets only GET and HEAD here", Severity: Note,
		Why: "The behavior that takes the path decides about the method, and no other is tried: its 403 comes from CloudFront, and the " +
			"application's log stays empty. Where another behavior passes all methods to the same origin, the application does take them.",
		Example: `default_cache_behavior { target_origin_id = "app", allowed_methods = ["GET", "HEAD"] … }
ordered_cache_behavior { path_pattern = "/api/*", target_origin_id = "app", allowed_methods = [all seven] … }`,
		Fix:   "If the application takes a POST there, allow all seven methods. A list of its routes tells: edgecase check --django, --openapi or --routes.",
		Cites: []string{"REQ-051", "REQ-075", "REQ-079", "T01", "T43"},
	}
	postToBucket = &Rule{
		Name: "post-to-bucket", Title: "a behavior passes POST to a bucket, which has no use for it", Severity: Note,
		Why: "S3 answers 405 to a POST for an object, with XML and Server: AmazonS3, and that looks like an application's mistake. With GET and HEAD " +
			"only, CloudFront would refuse it, and a DELETE or PUT could never reach the bucket.",
		Example: `target_origin_id = "S3-web", allowed_methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]`,
		Fix:     `Write allowed_methods = ["GET", "HEAD"], or with OPTIONS if other sites read the bucket. For uploads by PUT it must be all seven.`,
		Cites:   []string{"REQ-102", "REQ-104", "T07"},
	}
)

func methodTraps() []trap {
	return []trap{{[]*Rule{methodReach}, (*view).refused}, {[]*Rule{postToBucket}, (*view).posted}}
}

// refused finds applications behind a behavior without POST, beside one with it.
func (v *view) refused() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if b.Allows("POST") || !v.application(b) || !v.routed(b) || v.paths[i] == "" || forFiles(b) {
			continue
		}
		model := slices.IndexFunc(v.Behaviors, func(m *cloudfront.Behavior) bool {
			return m.TargetOriginID.Value == b.TargetOriginID.Value && m.Allows("POST") && v.routed(m)
		})
		if model < 0 {
			continue
		}
		f := Finding{
			Rule: methodReach, of: b.Name(), At: argument(b.Sources, "allowed_methods", b.Source), Witness: v.witness("POST", v.paths[i]),
			Message: fmt.Sprintf("%s passes %s on to %s; %s passes all methods to it", b.Name(), cloudfront.MethodList(b.AllowedMethods),
				b.TargetOriginID, named(v.Behaviors[model])),
			Fix: Fix{Where: "If it takes a POST there, in " + b.Name(), HCL: "allowed_methods = " + allMethods},
		}
		f.Witness.Shows = Claim{Behavior: b, Reason: edge.MethodNotAllowed}
		found = append(found, f)
	}
	return found
}

// forFiles reports whether a pattern is for files: by their extension, or in a folder that is called so.
func forFiles(b *cloudfront.Behavior) bool {
	if b.Default() {
		return false
	}
	pattern := strings.ToLower(b.Pattern.Canonical())
	if strings.Contains(path.Base(pattern), ".") {
		return true
	}
	return slices.ContainsFunc(strings.Split(pattern, "/"), func(name string) bool { return slices.Contains(files, strings.Trim(name, "*")) })
}

// posted is T07, as the edge forecasts it.
func (v *view) posted() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if !b.Allows("POST") || v.paths[i] == "" || !v.routed(b) || rewritten(b) {
			continue
		}
		w := v.witness("POST", v.paths[i])
		if h := v.hinted(w, "T07"); h != nil {
			w.Shows.Behavior = b
			found = append(found, Finding{
				Rule: postToBucket, At: argument(b.Sources, "allowed_methods", b.Source), Witness: w, of: b.Name(),
				Message: fmt.Sprintf("%s passes POST to the bucket %s, which answers 405", b.Name(), b.TargetOriginID),
				Fix:     Fix{Where: "Unless files are uploaded there, in " + b.Name(), HCL: `allowed_methods = ["GET", "HEAD"]`},
			})
		}
	}
	return found
}
