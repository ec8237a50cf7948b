package check

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

var (
	originUnused = &Rule{
		Name: "origin-unused", Title: "no behavior and no origin group asks an origin", Severity: Note,
		Why:     "An origin that nothing asks is often one whose behavior was forgotten, or misspelled into another's.",
		Example: `origin { origin_id = "S3-admin" … }, and no target_origin_id = "S3-admin"`,
		Fix:     "Add the behavior for it, or remove the origin.",
		Cites:   []string{"REQ-040", "TF-141"},
	}
	redirectLoop = &Rule{
		Name: "redirect-loop", Title: "CloudFront asks a load balancer over http, and its listener redirects to https", Severity: Error,
		Why: "The redirect leads viewers to where they are: they ask CloudFront over https again, it asks the load balancer over http again, " +
			"and so on until the browser gives up with \"too many redirects\".",
		Example: `origin_protocol_policy = "http-only", and an aws_lb_listener on port 80 whose default action redirects to HTTPS`,
		Fix:     `Write origin_protocol_policy = "https-only", with a certificate for the load balancer's name; or let the listener forward.`,
		Cites:   []string{"REQ-210", "REQ-310", "T13"},
	}
	schemeUntold = &Rule{
		Name: "scheme-untold", Title: "Django is asked over http and not told that the viewer came by https", Severity: Warning,
		Why: "CloudFront sends no X-Forwarded-Proto, and removes the viewer's. Without CloudFront-Forwarded-Proto Django takes every " +
			"request for an insecure one: SECURE_SSL_REDIRECT redirects without end, and absolute URLs begin with http.",
		Example: `origin_protocol_policy = "http-only", and the policy AllViewer`,
		Fix: "Forward CloudFront-Forwarded-Proto, and write SECURE_PROXY_SSL_HEADER = " +
			"(\"HTTP_CLOUDFRONT_FORWARDED_PROTO\", \"https\") in Django's settings.",
		Cites: []string{"REQ-210", "T13"},
	}
	originPort = &Rule{
		Name: "origin-port", Title: "an origin is spoken to over one scheme on the port of the other", Severity: Warning,
		Why: "Port 80 is where http is spoken, and 443 https: a server that does the usual does not understand the other, and CloudFront " +
			"answers 502.",
		Example: `origin_protocol_policy = "https-only", https_port = 80`,
		Fix:     "Write http_port = 80 and https_port = 443.",
		Cites:   []string{"REQ-310", "REQ-314"},
	}
	originPathDoubled = &Rule{
		Name: "origin-path-doubled", Title: "origin_path repeats what the path pattern begins with", Severity: Warning,
		Why:     "CloudFront takes nothing away from the path: origin_path comes before all of it, and the origin is asked for /api/api/users.",
		Example: `path_pattern = "/api/*", in front of an origin with origin_path = "/api"`,
		Fix:     "Remove origin_path, or take the prefix off in a viewer-request function.",
		Cites:   []string{"REQ-204", "REQ-315", "T38"},
	}
	readTimeoutDefault = &Rule{
		Name: "read-timeout-default", Title: "an application has 30 seconds for an answer, because nobody said how long", Severity: Note,
		Why: "Without origin_read_timeout CloudFront waits 30 seconds and answers 504, also where the load balancer and the application would " +
			"wait longer. A GET is then tried twice more, so that the work is done three times.",
		Example: "custom_origin_config without origin_read_timeout, in front of an application that makes reports",
		Fix:     "Write origin_read_timeout, up to 120; it says that somebody has thought of it.",
		Cites:   []string{"REQ-326", "REQ-327", "T26"},
	}
)

func originTraps() []trap {
	return []trap{
		{[]*Rule{originUnused}, (*view).unusedOrigins},
		{[]*Rule{redirectLoop, schemeUntold}, (*view).schemes},
		{[]*Rule{originPort}, (*view).ports},
		{[]*Rule{originPathDoubled}, (*view).doubled},
		{[]*Rule{readTimeoutDefault}, (*view).timeouts},
	}
}

