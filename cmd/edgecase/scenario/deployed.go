package scenario

import (
	"slices"
	"strconv"
	"strings"

	"edgecase/edge"
	"edgecase/edge/http1"
)

// A Deployment is what a deployed distribution made of a run.
type Deployment struct {
	Unsent     string // why nothing was sent; "" if something was
	Status     int
	XCache     string
	AnsweredBy string      // as far as the answer shows it: edge, cache, origin, function, or another server than CloudFront
	Asserts    []Assertion // what is expected of the answer, held against this one
	Drift      []Drift
}

// A Drift is a difference between the two answers.
type Drift struct {
	What           string // "status", "answered by", "X-Cache", or the name of a header
	Here, Deployed string
}

// Differs reports whether the deployed distribution does anything else than is expected, or is done here.
func (d *Deployment) Differs() bool {
	return d != nil && (len(d.Drift) > 0 || len(with(d.Asserts, Failed)) > 0)
}

// Harmless reports whether a request of this method may be put to a deployed distribution without being told to.
func Harmless(method string) bool { return method == "GET" || method == "HEAD" || method == "OPTIONS" }

// Sendable says why a run tells nothing about a deployed distribution, or "" if it does.
func (r *Run) Sendable() string {
	switch {
	case r.Skip != "":
		return r.Skip
	case r.Assume != nil:
		return "its origin's answer is assumed"
	case r.Request.Country != "":
		return "its viewer is supposed to be in " + r.Request.Country
	}
	return ""
}

// Deployed adds to a result what a deployed distribution answered. here and there are the hosts that the request had.
func (r *Result) Deploy(answer *Answer, here, there string) {
	d := &Deployment{Status: answer.Status, XCache: answer.Fields.Get("X-Cache"), AnsweredBy: madeBy(answer)}
	d.Asserts = view{run: r.Run, answer: answer}.judge()
	r.Deployed = d
	if r.Decision != nil {
		c := comparison{here: r.seen, there: answer, from: here, to: there, out: d}
		c.compare()
	}
	for i := range d.Drift {
		d.Drift[i].Here, d.Drift[i].Deployed = r.Run.shown(d.Drift[i].Here), r.Run.shown(d.Drift[i].Deployed)
	}
	r.settle()
}

// Undeployed adds to a result that the deployed distribution was not asked, or did not answer.
func (r *Result) Undeployed(why string, err error) {
	r.Deployed = &Deployment{Unsent: why}
	if err != nil {
		r.Deployed = &Deployment{Drift: []Drift{{"answer", "an answer", r.Run.shown(err.Error())}}}
	}
	r.settle()
}

// elsewhere is who answered where it was not CloudFront.
const elsewhere = "another server"

// madeBy says who made an answer, as far as it shows that (table 17.3 of the request rules).
func madeBy(a *Answer) string {
	cache := strings.ToLower(a.Fields.Get("X-Cache"))
	if !strings.Contains(cache, "cloudfront") && !a.Fields.Has("X-Amz-Cf-Id") {
		return elsewhere
	}
	word, _, _ := strings.Cut(cache, " ")
	switch word {
	case "hit", "refreshhit", "originshieldhit":
		return "cache"
	case "redirect":
		return "edge"
	case "functiongeneratedresponse", "functionthrottlederror", "functionexecutionerror", "lambdageneratedresponse", "lambdaexecutionerror":
		return "function"
	case "error":
		if a.Fields.Get("Server") == "CloudFront" {
			return "edge"
		}
	}
	return "origin"
}

// A comparison holds a deployed distribution's answer against what is known here.
type comparison struct {
	here     view
	there    *Answer
	from, to string // the hosts
	out      *Deployment
}

func (c *comparison) differs(what, here, there string) {
	if here != there {
		c.out.Drift = append(c.out.Drift, Drift{what, here, there})
	}
}

func (c *comparison) compare() {
	who := c.here.x.AnsweredBy()
	switch by := c.out.AnsweredBy; {
	case by == elsewhere:
		c.differs("answered by", who, elsewhere+" than CloudFront: "+strconv.Itoa(c.there.Status))
		return
	case c.here.x.CustomError != nil, who == "origin" && by == "cache":
		// An error page hides who made the answer behind it; the cache has what an origin answered.
	case who != by:
		c.differs("answered by", who+", "+c.here.route(), by+", "+strconv.Itoa(c.there.Status)+" "+c.out.XCache)
	}
	status, known := c.here.status()
	if known {
		c.differs("status", strconv.Itoa(status), strconv.Itoa(c.there.Status))
		c.differs("X-Cache", cacheClass(c.here.fields().Get("X-Cache")), cacheClass(c.out.XCache))
	}
	c.headers(known)
}

// cacheClass returns an X-Cache without what depends on what was asked before.
func cacheClass(x string) string {
	word, _, _ := strings.Cut(x, " ")
	switch word {
	case "Hit", "RefreshHit", "OriginShieldHit", "Miss":
		return "Hit or Miss from cloudfront"
	}
	return x
}

// keyHeaders are those that decide what a browser makes of an answer, and that policies of CloudFront can set.
var keyHeaders = []string{
	"Location", "Allow", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
	"Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Strict-Transport-Security",
	"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "X-XSS-Protection",
}

// headers compares the key headers and those that the behavior's response headers policy adds. One that is missing here
// counts only if all of the answer is known.
func (c *comparison) headers(known bool) {
	names := slices.Clone(keyHeaders)
	if b := c.here.x.Behavior; b != nil && b.ResponseHeadersPolicy != nil {
		for _, h := range b.ResponseHeadersPolicy.CustomHeaders {
			if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, h.Name) }) {
				names = append(names, h.Name)
			}
		}
	}
	for _, name := range names {
		here, there := c.field(c.here.fields(), name), c.field(c.there.Fields, name)
		if here == none && !known {
			continue
		}
		c.differs(name, c.translate(here), there)
	}
}

// none stands for a header that is not there.
const none = "none"

// field returns a header's value as it may be shown.
func (c *comparison) field(fields http1.Fields, name string) string {
	if !fields.Has(name) {
		return none
	}
	return edge.MaskValue(name, strings.Join(fields.Values(name), ", "))
}

// translate puts the deployed distribution's host in the place of the one here.
func (c *comparison) translate(value string) string {
	if c.from == "" || c.from == c.to {
		return value
	}
	return strings.ReplaceAll(value, "//"+c.from, "//"+c.to)
}
