package edge

import (
	"context"
	"time"
)

// This file is the life of a request, in order: section 18 of the request rules. Reading it is reading the product.
//
// A request passes the viewer phase to the first stage that answers or fails. Unless one did, its origin is asked,
// and the next member of an origin group if the answer says so. The answer, whoever made it, then passes the settle
// and response phases: there a stage applies to the answers of certain makers only, as its line says.

// viewer is what happens before any origin is asked.
var viewer = []Stage{
	limits,
	distribution,
	aliasname, // nothing of CloudFront's: from the local name that the viewer used to the alias (REQ-595)
	behavior,
	method,
	protocol,
	geo,
	webacl,
	rootobject,
}

// origin is what happens once for each member of an origin group that is asked. What failover makes of the end of it
// decides whether that was the last one.
var origin = []Stage{
	originchoice,
	forward,
	address,
	fetch,
}

// settle is what happens once to the answer.
var settle = []afterwards{
	{trim, Origin},
	{errorresponse, Refusal | Failure | Origin},
	{compress, Origin | ErrorPage}, // not what CloudFront makes itself (CACHE-254)
}

// response is what happens to every answer just before it leaves.
var response = []afterwards{
	{responseheaders, Refusal | Failure | Origin | ErrorPage}, // not to the redirect (POL-109)
	{finish, Refusal | Redirector | Failure | Origin | ErrorPage},
	{localname, Refusal | Redirector | Failure | Origin | ErrorPage}, // and back (REQ-596)
}

// afterwards is a stage that shapes an answer, and whose answers it shapes.
type afterwards struct {
	Stage
	of Maker
}

// run takes a request from its first stage to a finished response.
func (x *Exchange) run(ctx context.Context) {
	x.phase(ctx, viewer, Refusal)
	x.askOrigins(ctx)
	x.after(ctx, settle)
	x.after(ctx, response)
}

// askOrigins runs the origin phase for each member, until failover lets an answer or a failure stand. It does nothing
// to an answered exchange.
func (x *Exchange) askOrigins(ctx context.Context) {
	for x.member = 0; !x.answered() && x.member < len(x.members); x.member++ {
		x.phase(ctx, origin, Failure)
		if x.step(ctx, failover).Action == NextMember {
			x.forget()
		}
	}
}

// phase runs stages to the first that answers or fails. A failing stage's error becomes the response, made by failing.
func (x *Exchange) phase(ctx context.Context, stages []Stage, failing Maker) {
	if x.answered() {
		return
	}
	for _, s := range stages {
		v := x.step(ctx, s)
		switch v.Action {
		case Answer:
			x.Trace.Reason = v.Reason
			return
		case Fail:
			x.fail(v.Err, failing)
			return
		}
	}
}

// after runs the stages that shape answers of the present maker, which a stage may change.
func (x *Exchange) after(ctx context.Context, stages []afterwards) {
	for _, s := range stages {
		if s.of&x.MadeBy == 0 {
			continue
		}
		if v := x.step(ctx, s.Stage); v.Action == Fail {
			x.fail(v.Err, Failure)
		}
	}
}

// step runs one stage and keeps its verdict. Only while somebody observes is the stage timed.
func (x *Exchange) step(ctx context.Context, s Stage) Verdict {
	var began time.Time
	if x.fx.observed {
		began = x.fx.now()
	}
	v := s.Run(ctx, x)
	if v.Action == Skip {
		return v
	}
	st := Step{Stage: s.Name, Verdict: v}
	if x.fx.observed {
		st.Took = x.fx.now().Sub(began)
	}
	x.Trace.Steps = append(x.Trace.Steps, st)
	return v
}

// fail makes an error the exchange's response: CloudFront's own page.
func (x *Exchange) fail(e *Error, by Maker) {
	closeBody(x.Response)
	x.Err = e
	x.MadeBy = by
	x.Trace.Reason = e.Reason
	x.Close = x.Close || e.Close || by == Refusal && x.Viewer.HasBody() // REQ-093: the body was not read
	x.Response = generated(e.Status, httpDate(x.fx.now()), "text/html", e.page(x.requestID))
}
