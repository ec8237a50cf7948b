package edge

import (
	"context"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/edge/policy"
)

// compress sends an origin's answer in the coding that the viewer and the behavior agree on, if it is an answer that
// CloudFront compresses (section 8 of the cache rules). Of a custom error page the page's own behavior decides.
var compress = Stage{"compress", func(_ context.Context, x *Exchange) Verdict {
	from := x
	if x.ErrorPage != nil {
		from = x.ErrorPage
	}
	coding, varies, v := from.candidate().decide()
	r := x.Response
	switch {
	case coding != "":
		r.Fields = compressedFields(r.Fields, coding)
		if r.Body != nil {
			r.Body = newCompressor(r.Body, r.ContentLength, coding)
		}
		r.ContentLength, r.Chunked = -1, true // CACHE-259
	case varies:
		r.Fields = variesByEncoding(r.Fields)
	}
	return v
}}

// A candidate is an answer of an origin that CloudFront may compress, with all that decides about it.
type candidate struct {
	behavior *cloudfront.Behavior
	plan     *policy.Plan
	request  *Request
	status   int
	fields   http1.Fields // as the origin sent them
	open     bool         // an explanation supposes the answer: what fields does not say may be so or so
}

func (x *Exchange) candidate() *candidate {
	return &candidate{x.Behavior, x.asked.plan, &x.Request, x.OriginStatus, x.Arrived, x.fx.open}
}

// decide returns the coding in which the answer leaves, "" for none, and whether its Vary names Accept-Encoding: that
// of an answer which would be compressed for another viewer does, too (CACHE-260). Where the behavior rules
// compression out, there is something to say only if nothing else does.
func (c *candidate) decide() (coding string, varies bool, v Verdict) {
	forbidden, isForbidden := c.forbidden()
	refused, isRefused := c.refused(isForbidden)
	if isForbidden && isRefused {
		return "", false, Verdict{Action: Skip}
	}
	unfit, isUnfit := c.unfit()
	switch {
	case isForbidden && isUnfit:
		return "", false, Verdict{Action: Skip}
	case isForbidden:
		return "", false, forbidden
	case isUnfit:
		return "", false, unfit
	case isRefused:
		return "", !c.open, refused
	}
	coding, _, _ = strings.Cut(policy.Codings(c.behavior.CachePolicy, c.request), ",") // CACHE-252: br is the first of both
	v = Verdict{Rule: "CACHE-252", Source: c.source()}
	if v.Why = c.condition(coding); v.Why.Clause != "" {
		return "", false, v
	}
	v.Why = why("%s: the viewer accepts it, and %s of %s bytes is compressed", coding, c.mediaType(), c.fields.Get("Content-Length"))
	return coding, true, v
}

// bothCodings is a policy under which a viewer may have either coding.
func bothCodings() *cloudfront.CachePolicy {
	return &cloudfront.CachePolicy{EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true}
}

// forbidden says why the behavior compresses nothing, if it does not.
func (c *candidate) forbidden() (Verdict, bool) {
	p, v := c.behavior.CachePolicy, Verdict{Rule: "CACHE-250", Source: c.source()}
	switch {
	case !c.behavior.Compress:
		v.Why = why("not compressed: %s does not say compress = true", c.behavior.Name())
	case p.CachingDisabled(), p.Legacy && p.Headers.Behavior == cloudfront.SelectAll:
		v.Source, v.Why = policySource(c.behavior), why("not compressed: %s caches nothing, and CloudFront compresses what it caches", c.plan.CacheName())
		if p.Legacy {
			v.Rule, v.Sure = "CACHE-270", Inferred
		}
	case !p.Legacy && !p.EnableAcceptEncodingGzip && !p.EnableAcceptEncodingBrotli:
		v.Source, v.Why = policySource(c.behavior), why("not compressed: %s enables neither gzip nor Brotli", c.plan.CacheName())
	case c.plan.EncodingOff():
		v.Rule, v.Sure = "CACHE-045", Inferred
		v.Why = why("not compressed: a custom header of the origin switches Accept-Encoding off")
	default:
		return v, false
	}
	return v, true
}

// refused says why this viewer gets nothing compressed, if it does not. Where the behavior forbids compression anyway
// it is judged as under one that allows all.
func (c *candidate) refused(forbidden bool) (Verdict, bool) {
	p := c.behavior.CachePolicy
	if forbidden {
		p = bothCodings()
	}
	v := Verdict{Rule: "CACHE-252", Source: c.source()}
	switch {
	case !c.request.Fields.Has("Accept-Encoding"):
		v.Why = why("not compressed: the viewer sends no Accept-Encoding")
	case !c.request.AtLeast(1, 1):
		v.Rule, v.Why = "CACHE-253", why("not compressed: the viewer speaks HTTP/1.0")
	case policy.Codings(p, c.request) != "":
		return v, false
	case p.Legacy:
		v.Rule, v.Why = "CACHE-251", why("not compressed: the viewer does not accept gzip, and forwarded_values knows nothing else")
	case !p.EnableAcceptEncodingBrotli:
		v.Why = why("not compressed: the viewer does not accept gzip, and %s enables nothing else", c.plan.CacheName())
	case !p.EnableAcceptEncodingGzip:
		v.Why = why("not compressed: the viewer does not accept br, and %s enables nothing else", c.plan.CacheName())
	default:
		v.Why = why("not compressed: the viewer accepts neither br nor gzip")
	}
	return v, true
}

