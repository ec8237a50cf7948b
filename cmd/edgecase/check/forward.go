package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

var (
	hostToS3 = &Rule{
		Name: "host-to-s3", Title: "the viewer's Host is sent to a bucket", Severity: Error,
		Why: "S3 takes Host for the name of a bucket, and there is none called www.example.com: every request ends with 403, NoSuchBucket or " +
			"SignatureDoesNotMatch. AllViewer, and headers = [\"*\"], forward Host with all else.",
		Example: `origin_request_policy_id = "216adef6-5c7f-47e4-b989-5492eafa07d3" # AllViewer, in front of a bucket`,
		Fix:     "Take the policy away: a bucket needs none. For CORS there is Managed-CORS-S3Origin.",
		Cites:   []string{"REQ-397", "POL-024", "T20"},
	}
	hostToGateway = &Rule{
		Name: "host-to-gateway", Title: "the viewer's Host is sent to an API Gateway or a Lambda URL", Severity: Warning,
		Why: "They answer to their own name only: with the viewer's Host the answer is 403 Forbidden, from the gateway, for every request. " +
			"Only a custom domain of the same name, in the gateway's own region, would make it work.",
		Example: `domain_name = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com", with the policy AllViewer`,
		Fix:     "Use Managed-AllViewerExceptHostHeader.",
		Cites:   []string{"POL-025"},
	}
	cookiesNoneOnLogin = &Rule{
		Name: "cookies-none-on-login", Title: "an application that takes POST gets no cookies, and cannot set any", Severity: Warning,
		Why: "Where no cookies are forwarded, Cookie is removed on the way to the origin and Set-Cookie on the way back: the login form is " +
			"answered, and the next page knows nobody. A CSRF cookie is lost in the same way.",
		Example: "allowed_methods = [all seven], cache_policy_id = CachingDisabled, and no origin_request_policy_id",
		Fix:     "Forward all cookies in an origin request policy, and cache nothing.",
		Cites:   []string{"REQ-221", "CACHE-110", "T15"},
	}
	djangoCSRF = &Rule{
		Name: "django-csrf", Title: "what Django's check against forged requests looks at does not reach it", Severity: Warning,
		Why: "For a POST over HTTPS Django compares Origin, or else Referer, with Host, and the csrftoken cookie with the token of the form or of " +
			"X-CSRFToken. CloudFront replaces Host by the origin's name and drops what no policy forwards, so that the same form works on the " +
			"developer's machine and fails with \"CSRF verification failed\" behind CloudFront.",
		Example: "allowed_methods = [all seven], and an origin request policy that forwards cookies and no headers",
		Fix: "Forward everything to the application: Managed-AllViewer with CachingDisabled. Where Host must stay the origin's, name the site in " +
			"CSRF_TRUSTED_ORIGINS, which Django compares Origin with.",
		Cites: []string{"REQ-200", "REQ-193", "REQ-221", "T12", "T14"},
	}
	csrfHeadersLost = &Rule{
		Name: "csrf-headers-lost", Title: "an application with cookies does not learn which site a POST comes from", Severity: Note,
		Why: "Applications with sessions protect themselves against forged requests by Origin or Referer. Where both are dropped, a check that " +
			"asks for one of them fails, as Django's does; others do without.",
		Example: "an origin request policy that forwards all cookies and no headers",
		Fix:     "Forward Origin and Referer, as Managed-AllViewer and Managed-AllViewerExceptHostHeader do.",
		Cites:   []string{"REQ-200", "REQ-193", "T14"},
	}
	authorizationLost = &Rule{
		Name: "authorization-lost", Title: "an application gets Authorization with POST, and not with GET", Severity: Warning,
		Why: "CloudFront removes Authorization from GET and HEAD unless the cache policy lists it or an origin request policy forwards all " +
			"viewer headers. With POST it passes, so that logging in works and reading answers 401.",
		Example: `path_pattern = "/api/*", cache_policy_id = CachingDisabled, and no origin_request_policy_id`,
		Fix:     "Forward all viewer headers with Managed-AllViewerExceptHostHeader, or list Authorization in the cache policy.",
		Cites:   []string{"REQ-216", "POL-030", "T16"},
	}
	queryLost = &Rule{
		Name: "query-lost", Title: "an application gets no query strings", Severity: Warning,
		Why: "By default CloudFront forwards none: every page of a list is the first, every search finds everything. The application answers " +
			"200, so that nothing looks wrong.",
		Example: "an application behind CachingDisabled without an origin request policy, or forwarded_values with query_string = false",
		Fix:     "Forward all query strings, in the origin request policy or, if answers are cached, in the cache policy.",
		Cites:   []string{"REQ-205", "T17"},
	}
	cookiesToBucket = &Rule{
		Name: "cookies-to-bucket", Title: "cookies are forwarded to a bucket", Severity: Note,
		Why: "S3 makes nothing of cookies, and refuses a request with more than 8 KB of headers: viewers with large cookies get 400 for " +
			"static files only. Cookies in the cache key also give each viewer a cache of their own.",
		Example: `cookies { forward = "all" }, in front of a bucket`,
		Fix:     "Forward none.",
		Cites:   []string{"REQ-153", "T41"},
	}
	websocketHeadersLost = &Rule{
		Name: "websocket-headers-lost", Title: "a WebSocket's handshake reaches the origin without its headers", Severity: Warning,
		Why: "The handshake is a GET with Sec-WebSocket-Key and Sec-WebSocket-Version. With a cache policy they are dropped unless the " +
			"origin request policy forwards them, and the server answers 400 in place of 101.",
		Example: `path_pattern = "/ws/*", cache_policy_id = CachingDisabled, and no origin_request_policy_id`,
		Fix:     "Use Managed-AllViewer, or list the Sec-WebSocket headers in the origin request policy.",
		Cites:   []string{"REQ-472", "T28"},
	}
)

