package edge

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// refusedByBucket are T07 and T30: a bucket takes no POST, and changes only by a permission that is seldom given.
func (x *Exchange) refusedByBucket() []Hint {
	if x.asked == nil || !changes(x.Viewer.Method) || x.noted("REQ-102") || x.noted("REQ-104") {
		return nil
	}
	method := x.Viewer.Method
	website := x.Origin.Kind == cloudfront.KindS3Website
	permission := map[string]string{"PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}[method]
	switch {
	case website, x.bucket() && permission == "":
		return hint("T07", "%s is a bucket%s, which has no use for a %s: S3 answers 405", x.who(), at(x.Origin.Source), method)
	case x.bucket():
		return hint("T30", "a %s takes %s in the bucket policy of %s; with s3:GetObject alone S3 answers 403 AccessDenied", method, permission, x.who())
	}
	return nil
}

// hiddenMiss is T10: S3 does not tell that a key is missing to who may not list the bucket.
func (x *Exchange) hiddenMiss() []Hint {
	b := x.asked != nil && x.Origin.Bucket != nil && x.Origin.Bucket.ListBucket == cloudfront.Granted
	if !x.bucket() || x.OriginStatus != 403 || changes(x.Viewer.Method) || b || x.noted("REQ-391") {
		return nil
	}
	h := hint("T10", "the 403 of %s may mean a missing key: nothing grants CloudFront s3:ListBucket, so S3 does not say 404", x.who())
	name := "BUCKET"
	if b := x.Origin.Bucket; b != nil && b.Address != "" {
		name = b.Address
	}
	h[0].Where = "Among the statements of the bucket's policy"
	h[0].Suggestion = "statement {\n  actions   = [\"s3:ListBucket\"]\n  resources = [" + name + ".arn]\n  principals {\n" +
		"    type        = \"Service\"\n    identifiers = [\"cloudfront.amazonaws.com\"]\n  }\n}"
	return h
}

// noIndex is T11: only the root has a default object, and a bucket's REST endpoint has no index documents.
func (x *Exchange) noIndex() []Hint {
	if !x.bucket() || changes(x.Viewer.Method) || x.noted("REQ-172") || x.rewritten() {
		return nil
	}
	path := x.Request.Path
	if len(path) < 2 || !strings.HasSuffix(path, "/") || x.holds(strings.TrimPrefix(x.Outgoing.Path, "/")) {
		return nil
	}
	return hint("T11", "%s is asked for the key %s: a REST endpoint has no index documents, as a website endpoint has; a function could add index.html",
		x.who(), strings.TrimPrefix(x.Outgoing.Path, "/"))
}

// rewritten reports whether a function of the behavior may change the path.
func (x *Exchange) rewritten() bool {
	return x.Behavior.Association(cloudfront.ViewerRequest) != nil || x.Behavior.Association(cloudfront.OriginRequest) != nil
}

// holds reports whether Terraform puts an object under this key.
func (x *Exchange) holds(key string) bool {
	return x.Origin.Bucket != nil && slices.ContainsFunc(x.Origin.Bucket.Objects, func(o *cloudfront.Object) bool { return o.Key == key })
}

// hostOfBucket is T20: S3 takes the viewer's Host for the name of a bucket.
func (x *Exchange) hostOfBucket() []Hint {
	if !x.bucket() || x.hostReplaced() || x.noted("REQ-397") {
		return nil
	}
	h := hint("T20", "%s is a bucket, and S3 takes the Host %s for a bucket's name%s", x.who(), x.Outgoing.Host, at(policySource(x.Behavior)))
	h[0] = h[0].pass(x, want{})
	return h
}

// untrustedOrigin is T25: this machine accepts a certificate that CloudFront would not. Of a handshake that failed the
// cause tells.
func (x *Exchange) untrustedOrigin() []Hint {
	if x.Result == nil {
		return nil
	}
	for _, n := range x.Result.Notes {
		if n.Rule == "REQ-334" {
			return hint("T25", "%s", n.Text)
		}
	}
	return nil
}

// nameOnCertificate is what T25 asks for beforehand: the viewer's Host has to be on the origin's certificate (REQ-333).
func (x *Exchange) nameOnCertificate() []Hint {
	if !x.application() || x.Outgoing.Scheme != "https" || x.hostReplaced() || !x.Origin.DomainName.Known {
		return nil
	}
	return hint("T25", "the certificate of %s must be for %s, as Host is forwarded%s, or CloudFront answers 502",
		x.who(), hostname(x.Outgoing.Host), at(policySource(x.Behavior)))
}

// triedAgain is T26: how often an origin was asked that did not answer in time, and how long each try took.
func (x *Exchange) triedAgain() []Hint {
	var attempts []origins.Attempt
	failed, _ := errors.AsType[*origins.Error](x.cause())
	switch {
	case failed != nil:
		attempts = failed.Attempts
	case x.Result != nil && len(x.Result.Attempts) > 1:
		attempts = x.Result.Attempts
	}
	var times []string
	late := false
	for _, a := range attempts {
		late = late || timedOut(a.Err)
		times = append(times, seconds(a.Took))
	}
	if !late {
		return nil
	}
	limit, argument := x.Origin.OriginReadTimeout, "origin_read_timeout"
	if failed != nil && failed.Kind == origins.ConnectTimeout {
		limit, argument = x.Origin.ConnectionTimeout, "connection_timeout"
	}
	setting := argument
	if limit > 0 {
		setting += " = " + strconv.Itoa(int(limit/time.Second))
	}
	setting += at(x.Origin.Sources[argument])
	if len(times) == 1 {
		return hint("T26", "one try at %s, of %s: %s; a %s is not tried again", x.who(), times[0], setting, x.Request.Method)
	}
	text := strconv.Itoa(len(times)) + " tries at " + x.who() + ", of " + strings.Join(times, ", ") + ": " + setting
	if failed == nil || failed.Kind == origins.ReadTimeout {
		text += "; it may have done the work each time"
	}
	return []Hint{{Trap: "T26", Text: text}}
}

// cause returns why CloudFront itself made an error, or nil.
func (x *Exchange) cause() error {
	if x.Err == nil {
		return nil
	}
	return x.Err.Cause
}

// timedOut reports whether an attempt ended because the origin was silent for too long.
func timedOut(err error) bool {
	if wire, ok := errors.AsType[*http1.Error](err); ok {
		return wire.Kind == http1.ReadTimeout
	}
	failed, ok := errors.AsType[*origins.Error](err)
	return ok && failed.Kind == origins.ConnectTimeout
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s" }

// patience is what T26 comes to beforehand, for who asks what becomes of a 504.
func (x *Exchange) patience() []Hint {
	if !x.application() || x.OriginStatus != 504 {
		return nil
	}
	limit, tries := x.Origin.OriginReadTimeout, x.Origin.ConnectionAttempts
	if limit == 0 {
		limit = 30 * time.Second
	}
	if tries == 0 {
		tries = 3
	}
	times := "once"
	if !changes(x.Viewer.Method) && x.Viewer.Method != "OPTIONS" && tries > 1 {
		times = strconv.Itoa(tries) + " times"
	}
	return hint("T26", "if %s is silent for %s%s, CloudFront gives up with a 504 of its own; a %s is tried %s",
		x.who(), strconv.Itoa(int(limit/time.Second))+" s", at(x.Origin.Sources["origin_read_timeout"]), x.Viewer.Method, times)
}

// silentSocket is T29: a WebSocket whose origin says nothing is closed.
func (x *Exchange) silentSocket() []Hint {
	if !errors.Is(x.Trace.Broken, ErrSocketIdle) {
		return nil
	}
	return hint("T29", "CloudFront closed it: no byte came from %s for 10 minutes; pings would keep it open", x.who())
}

// socketPatience is T29 beforehand.
func (x *Exchange) socketPatience() []Hint {
	if !x.application() || !isUpgrade(&x.Request) || len(x.lostSocketHeaders()) > 0 {
		return nil
	}
	return hint("T29", "CloudFront closes the WebSocket once %s has been silent for 10 minutes, whatever the viewer sends", x.who())
}

// noFailover are T34 and T35: why the next member of an origin group was not asked. That an application's 404 is not
// among the codes is seldom a mistake; that a bucket's 403 is not is one, as it may stand for a missing key (REQ-372).
func (x *Exchange) noFailover() []Hint {
	for i := range x.Trace.Steps {
		s := &x.Trace.Steps[i]
		switch {
		case s.Stage != "failover" || s.Action == NextMember:
		case s.Rule == "REQ-362":
			return hint("T34", "%s%s", s.Why, at(s.Source))
		case x.bucket() && x.OriginStatus == 403:
			return hint("T35", "%s%s; S3 says 403 for a missing key, too", s.Why, at(s.Source))
		case x.OriginStatus >= 500, x.OriginStatus == 0:
			return hint("T35", "%s%s", s.Why, at(s.Source))
		}
	}
	return nil
}

// The most header bytes that S3 takes, and that an Application Load Balancer takes in one field (REQ-153).
const (
	bucketHeaders = 8192
	balancerField = 16384
)

// tooManyHeaders is T41: an origin takes less than CloudFront does. A cookie that is forwarded is the usual cause.
func (x *Exchange) tooManyHeaders() []Hint {
	if x.asked == nil || x.OriginStatus != 400 && !x.fx.explain {
		return nil
	}
	total, largest, name := 0, 0, ""
	for _, f := range x.Outgoing.Fields {
		size := len(f.Name) + len(f.Value) + len(": \r\n")
		if total += size; size > largest {
			largest, name = size, f.Name
		}
	}
	switch {
	case x.Origin.Kind == cloudfront.KindS3 || x.Origin.Kind == cloudfront.KindS3Website:
		if total > bucketHeaders {
			return hint("T41", "%s is sent %d bytes of headers, of which %s is %d%s; S3 takes %d",
				x.who(), total, name, largest, at(policySource(x.Behavior)), bucketHeaders)
		}
	case largest > balancerField && x.OriginStatus == 400:
		return hint("T41", "%s is sent %d bytes of headers, of which %s is %d; a load balancer takes %d for one",
			x.who(), total, name, largest, balancerField)
	}
	return nil
}
