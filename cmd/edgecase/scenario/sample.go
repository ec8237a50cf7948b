package scenario

import (
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// Crossing returns the names of what applications miss most when it does not reach them: what logins, CSRF checks,
// redirects and lists need.
func Crossing() []string {
	return []string{"Host", "Cookie", "Authorization", "X-CSRFToken", "Referer", "Origin", "query:page"}
}

// Samples returns requests that show what a distribution does: one for each behavior, and those that surprise people.
// whole says to write whole URLs, not paths.
func Samples(d *cloudfront.Distribution, whole bool) []Sample {
	s := sampler{d: d, whole: whole}
	for i := range d.Behaviors {
		s.behavior(i)
	}
	s.refused()
	s.bare()
	s.plain()
	s.errorPage()
	return s.list
}

// A sampler thinks of samples.
type sampler struct {
	d      *cloudfront.Distribution
	whole  bool
	survey cloudfront.Survey
	list   []Sample
}

// url returns the URL of a path.
func (s *sampler) url(path string) string {
	if s.whole {
		return "https://" + s.d.Host() + path
	}
	return path
}

// witness returns a path that a behavior gets; "" where there is none, or nobody can tell.
func (s *sampler) witness(i int) string {
	path, _ := s.survey.Witness(s.d.Region(i))
	return path
}

// behavior adds a request that a behavior gets: of one that takes changes a POST, and what of it would arrive.
func (s *sampler) behavior(i int) {
	b, path := s.d.Behaviors[i], s.witness(i)
	if path == "" {
		return
	}
	sample := Sample{Method: "GET", URL: s.url(path)}
	if b.Allows("POST") {
		sample.Method, sample.Ask = "POST", Crossing()
	}
	s.list = append(s.list, sample)
}

// refused adds a request whose method the default behavior refuses: no other behavior is tried (T01).
func (s *sampler) refused() {
	last := len(s.d.Behaviors) - 1
	if s.d.Behaviors[last].Allows("POST") {
		return
	}
	path := "/login"
	if !s.d.Region(last).Contains(path) {
		path = s.witness(last)
	}
	if path != "" {
		s.list = append(s.list, Sample{
			Method: "POST", URL: s.url(path),
			Why: "The path alone chooses the behavior: a method that it does not allow is refused, and no other one is tried.",
		})
	}
}

// bare adds the paths that patterns such as /api/* do not match, though people think so (T02).
func (s *sampler) bare() {
	for _, b := range s.d.Behaviors {
		pattern := b.Pattern.Canonical()
		path, folder := strings.CutSuffix(pattern, "/*")
		if !folder || path == "" || strings.ContainsAny(path, "*?") || !b.Pattern.Known() {
			continue
		}
		if taker, _ := s.d.Choose(cloudfront.NormalizePath(path)); taker != nil && taker != b {
			s.list = append(s.list, Sample{Name: path + " is not " + b.Name(), Method: "GET", URL: s.url(path)})
		}
	}
}

// plain adds a request by HTTP that the default behavior redirects.
func (s *sampler) plain() {
	last := len(s.d.Behaviors) - 1
	if path := s.witness(last); path != "" && s.d.Behaviors[last].ViewerProtocolPolicy == cloudfront.RedirectToHTTPS {
		s.list = append(s.list, Sample{Method: "GET", URL: "http://" + s.d.Host() + path})
	}
}

// errorPage adds an error of a server that turns into a page of the site: error pages are for the whole distribution (T08).
func (s *sampler) errorPage() {
	for i, b := range s.d.Behaviors {
		members := s.d.Members(b.TargetOriginID.Value)
		path := s.witness(i)
		if path == "" || len(members) == 0 || members[0].Kind != cloudfront.KindCustom {
			continue
		}
		for _, e := range s.d.ErrorResponses {
			if e.ResponsePagePath != "" {
				s.list = append(s.list, Sample{
					Method: "GET", URL: s.url(path), Assume: e.ErrorCode,
					Why: "A custom_error_response is for every origin of the distribution, not only for the site's pages.",
				})
				return
			}
		}
	}
}

// name says what becomes of a sample: POST /auth/* reaches ALB-api.
func (s Sample) name(x *edge.Exchange) string {
	if strings.TrimSpace(s.Name) != "" {
		return s.Name
	}
	what := s.Method
	switch {
	case x.Behavior == nil:
	case x.Behavior.Default():
		what += " to the default"
	default:
		what += " " + x.Behavior.Name()
	}
	if s.Assume != 0 && x.CustomError != nil {
		return what + ": an error becomes " + x.CustomError.ResponsePagePath
	}
	switch {
	case x.Trace.Reason == edge.RedirectedToHTTPS:
		return what + " is redirected to https"
	case x.OriginStatus != 0:
		return what + " reaches " + x.Origin.ID.String()
	}
	return what + " is refused"
}