func forwardTraps() []trap {
	return []trap{
		{[]*Rule{hostToS3, hostToGateway}, (*view).hosts},
		{[]*Rule{cookiesNoneOnLogin, djangoCSRF, csrfHeadersLost, authorizationLost, queryLost}, (*view).forms},
		{[]*Rule{cookiesToBucket}, (*view).bucketCookies},
		{[]*Rule{websocketHeadersLost}, (*view).sockets},
	}
}

// hosts is T20, and the same for what answers to its own name only.
func (v *view) hosts() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if _, forwarded := b.ForwardsHost(); !forwarded || v.paths[i] == "" || !v.routed(b) || !v.forwarding(b) || b.Association(cloudfront.OriginRequest) != nil {
			continue
		}
		o := v.origin(b)
		w := v.witness("GET", v.paths[i])
		w.Shows = Claim{Behavior: b, Origin: o, Gets: []string{"Host"}}
		f := Finding{At: policyAt(b), Witness: w, of: b.Name()}
		switch {
		case o.Kind == cloudfront.KindS3 && (o.Bucket == nil || o.Bucket.Name.Value != v.host):
			h := v.hinted(w, "T20")
			if h == nil {
				continue
			}
			f.Rule, f.Fix = hostToS3, fixOf(h)
			f.Message = fmt.Sprintf("%s sends the viewer's Host to the bucket %s, which S3 takes for a bucket's name: every request fails", b.Name(), o.ID)
		case o.OwnNameOnly():
			const policy = "Managed-AllViewerExceptHostHeader"
			f.Rule = hostToGateway
			f.Message = fmt.Sprintf("%s sends the viewer's Host to %s, which answers to its own name only", b.Name(), o.ID)
			f.Fix = Fix{Where: "In " + b.Name(), HCL: fmt.Sprintf("origin_request_policy_id = %q # %s", cloudfront.ManagedOriginRequestPolicy(policy).ID, policy)}
		default:
			continue
		}
		found = append(found, f)
	}
	return found
}

// forms are what an application that takes POST needs of its viewers.
func (v *view) forms() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if !b.Allows("POST") || v.paths[i] == "" || !v.application(b) || !v.routed(b) || !v.forwarding(b) || forFiles(b) {
			continue
		}
		for _, look := range []func(string, *cloudfront.Behavior) *Finding{v.session, v.forgery, v.token, v.query} {
			if f := look(v.paths[i], b); f != nil {
				f.At, f.of = policyAt(b), b.Name()
				f.Witness.Shows.Behavior = b
				found = append(found, *f)
			}
		}
	}
	return found
}

// The headers of witnesses.
var (
	sessionCookie = http1.Field{Name: "Cookie", Value: "csrftoken=aV3x; sessionid=k7p2"}
	bearer        = http1.Field{Name: "Authorization", Value: "Bearer t0ken"}
)

// answer supposes what an origin answers.
func answer(status int, fields ...http1.Field) edge.Assume {
	return edge.Assume{Status: status, Fields: append(http1.Fields{{Name: "Content-Type", Value: "text/html"}}, fields...), Complete: true}
}

// session is T15. Where something else than a cookie tells who asks, none may be needed.
func (v *view) session(path string, b *cloudfront.Behavior) *Finding {
	if v.origin(b).OwnNameOnly() || b.Association(cloudfront.ViewerRequest) != nil || !v.django && (v.identified(path, b) || public(b)) {
		return nil
	}
	w := v.witness("GET", path, sessionCookie)
	w.Shows = Claim{Supposing: answer(200, http1.Field{Name: "Set-Cookie", Value: "sessionid=k7p2; HttpOnly"}), Origin: v.origin(b), Lacks: []string{"Cookie"}}
	h := v.hinted(w, "T15")
	if h == nil {
		return nil
	}
	return &Finding{
		Rule: cookiesNoneOnLogin, Witness: w, Fix: fixOf(h),
		Message: fmt.Sprintf("%s takes POST for %s and forwards no cookies: nobody stays logged in", b.Name(), b.TargetOriginID),
	}
}

