package edge

import (
	"context"

	"edgecase/edge/http1"
)

// limits refuses what cannot be read as a request, or is too large (REQ-140 to REQ-151).
var limits = Stage{"request limits", func(_ context.Context, x *Exchange) Verdict {
	if x.malformed == nil {
		return Verdict{Action: Skip}
	}
	e := refusalOf(x.malformed, x.Viewer.Method)
	return Verdict{Action: Fail, Reason: e.Reason, Why: why("%s", x.malformed.Detail), Rule: e.Rule, Sure: e.Sure, Err: e}
}}

// refusalOf returns the answer to a request of which http1 says that it cannot be used.
func refusalOf(malformed *http1.Error, method string) *Error {
	switch malformed.Kind {
	case http1.BadHost:
		return errNoHost
	case http1.BadTarget:
		if method == "CONNECT" { // its target is an authority
			return errConnect
		}
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