// The sizes between which CloudFront compresses (CACHE-255).
const smallestCompressed, largestCompressed = 1_000, 10_000_000

// unfit says why the answer is none of those that are compressed, if it is not. What is not known of it counts as fit.
func (c *candidate) unfit() (Verdict, bool) {
	v := Verdict{Source: c.source()}
	length := c.fields.Get("Content-Length")
	n, err := strconv.ParseUint(length, 10, 63)
	switch {
	case c.request.Method != "GET" && c.request.Method != "HEAD" && !c.behavior.Caches(c.request.Method):
		v.Rule, v.Sure = "CACHE-270", Inferred
		v.Why = why("not compressed: answers to %s are not cached, and CloudFront compresses what it caches", c.request.Method)
	case c.status != 200 && c.status != 403 && c.status != 404:
		v.Rule, v.Why = "CACHE-256", why("not compressed: only answers with 200, 403 and 404 are, and this one is %d")
		v.Why.Numbers[0] = c.status
	case c.fields.Has("Content-Encoding"):
		v.Rule, v.Why = "CACHE-254", why("not compressed: the origin has encoded it already, as %q", c.fields.Get("Content-Encoding"))
	case !c.fields.Has("Content-Type") && !c.open:
		v.Rule, v.Why = "CACHE-257", why("not compressed: the answer has no Content-Type")
	case c.fields.Has("Content-Type") && !compressible(c.mediaType()):
		v.Rule, v.Why = "CACHE-257", why("not compressed: %q is not among the types that are", c.mediaType())
	case c.fields.Has("Transfer-Encoding"), length == "" && !c.open:
		v.Rule, v.Why = "CACHE-255", why("not compressed: the answer has no Content-Length")
	case length == "":
		return v, false
	case err != nil, n < smallestCompressed, n > largestCompressed:
		v.Rule, v.Why = "CACHE-255", why("not compressed: %s bytes; only answers of 1,000 to 10,000,000 bytes are", length)
	default:
		return v, false
	}
	return v, true
}

// condition says under which condition an answer that is only supposed is compressed: nothing if enough is known of it.
func (c *candidate) condition(coding string) Why {
	typed, sized := c.fields.Has("Content-Type"), c.fields.Has("Content-Length")
	switch {
	case !c.open, typed && sized:
		return Why{}
	case typed:
		return why("%s, if the answer has a Content-Length of 1,000 to 10,000,000", coding)
	case sized:
		return why("%s, if the answer is of a type that is compressed, such as text/html", coding)
	default:
		return why("%s, if the answer is of a type that is compressed, such as text/html, and has a Content-Length of 1,000 to 10,000,000", coding)
	}
}

// mediaType returns the answer's type without parameters (CACHE-257).
func (c *candidate) mediaType() string {
	value, _, _ := strings.Cut(c.fields.Get("Content-Type"), ";")
	return strings.TrimSpace(value)
}

// source is the line that asks for compression, or the behavior without one.
func (c *candidate) source() cloudfront.Source {
	if s, ok := c.behavior.Sources["compress"]; ok {
		return s
	}
	return c.behavior.Source
}

// compressedFields returns the fields of an answer in its new coding: its length is not known, nor do positions in it
// mean what they meant (CACHE-259), and its tag is weak; what is no tag goes (CACHE-258).
func compressedFields(fields http1.Fields, coding string) http1.Fields {
	kept := make(http1.Fields, 0, len(fields)+2)
	for _, f := range fields {
		switch strings.ToLower(f.Name) {
		case "content-length", "accept-ranges":
			continue
		case "etag":
			switch {
			case strings.HasPrefix(f.Value, `"`):
				f.Value = "W/" + f.Value
			case !strings.HasPrefix(f.Value, "W/"):
				continue
			}
		}
		kept = append(kept, f)
	}
	kept.Add("Content-Encoding", coding)
	return variesByEncoding(kept)
}

// variesByEncoding returns fields whose Vary names Accept-Encoding, in front of what was there and without blanks
// (CACHE-260, OBS-082).
func variesByEncoding(fields http1.Fields) http1.Fields {
	if fields.HasToken("Vary", "Accept-Encoding") {
		return fields
	}
	vary := "Accept-Encoding"
	for _, value := range fields.Values("Vary") {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name != "" {
				vary += "," + name
			}
		}
	}
	fields.Del("Vary")
	fields.Add("Vary", vary)
	return fields
}