// unusedOrigins finds origins that nothing asks. A function may choose an origin by its id.
func (v *view) unusedOrigins() []Finding {
	var found []Finding
	used := map[string]bool{}
	for _, b := range v.Behaviors {
		if v.invented[v.origin(b)] {
			return nil
		}
		if len(b.Associations) > 0 || !b.TargetOriginID.Known && v.origin(b) == nil || !v.settled(b.Source, b.Sources["target_origin_id"]) {
			return nil
		}
		used[b.TargetOriginID.Value] = true
	}
	for _, g := range v.OriginGroups {
		for _, m := range g.Members {
			used[m.Value] = true
		}
	}
	for _, o := range v.Origins {
		if used[o.ID.Value] || v.invented[o] || !v.settled(o.Source, o.Sources["origin_id"]) || v.mayBeUsed(o) {
			continue
		}
		found = append(found, Finding{
			Rule: originUnused, of: o.ID.String(), At: o.Source, Message: fmt.Sprintf("no behavior and no origin group asks %s", o.ID),
			Fix: Fix{Where: "Add a behavior with target_origin_id = \"" + o.ID.String() + "\", or remove the origin"},
		})
	}
	return found
}

// mayBeUsed reports whether an id that only apply can tell may be what an origin is asked by.
func (v *view) mayBeUsed(o *cloudfront.Origin) bool {
	return slices.ContainsFunc(v.Behaviors, func(b *cloudfront.Behavior) bool {
		return v.origin(b) == nil || !o.ID.Known && !b.TargetOriginID.Known && v.origin(b).ID.Value == o.ID.Value
	})
}

// schemes is T13: the origin redirects to https, and is asked over http again.
func (v *view) schemes() []Finding {
	var found []Finding
	said := map[*cloudfront.Origin]bool{}
	for i, b := range v.Behaviors {
		o := v.origin(b)
		if v.paths[i] == "" || !v.application(b) || !v.routed(b) || !v.forwarding(b) || said[o] ||
			o.OriginProtocolPolicy != cloudfront.OriginHTTPOnly || !v.settled(o.Sources["origin_protocol_policy"], o.Sources["http_port"]) {
			continue
		}
		f := Finding{of: o.ID.String(), Rule: schemeUntold, At: argument(o.Sources, "origin_protocol_policy", o.Source), Witness: v.witness("GET", v.paths[i])}
		listener := v.redirects(o)
		told := v.ask(f.Witness).Outgoing.Fields.Has("CloudFront-Forwarded-Proto")
		if listener.IsZero() && (!v.django || !b.Allows("POST") || told) {
			continue
		}
		f.Witness.Shows = Claim{
			Behavior: b, Origin: o, Supposing: edge.Assume{Status: 301, Complete: true, Fields: http1.Fields{{Name: "Location", Value: f.Witness.URL}}},
		}
		h := v.hinted(f.Witness, "T13")
		if h == nil {
			continue
		}
		f.Fix, f.Message = fixOf(h), fmt.Sprintf("%s is asked over http and not told the viewer's scheme: SECURE_SSL_REDIRECT would redirect without end", o.ID)
		if !listener.IsZero() {
			f.Rule, f.Message = redirectLoop, fmt.Sprintf("%s is asked over http, and its listener redirects to https without end", o.ID)
			f.Related = []Related{{listener, "the listener"}}
			f.Fix = Fix{Where: "In custom_origin_config of " + o.ID.String(), HCL: `origin_protocol_policy = "https-only"`}
		}
		said[o], found = true, append(found, f)
	}
	return found
}

