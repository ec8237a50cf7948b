package edge

import (
	"fmt"
	"net/url"
	"strings"

	"edgecase/config/cloudfront"
)

// redirected are the traps of redirects that an origin makes. CloudFront neither follows nor changes them (REQ-279).
func (x *Exchange) redirected() []Hint {
	switch x.OriginStatus {
	case 301, 302, 303, 307, 308:
	default:
		return nil
	}
	if x.CustomError != nil || x.echoed() {
		return nil
	}
	to := x.target()
	if to == nil {
		return nil
	}
	if x.leaks(to) {
		h := hint("T21", "Location names %s's own host, %s: who follows it leaves CloudFront", x.who(), to.Host)
		if x.application() && x.hostReplaced() {
			h[0] = h[0].pass(x, want{headers: []string{"Host"}})
		}
		return h
	}
	if !strings.EqualFold(to.Hostname(), hostname(x.Viewer.Host)) {
		return nil // to somebody else, as when a user logs in there
	}
	if h := x.loop(to); h != nil {
		return append(h, x.securedByOrigin(to)...)
	}
	return append(x.securedByOrigin(to), x.appendedSlash(to)...)
}

// target returns where a redirect leads, nil if that cannot be told.
func (x *Exchange) target() *url.URL {
	location := x.Arrived.Get("Location")
	base, err := url.Parse(x.Viewer.Scheme + "://" + x.Viewer.Host + x.Viewer.Target())
	if err != nil || location == "" {
		return nil
	}
	to, err := base.Parse(location)
	if err != nil {
		return nil
	}
	return to
}

// leaks is T21: a redirect to the origin itself, by its domain name or where it stands on this machine.
func (x *Exchange) leaks(to *url.URL) bool {
	if strings.EqualFold(to.Host, x.Viewer.Host) || x.site.hosts.Owner(to.Host) == x.Distribution {
		return false
	}
	if x.Result != nil {
		if place, err := url.Parse(x.Result.Place); err == nil && place.Host != "" && strings.EqualFold(place.Host, to.Host) {
			return true
		}
	}
	name := to.Hostname()
	return strings.EqualFold(name, hostname(x.Origin.DomainName.Wire())) || x.hostReplaced() && strings.EqualFold(name, hostname(x.Outgoing.Host))
}

// same reports whether a redirect leads to the path and query that were asked for: by the viewer, or of the origin.
func (x *Exchange) same(to *url.URL) bool {
	path := to.EscapedPath()
	if path != x.Viewer.Path && path != x.Outgoing.Path {
		return false
	}
	return to.RawQuery == x.Viewer.RawQuery || to.RawQuery == x.Outgoing.RawQuery
}

// loop is T13: the viewer will ask the same again, and get the same answer. A cookie that comes with it may change that.
func (x *Exchange) loop(to *url.URL) []Hint {
	if !x.same(to) || x.Response.Fields.Has("Set-Cookie") || changes(x.Request.Method) && x.OriginStatus < 307 {
		return nil
	}
	secure := strings.HasPrefix(strings.ToLower(x.Arrived.Get("Location")), "https:")
	plain := x.Origin.Scheme("https") == "http"
	tells := x.asked.plan.Carries("GET", "CloudFront-Forwarded-Proto")
	switch {
	case x.Request.Path != x.Viewer.Path && to.EscapedPath() == x.Viewer.Path:
		return hint("T13", "a redirect loop: default_root_object%s makes %s of /, which %s sends to /",
			at(x.Distribution.Sources["default_root_object"]), x.Request.Path, x.who())
	case to.Scheme != x.Viewer.Scheme && to.Scheme == "http":
		if x.Behavior.ViewerProtocolPolicy != cloudfront.RedirectToHTTPS {
			return nil
		}
		return hint("T13", "a redirect loop: %s redirects to http, and CloudFront back to https%s", x.who(), at(x.Behavior.Sources["viewer_protocol_policy"]))
	case to.Scheme != x.Viewer.Scheme && (!plain || tells):
		return nil // over https all will be well
	case secure && plain && !tells:
		h := hint("T13", "a redirect loop: %s is asked over http%s, and sends viewers to https",
			x.who(), at(x.Origin.Sources["origin_protocol_policy"]))
		h[0].Where, h[0].Suggestion = x.suggestScheme()
		return h
	case secure && !tells:
		return hint("T13", "a redirect loop: %s wants https, and no policy tells it the viewer's scheme by CloudFront-Forwarded-Proto", x.who())
	}
	return hint("T13", "a redirect loop: %s redirects to the URL that was asked for", x.who())
}

// suggestScheme writes how an origin is told the viewer's scheme, and where that goes.
func (x *Exchange) suggestScheme() (where, text string) {
	const proto = "CloudFront-Forwarded-Proto"
	b := x.Behavior
	if p := b.CachePolicy; p != nil && p.Legacy {
		return "In forwarded_values of " + b.Name() + djangoScheme, "headers = " + list(p.Headers.Items, []string{proto})
	}
	where = "In an origin request policy for " + b.Name() + djangoScheme
	behavior, items := "allViewerAndWhitelistCloudFront", []string(nil)
	if o := b.OriginRequestPolicy; o != nil && !o.Managed {
		where = "In " + o.Address + djangoScheme
		if o.Headers.Behavior == cloudfront.SelectWhitelist {
			behavior, items = "whitelist", o.Headers.Items
		}
	}
	return where, fmt.Sprintf("headers_config {\n  header_behavior = %q\n  headers {\n    items = %s\n  }\n}", behavior, list(items, []string{proto}))
}

// djangoScheme says how Django learns of the viewer's scheme.
const djangoScheme = `, with SECURE_PROXY_SSL_HEADER = ("HTTP_CLOUDFRONT_FORWARDED_PROTO", "https") in Django`

// securedByOrigin is T40: clients turn the origin's redirect into a GET without a body, and CloudFront's own would have
// been a 307 (REQ-113).
func (x *Exchange) securedByOrigin(to *url.URL) []Hint {
	if x.Viewer.Scheme != "http" || to.Scheme != "https" || !changes(x.Viewer.Method) || x.OriginStatus > 303 || !x.same(to) {
		return nil
	}
	h := hint("T40", "%s itself redirects to https, with %d: clients repeat the %s as a GET without its body",
		x.who(), x.OriginStatus, x.Viewer.Method)
	h[0].Where = "Let CloudFront redirect, with 307: in " + x.Behavior.Name()
	h[0].Suggestion = `viewer_protocol_policy = "redirect-to-https"`
	return h
}

// appendedSlash is T22: the path with a slash may belong to another behavior, and clients come back with a GET.
func (x *Exchange) appendedSlash(to *url.URL) []Hint {
	path := to.EscapedPath()
	if path != x.Viewer.Path+"/" {
		return nil
	}
	b, _ := x.Distribution.Choose(cloudfront.NormalizePath(path))
	again := changes(x.Viewer.Method) && x.OriginStatus <= 303
	if b == x.Behavior && !again {
		return nil
	}
	text := fmt.Sprintf("%s redirects to %s, for %s → %s%s", x.who(), path, b.Name(), b.TargetOriginID.String(), at(b.Source))
	if again {
		text += "; clients follow with a GET, not a " + x.Viewer.Method
	}
	return []Hint{{Trap: "T22", Text: text}}
}
