package cloudfront

import (
	"fmt"
	"slices"
	"strings"
)

// maxComparedBehaviors is how many behaviors are compared with one another, each with all above it: more than the quota
// allows, and few enough to be done with soon.
const maxComparedBehaviors = 100

var (
	readMethods    = []string{"GET", "HEAD"}
	optionsMethods = []string{"GET", "HEAD", "OPTIONS"}
	allMethods     = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
)

func (r *report) behaviors(d *Distribution) {
	for i, b := range d.Behaviors {
		if i < len(d.Behaviors)-1 {
			r.pathPattern(b)
		}
		r.target(d, b)
		r.methods(b)
		r.associations(d, b)
		r.grpc(d, b)
		r.policies(d, b)
	}
	r.order(d)
}

func (r *report) pathPattern(b *Behavior) {
	at, pattern := b.Sources.at("path_pattern", b.Source), b.Pattern.String()
	if pattern == "" || placeholder(pattern) {
		return
	}
	if strings.Contains(pattern, "&amp;") {
		r.warn("REQ-054", Inferred, at, "Escaped ampersand in a path pattern",
			`"&amp;" is how the API's XML writes "&"; Terraform takes the plain character. Write "&" in %q.`, pattern)
	}
	var odd []string
	for _, c := range b.Pattern.Canonical() {
		if s := string(c); !strings.ContainsRune(pathCharacters+"@:+&?", c) && !slices.Contains(odd, s) {
			odd = append(odd, s)
		}
	}
	if len(odd) > 0 {
		r.warn("REQ-055", Inferred, at, "Unusual character in a path pattern",
			"A path pattern has letters, digits, %s and the wildcards * and ?; CloudFront probably refuses %s in "+
				"%q. Use a wildcard in its place.",
			`_-.$/~"'@:+&`, quoted(odd), pattern)
	}
}

func (r *report) target(d *Distribution, b *Behavior) {
	id := b.TargetOriginID
	if id.judged() && d.Origin(id.Value) == nil && d.OriginGroup(id.Value) == nil {
		r.unknownOrigin(d, id.Value, b.Sources.at("target_origin_id", b.Source), true)
	}
}

func (r *report) methods(b *Behavior) {
	at := b.Sources.at("allowed_methods", b.Source)
	allowed, cached := sorted(b.AllowedMethods), sorted(b.CachedMethods)
	if slices.ContainsFunc(slices.Concat(allowed, cached), placeholder) {
		return
	}
	// A list that is not known yet arrives empty.
	if len(allowed) > 0 && !oneSet(allowed, readMethods, optionsMethods, allMethods) {
		r.refuse("REQ-075", Documented, at, "Invalid allowed_methods",
			"CloudFront knows three sets of methods: GET and HEAD; GET, HEAD and OPTIONS; or all seven. [%s] is "+
				"none of them. %s",
			strings.Join(allowed, " "), methodsHint(allowed))
	}
	at = b.Sources.at("cached_methods", b.Source)
	switch {
	case len(cached) == 0:
	case !oneSet(cached, readMethods, optionsMethods):
		r.refuse("REQ-076", Documented, at, "Invalid cached_methods",
			"CloudFront caches answers to GET and HEAD, or to GET, HEAD and OPTIONS. [%s] is neither. Write one of "+
				"the two sets.",
			strings.Join(cached, " "))
	case len(allowed) > 0 && slices.Contains(cached, "OPTIONS") && !slices.Contains(allowed, "OPTIONS"):
		r.refuse("REQ-076", Inferred, at, "Cached method not allowed",
			"cached_methods has OPTIONS and allowed_methods has not. Allow it, or cache GET and HEAD only.")
	}
}

func oneSet(methods []string, sets ...[]string) bool {
	return slices.ContainsFunc(sets, func(set []string) bool { return slices.Equal(methods, set) })
}