// ports finds the port of one scheme for the other.
func (v *view) ports() []Finding {
	var found []Finding
	for _, o := range v.Origins {
		if o.Kind != cloudfront.KindCustom || !v.settled(o.Source, o.Sources["origin_protocol_policy"], o.Sources["http_port"], o.Sources["https_port"]) {
			continue
		}
		f := Finding{Rule: originPort, of: o.ID.String()}
		plain, secure := o.Scheme("http") == "http", o.Scheme("https") == "https"
		switch {
		case secure && o.HTTPSPort == 80:
			f.At = argument(o.Sources, "https_port", o.Source)
			f.Message = fmt.Sprintf("%s is spoken to over https on port 80", o.ID)
			f.Fix = Fix{Where: "In custom_origin_config of " + o.ID.String(), HCL: "https_port = 443"}
		case plain && o.HTTPPort == 443:
			f.At = argument(o.Sources, "http_port", o.Source)
			f.Message = fmt.Sprintf("%s is spoken to over http on port 443", o.ID)
			f.Fix = Fix{Where: "In custom_origin_config of " + o.ID.String(), HCL: "http_port = 80"}
		default:
			continue
		}
		f.Witness = v.asking(o, map[bool]string{true: "https", false: "http"}[secure && o.HTTPSPort == 80])
		found = append(found, f)
	}
	return found
}

// asking is a request that makes CloudFront ask an origin over a scheme; nil where none does.
func (v *view) asking(o *cloudfront.Origin, scheme string) *Witness {
	for i, b := range v.Behaviors {
		if v.origin(b) != o || v.paths[i] == "" || !v.routed(b) {
			continue
		}
		w := v.witness("GET", v.paths[i])
		if o.Scheme("https") != scheme {
			if w.URL = "http" + strings.TrimPrefix(w.URL, "https"); b.ViewerProtocolPolicy != cloudfront.AllowAll {
				continue
			}
		}
		if url := askedFor(v.ask(w)); strings.HasPrefix(url, scheme+"://") {
			w.Shows = Claim{Behavior: b, Origin: o, OriginURL: url}
			return w
		}
	}
	return nil
}

// doubled is T38 where it is so for every request of a behavior.
func (v *view) doubled() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		o := v.origin(b)
		if v.paths[i] == "" || !v.routed(b) || rewritten(b) || o.OriginPath == "" || !v.settled(o.Sources["origin_path"]) ||
			!strings.HasPrefix(b.Pattern.Canonical(), o.OriginPath+"/") {
			continue
		}
		w := v.witness("GET", v.paths[i])
		if v.hinted(w, "T38") == nil {
			continue
		}
		w.Shows.Behavior, w.Shows.Origin = b, o
		w.Shows.OriginURL = askedFor(v.ask(w))
		found = append(found, Finding{
			Rule: originPathDoubled, of: b.Name(), At: argument(o.Sources, "origin_path", o.Source), Witness: w,
			Message: fmt.Sprintf("under %s %s is asked for %s: origin_path comes before the whole path", b.Name(), o.ID, w.Shows.OriginURL),
			Related: []Related{{b.Source, b.Name()}},
			Fix:     Fix{Where: "Remove origin_path, or take the prefix off in a viewer-request function"},
		})
	}
	return found
}

// timeouts is T26 beforehand.
func (v *view) timeouts() []Finding {
	var found []Finding
	told := map[*cloudfront.Origin]bool{}
	for i, b := range v.Behaviors {
		o := v.origin(b)
		if v.paths[i] == "" || !v.application(b) || !v.routed(b) || !b.Allows("POST") || told[o] || strings.Contains(o.DomainName.Wire(), ".execute-api.") {
			continue
		}
		if _, given := o.Sources["origin_read_timeout"]; given {
			continue
		}
		w := v.witness("POST", v.paths[i])
		w.Shows = Claim{Behavior: b, Origin: o, Supposing: answer(504)}
		if v.hinted(w, "T26") == nil {
			continue
		}
		told[o] = true
		found = append(found, Finding{
			Rule: readTimeoutDefault, of: o.ID.String(), At: o.Source, Witness: w,
			Message: fmt.Sprintf("%s has 30 s for an answer, the default; then CloudFront answers 504", o.ID),
			Fix:     Fix{Where: "If it may take longer, in custom_origin_config of " + o.ID.String(), HCL: "origin_read_timeout = 60"},
		})
	}
	return found
}
