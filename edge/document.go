package edge

import (
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/policy"
)

// Document puts an exchange and its trace into the form for readers. It may be called once the exchange has a
// response; values that must not be shown are masked.
func (x *Exchange) Document() *Document {
	d := &Document{
		ID: x.requestID, Time: x.started.UTC().Format(time.RFC3339Nano),
		Method: x.Viewer.Method, URL: x.shownURL(x.url()),
		AnsweredBy: x.AnsweredBy(), Reason: x.Trace.Reason, ResultType: x.Trace.ResultType,
		DetailedResultType: x.DetailedResultType(),
		Hints:              x.Hints(), Translations: x.Translated,
		Milliseconds: float64(x.Trace.Took.Microseconds()) / 1000,
	}
	if x.Response != nil {
		d.Status = x.Response.Status
		d.Headers = FieldMap(x.shown(x.Response.Fields, nil))
		d.BodyBytes = max(x.Response.ContentLength, 0)
	}
	if x.Distribution != nil {
		d.Distribution = &DistributionRef{x.Distribution.Address, place(x.Distribution.Source)}
	}
	if x.Behavior != nil {
		d.Behavior = x.behaviorRef()
	}
	if x.Origin != nil {
		d.Origin = x.originRef()
		d.OriginStatus = x.OriginStatus
		d.OriginRequest = x.originRequest()
		d.Forwarding = x.forwarding()
	}
	if x.CustomError != nil {
		d.CustomErrorPage = x.pageRef()
	}
	for _, s := range x.Trace.Steps {
		d.Steps = append(d.Steps, x.stepDocument(s))
	}
	if x.Result != nil {
		for _, n := range x.Result.Notes {
			d.Notes = append(d.Notes, NoteDocument{n.Text, n.Rule})
		}
	}
	if x.Err != nil && x.Err.Cause != nil {
		d.Error = x.shownText(x.Err.Cause.Error())
	} else if x.Trace.Broken != nil {
		d.Error = x.shownText(x.Trace.Broken.Error())
	}
	return d
}

// AnsweredBy says who made the answer in the first place: "edge", "cache", "origin" or "function". A custom error
// response does not change it: that is the answer to "who said 403?".
func (x *Exchange) AnsweredBy() string {
	if x.OriginStatus != 0 {
		return "origin"
	}
	return "edge"
}

// DetailedResultType is the log's x-edge-detailed-result-type (section 17.3 of the request rules).
func (x *Exchange) DetailedResultType() string {
	if x.Err != nil {
		return x.Err.Detailed
	}
	return x.Trace.ResultType
}

// RequestID returns the request's X-Amz-Cf-Id.
func (x *Exchange) RequestID() string { return x.requestID }

// Started returns when the request's head had arrived.
func (x *Exchange) Started() time.Time { return x.started }

// url returns the address that the viewer asked for.
func (x *Exchange) url() string { return x.Viewer.Scheme + "://" + x.Viewer.Host + x.Viewer.Target() }

func (x *Exchange) behaviorRef() *BehaviorRef {
	b := x.Behavior
	ref := &BehaviorRef{
		PathPattern: b.Pattern.String(), TargetOriginID: b.TargetOriginID.Value, Tried: []string{}, Source: place(b.Source),
	}
	for _, other := range x.Distribution.Behaviors {
		if other == b {
			break
		}
		ref.Tried = append(ref.Tried, other.Pattern.String())
	}
	return ref
}

func (x *Exchange) originRef() *OriginRef {
	o := x.Origin
	ref := &OriginRef{ID: o.ID.Value, DomainName: o.DomainName.Value, Kind: string(o.Kind), Source: place(o.Source)}
	if x.Result != nil {
		ref.Place = x.Result.Place
	}
	return ref
}

func (x *Exchange) originRequest() *OriginRequest {
	r := &x.Outgoing
	return &OriginRequest{
		Method: r.Method, URL: x.shownURL(r.Scheme + "://" + x.Origin.WithPort(x.Origin.DomainName.Wire(), r.Scheme) + r.Target()),
		Headers: FieldMap(x.shown(r.Fields, x.Origin.CustomHeaders)), BodyBytes: max(r.ContentLength, 0),
	}
}

// forwarding says for each header, cookie and query parameter what became of it. It is worked out here, from the same
// plan, so that serving a request does not pay for it.
func (x *Exchange) forwarding() []FieldNote {
	forwarded := x.asked.plan.Explain(x.forwardInput())
	_, custom := policy.CustomHeaders(forwarded.Fields, x.Origin)
	list := x.fieldNotes("request", append(forwarded.Notes, custom...))
	if x.Arrived != nil {
		_, trimmed := x.asked.plan.ExplainResponse(x.OriginStatus, x.Arrived)
		list = append(list, x.fieldNotes("response", trimmed)...)
	}
	return list
}

// fieldNotes puts a policy's notes about one of the two messages into the form for readers.
func (x *Exchange) fieldNotes(message string, notes []policy.Note) []FieldNote {
	list := make([]FieldNote, 0, len(notes))
	for _, n := range notes {
		list = append(list, FieldNote{
			Message: message, Kind: string(n.Kind), Name: n.Name, Action: string(n.Action),
			Value: x.shownValue(n.Kind, n.Name, n.Value), Why: n.Why, Rule: n.Rule, Sure: sureWord(n.Sure), Source: place(n.Source),
		})
	}
	return list
}

func (x *Exchange) pageRef() *PageRef {
	c := x.CustomError
	ref := &PageRef{
		ErrorCode: c.ErrorCode, ResponseCode: c.ResponseCode, ResponsePagePath: c.ResponsePagePath, Source: place(c.Source),
	}
	if x.ErrorPage.Behavior != nil {
		ref.PathPattern = x.ErrorPage.Behavior.Pattern.String()
	}
	if x.ErrorPage.Origin != nil {
		ref.OriginID = x.ErrorPage.Origin.ID.Value
	}
	return ref
}

func (x *Exchange) stepDocument(s Step) StepDocument {
	return StepDocument{
		Stage: s.Stage, Action: s.Action.String(), Reason: s.Reason, Why: x.shownText(s.Why.String()), Rule: s.Rule,
		Sure: sureWord(s.Sure), Source: place(s.Source), Micros: float64(s.Took.Nanoseconds()) / 1000,
	}
}

// sureWord returns the word for a confidence: what is only inferred is "probable".
func sureWord(c cloudfront.Confidence) string {
	switch c {
	case cloudfront.Inferred:
		return "probable"
	case "":
		return string(cloudfront.Documented)
	default:
		return string(c)
	}
}
