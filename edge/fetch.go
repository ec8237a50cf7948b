package edge

import (
	"context"
	"errors"

	"edgecase/edge/http1"
	"edgecase/origins"
)

// fetch sends the request to the origin and takes its answer, or CloudFront's page for the way in which the origin
// failed (section 10 of the request rules).
var fetch = Stage{"fetch", func(ctx context.Context, x *Exchange) Verdict {
	m := x.asked
	if x.watch != nil {
		x.watch() // REQ-291: a viewer that goes away takes the origin's request with it
	}
	out := x.Outgoing
	result, err := x.fx.transport(m).RoundTrip(ctx, &out)
	if err != nil {
		e := originError(err)
		return Verdict{
			Action: Fail, Reason: e.Reason, Err: e, Rule: e.Rule, Sure: e.Sure, Source: m.origin.Source,
			Why: why("%s: %s", m.origin.ID.Value, e.Cause.Error()),
		}
	}
	x.Result = result
	x.Response = result.Response
	x.OriginStatus = result.Response.Status
	x.MadeBy = Origin
	v := Verdict{Action: Answer, Reason: OriginAnswered, Rule: "REQ-282", Source: m.origin.Source}
	v.Why = why("%s answers from %s with %d", m.origin.ID.Value, result.Place)
	v.Why.Numbers[0] = x.OriginStatus
	if x.OriginStatus == 101 {
		v.Reason, v.Rule = WebSocketOpened, "REQ-475"
	}
	return v
}}

// bodyError tells a viewer that went away from one that sent a body which cannot be read (REQ-150, REQ-261).
func bodyError(err error) *Error {
	var malformed *http1.Error
	if errors.As(err, &malformed) {
		switch malformed.Kind {
		case http1.BadFraming, http1.BadSyntax, http1.BodyTooLarge:
			return refusalOf(malformed, "").with(err)
		}
	}
	return errViewerGone.with(err)
}

// originError turns an origin's failure into CloudFront's answer: table 10.4 of the request rules.
func originError(err error) *Error {
	var oe *origins.Error
	if !errors.As(err, &oe) {
		if errors.Is(err, context.Canceled) {
			return errViewerGone.with(err)
		}
		return errOriginRefused.with(err)
	}
	switch oe.Kind {
	case origins.Unresolved:
		return errOriginUnresolved.with(oe)
	case origins.Refused:
		return errOriginRefused.with(oe)
	case origins.ConnectTimeout:
		return errOriginConnectTimeout.with(oe)
	case origins.TLSFailed:
		return errOriginTLS.with(oe)
	case origins.ReadTimeout:
		return errOriginReadTimeout.with(oe)
	case origins.Closed:
		return errOriginClosed.with(oe)
	case origins.Invalid:
		return errOriginInvalid.with(oe)
	case origins.HeadTooLarge:
		return errOriginHead.with(oe)
	case origins.WrongRange:
		return errOriginRange.with(oe)
	case origins.Incomplete:
		return errOriginIncomplete.with(oe)
	case origins.WriteFailed:
		return errOriginWrite.with(oe)
	case origins.Canceled:
		return bodyError(oe)
	default:
		return errOriginRefused.with(oe)
	}
}