// apiWords are what people call what scripts ask for, with a token.
var apiWords = []string{"api", "apis", "graphql", "gql", "rest", "rpc", "backend", "v1", "v2", "v3", "gateway"}

// api reports whether a behavior, its origin or the distribution is called so.
func (v *view) api(b *cloudfront.Behavior) bool {
	o := v.origin(b)
	text := strings.ToLower(b.Pattern.Canonical() + " " + o.ID.Value + " " + o.DomainName.Value + " " + strings.Join(v.Aliases, " "))
	words := strings.FieldsFunc(text, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	return o.OwnNameOnly() || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(apiWords, w) })
}

// public reports whether a behavior keeps what says nothing about it, so that it is probably the same for everybody.
func public(b *cloudfront.Behavior) bool {
	return b.CachePolicy.DefaultTTL > 0 || b.CachePolicy.MinTTL > 0
}

// identified reports whether the origin gets another header by which applications know who asks.
func (v *view) identified(path string, b *cloudfront.Behavior) bool {
	names := []string{"Authorization", "X-Api-Key", "X-Auth-Token", "X-Access-Token"}
	names = append(names, b.CachePolicy.Headers.Items...)
	if p := b.OriginRequestPolicy; p != nil && p.Headers.Behavior == cloudfront.SelectWhitelist {
		names = append(names, p.Headers.Items...)
	}
	w := v.witness("GET", path)
	for _, name := range names {
		switch lower := strings.ToLower(name); {
		case strings.HasPrefix(lower, "cloudfront-"):
		case strings.Contains(lower, "auth"), strings.Contains(lower, "token"), strings.Contains(lower, "key"), strings.Contains(lower, "session"):
			w.Fields = append(w.Fields, http1.Field{Name: name, Value: "x"})
		}
	}
	x := v.ask(w)
	return slices.ContainsFunc(w.Fields, func(f http1.Field) bool { return reaches(x, f.Name) })
}

// forgery is T14: a check against forged requests does not get what it compares.
func (v *view) forgery(path string, b *cloudfront.Behavior) *Finding {
	if v.origin(b).OwnNameOnly() {
		return nil
	}
	site := "https://" + v.host
	w := v.witness("POST", path, http1.Field{Name: "Origin", Value: site}, http1.Field{Name: "Referer", Value: site + path}, sessionCookie,
		http1.Field{Name: "X-CSRFToken", Value: "aV3x"})
	w.Shows = Claim{Supposing: answer(403), Origin: v.origin(b)}
	x := v.ask(w)
	cookies := reaches(x, "Cookie")
	var lost []string
	var want []string
	come := reaches(x, "Origin") || reaches(x, "Referer")
	if !come {
		want = append(want, "Origin", "Referer")
		lost = append(lost, "Origin and Referer")
	}
	if v.django && !reaches(x, "X-CSRFToken") {
		want, lost = append(want, "X-CSRFToken"), append(lost, "X-CSRFToken")
	}
	if v.django && !cookies {
		want, lost = append(want, "Cookie"), append(lost, "the csrftoken cookie")
	}
	foreign := come && !reaches(x, "Host")
	if len(lost) == 0 && !foreign || !v.django && (come || !cookies) {
		return nil // without a word of Django a check is a guess, and some compare with a name that they are given
	}
	h := v.hinted(w, "T14")
	if h == nil {
		return nil
	}
	w.Shows.Lacks = want
	f := &Finding{Rule: djangoCSRF, Witness: w, Fix: fixOf(h)}
	who, means := "Django", "403 CSRF verification failed"
	if !v.django {
		f.Rule, who, means = csrfHeadersLost, b.TargetOriginID.String(), "a check for forged requests has nothing to go by"
	}
	var how []string
	if len(lost) > 0 {
		how = append(how, "without "+and(lost))
	}
	if foreign {
		w.Shows.Lacks = append(w.Shows.Lacks, "Host")
		how = append(how, "with Host: "+x.Outgoing.Host)
	}
	f.Message = fmt.Sprintf("a POST under %s reaches %s %s: %s", b.Name(), who, strings.Join(how, " and "), means)
	return f
}

