package edge

import (
	"context"

	"edgecase/edge/http1"
)

// MaxBody is the largest request body CloudFront takes, in bytes (REQ-146).
const MaxBody = 64 << 30

// limits refuses what cannot be read as a request, or is too large (REQ-140 to REQ-151).
var limits = Stage{"request limits", func(_ context.Context, x *Exchange) Verdict {
	if e := checkLimits(x.malformed, x.Viewer.ContentLength); e != nil {
		w := why("the request's body is larger than 64 GB")
		if x.malformed != nil {
			w = why("%s", x.malformed.Detail)
		}
		return Verdict{Action: Fail, Reason: e.Reason, Why: w, Rule: e.Rule, Sure: e.Sure, Err: e}
	}
	return Verdict{Action: Skip}
}}

// checkLimits returns the answer to a head that http1 could not accept, or to a body that is too long.
func checkLimits(malformed *http1.Error, contentLength int64) *Error {
	if malformed == nil {
		if contentLength > MaxBody {
			return errBodyTooLarge
		}
		return nil
	}
	switch malformed.Kind {
	case http1.BadHost:
		return errNoHost
	case http1.BadTarget:
		return errTarget
	case http1.URLTooLong:
		return errURLTooLong
	case http1.HeadTooLarge:
		return errHeadTooLarge
	case http1.BodyTooLarge:
		return errBodyTooLarge
	default:
		return errMalformed
	}
}
