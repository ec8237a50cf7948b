package check

import (
	"fmt"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

var (
	setCookieCacheable = &Rule{
		Name: "set-cookie-cacheable", Title: "an application's Set-Cookie is kept in the cache, and given to others", Severity: Warning,
		Why: "Set-Cookie does not keep an answer out of the cache. Where cookies are forwarded and default_ttl or min_ttl is above 0, an answer " +
			"without Cache-Control is kept with its Set-Cookie, and every viewer with the same cache key gets the session of the first. Django " +
			"sends no Cache-Control by itself.",
		Example: `forwarded_values { cookies { forward = "all" } … }, default_ttl = 3600, in front of an application`,
		Fix:     "Write min_ttl = 0 and default_ttl = 0, so that only what the application calls cacheable is kept; or cache nothing.",
		Cites:   []string{"CACHE-111", "CACHE-112"},
	}
	cacheablePerUser = &Rule{
		Name: "cacheable-per-user", Title: "what tells users apart reaches the application, and is not in the cache key", Severity: Warning,
		Why: "The origin request policy forwards cookies or Authorization, so that the application answers for one user; the cache key has " +
			"neither, so that CloudFront gives the answer to all. CloudFront does not spare answers to requests with Authorization.",
		Example: `cache_policy_id          = "658327ea-f89d-4fab-a63d-7e88639e58f6" # CachingOptimized
origin_request_policy_id = "216adef6-5c7f-47e4-b989-5492eafa07d3" # AllViewer`,
		Fix:   "Cache nothing where users differ: Managed-CachingDisabled. Or put the session's cookie into the key.",
		Cites: []string{"CACHE-014", "CACHE-120", "POL-064"},
	}
	errorTTLLong = &Rule{
		Name: "error-ttl-long", Title: "an outage is remembered for minutes", Severity: Note,
		Why: "error_caching_min_ttl is how long CloudFront gives viewers an error without asking the origin again. For 500 to 504 that is how " +
			"long the outage goes on for viewers after it has ended, at every edge.",
		Example: "custom_error_response { error_code = 503, error_caching_min_ttl = 300 }",
		Fix:     "Write a few seconds: enough to keep a failing origin from being asked by everybody at once.",
		Cites:   []string{"REQ-450", "T31"},
	}
)

func cachingTraps() []trap {
	return []trap{
		{[]*Rule{setCookieCacheable, cacheablePerUser}, (*view).shared},
		{[]*Rule{errorTTLLong}, (*view).errorTimes},
	}
}

// shortTTL is how long people keep pages of an application on purpose, to be spared of many at once.
const shortTTL = 5 * time.Minute

// shared finds answers for one user that the cache gives to others. Where an application has to say that an answer may be
// kept, it is taken to know what it does.
func (v *view) shared() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		p := b.CachePolicy
		if v.paths[i] == "" || !v.application(b) || !v.routed(b) || !v.forwarding(b) || forFiles(b) || !b.Allows("POST") ||
			p.MaxTTL == 0 || p.MinTTL == 0 && p.DefaultTTL < shortTTL && !v.django || p.DefaultTTL == 0 && p.MinTTL == 0 || p.Legacy && p.Headers.Behavior == cloudfront.SelectAll {
			continue
		}
		if f := v.sharedAnswers(v.paths[i], b); f != nil {
			found = append(found, *f)
		} else if f := v.sharedCookies(v.paths[i], b); f != nil {
			found = append(found, *f)
		}
	}
	return found
}

// sharedAnswers finds what is forwarded and not keyed.
func (v *view) sharedAnswers(path string, b *cloudfront.Behavior) *Finding {
	w := v.witness("GET", path, sessionCookie, bearer)
	x := v.ask(w)
	var names []string
	if reaches(x, "Cookie") && !keys(b, "Authorization") {
		names = append(names, "Cookie")
	}
	if reaches(x, "Authorization") && !keys(b, "Authorization") {
		names = append(names, "Authorization")
	}
	if selects(b.CachePolicy.Cookies) {
		return nil // these tell users apart
	}
	if len(names) == 0 {
		return nil
	}
	w.Shows = Claim{Behavior: b, Origin: v.origin(b), Gets: names}
	const policy = "Managed-CachingDisabled"
	return &Finding{
		Rule: cacheablePerUser, of: b.Name(), At: argument(b.Sources, "cache_policy_id", b.Source), Witness: w,
		Message: fmt.Sprintf("an answer is kept %s for all users: %s knows them by %s, which the cache key of %s lacks",
			lasting(b.CachePolicy), b.TargetOriginID, strings.Join(names, " and "), b.Name()),
		Fix: Fix{Where: "In " + b.Name(), HCL: fmt.Sprintf("cache_policy_id = %q # %s", cloudfront.ManagedCachePolicy(policy).ID, policy)},
	}
}

// sharedCookies finds Set-Cookie in what is kept.
func (v *view) sharedCookies(path string, b *cloudfront.Behavior) *Finding {
	w := v.witness("GET", path)
	w.Shows = Claim{
		Behavior: b, Origin: v.origin(b), Returns: []string{"Set-Cookie"},
		Supposing: answer(200, http1.Field{Name: "Set-Cookie", Value: "sessionid=k7p2; HttpOnly"}),
	}
	if v.ask(w); w.Shows.holds(v.ask(w)) != nil {
		return nil
	}
	f := &Finding{
		Rule: setCookieCacheable, of: b.Name(), At: argument(b.Sources, "cache_policy_id", argument(b.CachePolicy.Sources, "default_ttl", b.CachePolicy.Source)), Witness: w,
		Message: fmt.Sprintf("%s keeps what %s answers %s with its Set-Cookie: viewers share a session",
			b.Name(), b.TargetOriginID, lasting(b.CachePolicy)),
		Fix: Fix{Where: "In " + b.Name(), HCL: "min_ttl     = 0\ndefault_ttl = 0"},
	}
	if !b.CachePolicy.Legacy {
		f.Fix = Fix{Where: "In the cache policy of " + b.Name(), HCL: f.Fix.HCL}
	}
	return f
}

// lasting says how long an answer is kept: whatever it says, or if it does not say.
func lasting(p *cloudfront.CachePolicy) string {
	if p.MinTTL > 0 {
		return fmt.Sprintf("for at least %d s, whatever it says,", int64(p.MinTTL/time.Second))
	}
	return fmt.Sprintf("for %d s, unless it says otherwise,", int64(p.DefaultTTL/time.Second))
}

// selects reports whether a selection selects anything.
func selects(s cloudfront.Selection) bool {
	return s.Behavior != "" && s.Behavior != cloudfront.SelectNone
}

// longError is how long an outage may be remembered before it is worth a note, in seconds.
const longError = 60

// errorTimes is T31.
func (v *view) errorTimes() []Finding {
	var found []Finding
	for _, e := range v.ErrorResponses {
		if e.ErrorCode < 500 || e.ErrorCachingMinTTL == nil || *e.ErrorCachingMinTTL <= longError || !v.settled(e.Source, e.Sources["error_caching_min_ttl"]) {
			continue
		}
		found = append(found, Finding{
			Rule: errorTTLLong, At: argument(e.Sources, "error_caching_min_ttl", e.Source),
			Message: fmt.Sprintf("a %d is given to viewers for %d s after it is over", e.ErrorCode, *e.ErrorCachingMinTTL),
			Fix:     Fix{Where: "In the custom_error_response", HCL: "error_caching_min_ttl = 5"},
		})
	}
	return found
}