// token is T16. Where cookies are forwarded they may tell who asks.
func (v *view) token(path string, b *cloudfront.Behavior) *Finding {
	if b.Association(cloudfront.ViewerRequest) != nil || v.origin(b).OriginAccessControl != nil || public(b) || !v.api(b) || reaches(v.ask(v.witness("GET", path, sessionCookie)), "Cookie") {
		return nil
	}
	w := v.witness("GET", path, bearer)
	w.Shows = Claim{Supposing: answer(401), Origin: v.origin(b), Lacks: []string{"Authorization"}}
	h := v.hinted(w, "T16")
	if h == nil {
		return nil
	}
	return &Finding{
		Rule: authorizationLost, Witness: w, Fix: fixOf(h),
		Message: fmt.Sprintf("%s passes Authorization on to %s with POST and drops it with GET", b.Name(), b.TargetOriginID),
	}
}

// query is T17. What is kept by default is probably the same for every query string, but with Django.
func (v *view) query(path string, b *cloudfront.Behavior) *Finding {
	if public(b) && !v.django {
		return nil
	}
	w := v.witness("GET", path+"?page=2")
	w.Shows = Claim{Supposing: answer(200), Origin: v.origin(b), Lacks: []string{Query}}
	h := v.hinted(w, "T17")
	if h == nil {
		return nil
	}
	return &Finding{
		Rule: queryLost, Witness: w, Fix: fixOf(h),
		Message: fmt.Sprintf("%s takes POST for %s and forwards no query strings", b.Name(), b.TargetOriginID),
	}
}

// bucketCookies is what T41 comes from.
func (v *view) bucketCookies() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if v.paths[i] == "" || !v.bucket(b) || !v.routed(b) || !v.forwarding(b) || rewritten(b) {
			continue
		}
		w := v.witness("GET", v.paths[i], sessionCookie)
		w.Shows = Claim{Behavior: b, Gets: []string{"Cookie"}}
		if reaches(v.ask(w), "Cookie") {
			found = append(found, Finding{
				Rule: cookiesToBucket, At: policyAt(b), of: b.Name(), Witness: w,
				Message: fmt.Sprintf("%s forwards cookies to the bucket %s, which makes nothing of them", b.Name(), b.TargetOriginID),
				Fix:     Fix{Where: "Forward no cookies in " + b.Name()},
			})
		}
	}
	return found
}

// socketNames are what people call the paths of WebSockets.
var socketNames = []string{"ws", "wss", "websocket", "websockets", "socket", "sockets", "socket.io", "sockjs", "cable", "signalr"}

// sockets is T28, where a path is called so or a policy lists one of the headers.
func (v *view) sockets() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if v.paths[i] == "" || !v.application(b) || !v.routed(b) || !v.forwarding(b) || !meansSockets(b) {
			continue
		}
		w := v.witness("GET", v.paths[i], http1.Field{Name: "Connection", Value: "Upgrade"}, http1.Field{Name: "Upgrade", Value: "websocket"},
			http1.Field{Name: "Sec-WebSocket-Version", Value: "13"}, http1.Field{Name: "Sec-WebSocket-Key", Value: "ZWRnZWNhc2UgY2hlY2tzIQ=="})
		w.Shows = Claim{Behavior: b, Origin: v.origin(b)}
		x := v.ask(w)
		for _, name := range []string{"Sec-WebSocket-Key", "Sec-WebSocket-Version"} {
			if !reaches(x, name) {
				w.Shows.Lacks = append(w.Shows.Lacks, name)
			}
		}
		if h := v.hinted(w, "T28"); h != nil && len(w.Shows.Lacks) > 0 {
			found = append(found, Finding{
				Rule: websocketHeadersLost, At: policyAt(b), of: b.Name(), Witness: w, Fix: fixOf(h),
				Message: fmt.Sprintf("a WebSocket under %s reaches %s without %s: it answers 400", b.Name(), b.TargetOriginID, and(w.Shows.Lacks)),
			})
		}
	}
	return found
}

func meansSockets(b *cloudfront.Behavior) bool {
	for _, name := range strings.Split(strings.ToLower(b.Pattern.Canonical()), "/") {
		if slices.Contains(socketNames, strings.Trim(name, "*")) {
			return true
		}
	}
	p := b.OriginRequestPolicy
	return p != nil && p.Headers.Behavior == cloudfront.SelectWhitelist && slices.ContainsFunc(p.Headers.Items, func(n string) bool {
		return strings.HasPrefix(strings.ToLower(n), "sec-websocket-")
	})
}

// speaksOfDjango reports whether the Terraform speaks of Django, or of what only Django calls so.
func speaksOfDjango(s *Subject) bool {
	for _, file := range s.Loaded.Files {
		lower := bytes.ToLower(file.Bytes)
		for _, word := range []string{"django", "csrftoken", "wsgi"} {
			if bytes.Contains(lower, []byte(word)) {
				return true
			}
		}
	}
	return false
}