// methodsHint says which set comes nearest.
func methodsHint(methods []string) string {
	for _, m := range methods {
		if upper := strings.ToUpper(m); upper != m {
			return fmt.Sprintf("Methods are written in upper case: %q for %q.", upper, m)
		}
	}
	for _, m := range methods {
		if !slices.Contains(allMethods, m) {
			return fmt.Sprintf("%q cannot be allowed. Remove it.", m)
		}
	}
	for _, m := range methods {
		if !slices.Contains(optionsMethods, m) {
			return fmt.Sprintf("To allow %s, list all seven.", m)
		}
	}
	return "List GET and HEAD, too."
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// order finds behaviors that are never used because of what stands above them (REQ-043), and patterns given twice
// (REQ-058).
func (r *report) order(d *Distribution) {
	if len(d.Behaviors) == 0 {
		return
	}
	ordered := d.Behaviors[:len(d.Behaviors)-1]
	var survey Survey
	var known []*Behavior
	var patterns []PathPattern
	for i, b := range ordered[:min(len(ordered), maxComparedBehaviors)] {
		if !b.Pattern.Known() {
			continue
		}
		at := b.Sources.at("path_pattern", b.Source)
		if b.Pattern.Canonical() == "/*" {
			r.warn("REQ-043", Documented, at, "Unreachable behaviors",
				"%q takes every path, so %s never used. Move its settings to default_cache_behavior, or give it a "+
					"narrower pattern.",
				b.Pattern, below(len(ordered)-i-1))
			return
		}
		known, patterns = append(known, b), append(patterns, b.Pattern)
		last := len(known) - 1
		if twin := slices.IndexFunc(known, func(a *Behavior) bool { return a.Pattern.Canonical() == b.Pattern.Canonical() }); twin < last {
			r.refuse("REQ-058", Inferred, at, "Duplicate path pattern",
				"%s is the same pattern as %q and stands above it; CloudFront probably refuses that, and only the "+
					"first would be used. Remove one of the two.",
				located(known[twin]), b.Pattern)
			continue
		}
		var above []string
		for _, i := range survey.Cover(patterns, last) {
			above = append(above, located(known[i]))
		}
		switch {
		case len(above) == 1:
			r.warn("REQ-043", Documented, at, "Unreachable behavior",
				"%s stands above and takes every path that %q does, so this behavior is never used. Move the block of "+
					"%q above it.", above[0], b.Pattern, b.Pattern)
		case len(above) > 1:
			r.warn("REQ-043", Documented, at, "Unreachable behavior",
				"%s stand above and together take every path that %q does, so this behavior is never used. Move the "+
					"block of %q above them.", and(above), b.Pattern, b.Pattern)
		}
	}
}

// located names a behavior by its pattern and the place of that.
func located(b *Behavior) string {
	return fmt.Sprintf("%q%s", b.Pattern, parenthesized(b.Sources.at("path_pattern", b.Source)))
}

// below names the behaviors under a pattern that takes everything.
func below(n int) string {
	switch n {
	case 0:
		return "the default behavior is"
	case 1:
		return "the ordered behavior below it and the default behavior are"
	default:
		return fmt.Sprintf("the %d ordered behaviors below it and the default behavior are", n)
	}
}

func (r *report) associations(d *Distribution, b *Behavior) {
	var events []EventType
	kinds := map[FunctionKind]bool{} // of the viewer events
	for _, a := range b.Associations {
		at := a.Source
		if at.IsZero() {
			at = b.Source
		}
		viewer := a.EventType == ViewerRequest || a.EventType == ViewerResponse
		origin := a.EventType == OriginRequest || a.EventType == OriginResponse
		if (viewer || origin) && slices.Contains(events, a.EventType) {
			r.refuse("FN-022", Documented, at, "Two functions for one event",
				"A behavior runs one function per event, and this one has another for %s. Merge the two, or remove "+
					"one.", a.EventType)
		}
		events = append(events, a.EventType)
		if viewer && len(kinds) == 1 && !kinds[a.Kind] {
			r.refuse("FN-022", Documented, at, "CloudFront Functions beside Lambda@Edge",
				"A behavior cannot use CloudFront Functions for one viewer event and Lambda@Edge for the other. Use "+
					"one kind for both.")
		}
		if viewer {
			kinds[a.Kind] = true
		}
		if a.Kind == LambdaFunction {
			r.lambda(d, b, a, at)
		}
	}
}

func (r *report) lambda(d *Distribution, b *Behavior, a Association, at Source) {
	if unversioned(a.ARN) {
		r.refuse("LE-003", Documented, a.Sources.at("lambda_arn", at), "Lambda function without version",
			"Lambda@Edge takes a numbered version of a function, and %q has none. Set publish = true on the "+
				"function and use its qualified_arn.", a.ARN)
	}
	if a.IncludeBody && (a.EventType == ViewerResponse || a.EventType == OriginResponse) {
		r.refuse("LE-002", Inferred, a.Sources.at("include_body", at), "Body of a response",
			"include_body is for request events, and %s has no request body to read. Remove it.", a.EventType)
	}
	for _, o := range d.Members(b.TargetOriginID.Value) {
		if o.Kind == KindVPC && (a.EventType == OriginRequest || a.EventType == OriginResponse) {
			r.warn("REQ-317", Documented, at, "Lambda@Edge before a VPC origin",
				"VPC origins support no origin-facing Lambda@Edge, and %q is one. Use a viewer event.", o.ID)
		}
	}
}

// unversioned reports whether a function's ARN is known to lack the version number at its end, if only from the
// attribute it is taken from.
func unversioned(arn Text) bool {
	if !arn.Known {
		return len(arn.From) == 1 && arn.Value == "{"+arn.From[0]+"}" && strings.Contains(arn.From[0], "aws_lambda_function.") && strings.HasSuffix(arn.From[0], ".arn")
	}
	parts := strings.Split(arn.Value, ":")
	if len(parts) < 7 || parts[2] != "lambda" {
		return false
	}
	return len(parts) == 7 || strings.Trim(parts[7], "0123456789") != ""
}

// grpc reports what keeps gRPC from working (REQ-480).
func (r *report) grpc(d *Distribution, b *Behavior) {
	if !b.GRPC {
		return
	}
	var missing []string
	if !slices.Equal(sorted(b.AllowedMethods), allMethods) {
		missing = append(missing, "all seven methods in allowed_methods")
	}
	if d.HTTPVersion == HTTP11 || d.HTTPVersion == HTTP3 {
		missing = append(missing, `http_version = "http2" or "http2and3"`)
	}
	for _, o := range d.Members(b.TargetOriginID.Value) {
		if o.Kind != KindCustom || o.OriginProtocolPolicy == OriginHTTPOnly {
			missing = append(missing, "a custom origin that is spoken to over HTTPS")
			break
		}
	}
	if len(missing) > 0 {
		r.warn("REQ-480", Documented, b.Sources.at("grpc_config", b.Source), "gRPC not possible",
			"gRPC is enabled for %s and needs what is missing: %s. Add it, or disable "+
				"grpc_config.", b.Name(), strings.Join(missing, "; "))
	}
}
