// Package application reads what an application serves: its paths, and the methods that it takes there.
//
//	routes, err := application.ReadList(file, "routes.txt")
//
// There is a reader for each kind of evidence: what the application says of itself ([Django], [OpenAPI]), what somebody
// wrote down ([ReadList]), and what was seen ([ReadHAR], [ReadLog]). All give the same [Routes]. Files are read as
// streams; what is kept is one [Route] for each different path, and of traffic no more than [MaxRoutes].
//
// The package knows no CloudFront: which of the routes a distribution carries to the application is for package check.
package application

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// MaxRoutes is how many routes are kept. A reader of traffic leaves out those that come later, and says so; a list or a
// document with more is refused.
const MaxRoutes = 100_000

// Routes is what a reader has found.
type Routes struct {
	From  string   // where: "api/manage.py"
	List  []Route  // by path
	Notes []string // what was left out, one clause each
}

// A Route is one path of an application, or one kind of path.
type Route struct {
	Path    string   // an example: "/api/users/1/"
	Pattern string   // "*" in place of what varies: "/api/users/*/"; "" where nothing does
	Methods []string // that the application takes for sure, sorted
	Assumed []string // that it may take: nobody says so, and nobody says otherwise
	Refused []string // that were refused when they were seen: whether the application takes them nobody knows
	Kind    Kind
	Name    string // "users-detail"; "" where it has none
	At      Place  // the line that says so
	Host    string // of traffic; else ""
	Count   int    // of traffic: how often it was seen
}

// A Place is a line of the application.
type Place struct {
	File string
	Line int // from 1; 0 where only the file is known
}

// String returns "urls.py:14", or "" for the zero Place.
func (p Place) String() string {
	if p.File == "" || p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

// A Kind is what a route is for, where that makes a difference to who should reach it.
type Kind string

// The kinds.
const (
	Ordinary Kind = ""
	Admin    Kind = "admin"     // Django's admin site: often for people inside only
	Health   Kind = "health"    // for a load balancer or an orchestrator, which ask the application directly
	Inside   Kind = "inside"    // for monitoring and for developers: metrics, a debug toolbar
	Static   Kind = "static"    // files, which a bucket may serve as well
	Front    Kind = "front"     // "/", robots.txt and the like: pages that another part of the site may have
	CatchAll Kind = "catch-all" // takes whatever nothing else does
	Socket   Kind = "websocket" // begins with a GET that asks for an upgrade
)

// pattern returns the pattern of a route, or its path where nothing varies.
func (r *Route) pattern() string { return cmp.Or(r.Pattern, r.Path) }

// Fixed returns the part of a route's path in front of the first "*" of its pattern: all of it where nothing varies.
func (r *Route) Fixed() string {
	fixed, _, _ := strings.Cut(r.pattern(), "*")
	return fixed
}

// settle puts a route in order: methods sorted, each in one list only, and its kind where only its path tells.
func (r *Route) settle() {
	for _, list := range []*[]string{&r.Methods, &r.Assumed, &r.Refused} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	certain := func(m string) bool { return slices.Contains(r.Methods, m) }
	r.Assumed = slices.DeleteFunc(r.Assumed, certain)
	r.Refused = slices.DeleteFunc(r.Refused, func(m string) bool { return certain(m) || slices.Contains(r.Assumed, m) })
	if r.Kind == Ordinary {
		r.Kind = kindOf(r.pattern())
	}
}

// healthNames are the last segments of paths that load balancers and orchestrators ask for.
var healthNames = []string{
	"health", "healthz", "healthcheck", "health-check", "health_check", "_health", "live", "livez", "liveness", "ready", "readyz", "readiness",
	"ping", "heartbeat", "__heartbeat__", "__lbheartbeat__", "up",
}

// insideNames begin paths that nobody outside is to ask for.
var insideNames = []string{"/metrics", "/__debug__", "/__reload__", "/silk", "/_internal", "/internal"}

// frontNames are files at the top of a site that belong to all of it.
var frontNames = []string{"/", "/robots.txt", "/favicon.ico", "/sitemap.xml", "/manifest.json", "/security.txt", "/.well-known/security.txt"}

// kindOf tells the kind of a path by its name.
func kindOf(pattern string) Kind {
	path := strings.TrimRight(pattern, "/")
	switch {
	case pattern == "/*":
		return CatchAll
	case slices.ContainsFunc(insideNames, func(name string) bool { return strings.HasPrefix(path+"/", name+"/") }):
		return Inside
	case slices.Contains(frontNames, pattern):
		return Front
	case slices.Contains(healthNames, strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])) && strings.Count(path, "/") <= 3:
		return Health
	}
	return Ordinary
}

// The methods that are taken for possible where nobody says which are.
func anyMethod() []string { return []string{"GET", "HEAD", "OPTIONS", "POST"} }

// methods are those that an application can be asked with.
var methods = []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}

// An Error says what is wrong with evidence, and what to do about it.
type Error struct {
	Where string // "routes.txt:3"
	What  string // one clause
	Hint  string // the next step; may be ""
}

// Error returns the place and what is wrong.
func (e *Error) Error() string { return e.Where + ": " + e.What }

func errorAt(where, hint, format string, args ...any) error {
	return &Error{Where: where, Hint: hint, What: fmt.Sprintf(format, args...)}
}

// A Meter is told how far a reader is, now and then. It may be nil.
type Meter func(bytes int64, routes int)

// A counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read reads, and counts.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
