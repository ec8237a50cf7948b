package check

// The rules about an application's routes. They are held against a configuration only where routes are given.
var (
	routeMisrouted = &Rule{
		Name: "route-misrouted", Title: "a request that the application serves does not reach it", Severity: Error,
		Why: "The first behavior whose path pattern takes the path decides, and no other is tried: where that is the default behavior in front of " +
			"a bucket, CloudFront refuses a POST with 403, and a GET gets the bucket's page. The application never sees the request, and its log " +
			"is empty. It comes with every new URL prefix: the application has it, the distribution has no behavior for it.",
		Example: "path(\"auth/email-check/\", …) in urls.py, and no ordered_cache_behavior for /auth/*",
		Fix: "Add the behavior that the finding proposes, where it says: above the one that takes the requests now. Where the behavior asks " +
			"the application already and only refuses the method, extend its allowed_methods.",
		Cites: []string{"REQ-040", "REQ-051", "REQ-079", "T01"},
	}
	routeElsewhere = &Rule{
		Name: "route-elsewhere", Title: "the application serves a path that somebody else answers, and that is often meant so", Severity: Note,
		Why: "Health checks are for load balancers, which ask the application directly. The admin site, metrics and debugging tools are often for " +
			"people inside only. " +
			"/, /robots.txt and the like may be the front end's, and a catch-all is there for what nobody else takes.",
		Example: "path(\"healthz\", …) in urls.py, and a default behavior in front of a bucket",
		Fix:     "Nothing, if it is meant so. Else add a behavior for the path that asks the application.",
		Cites:   []string{"REQ-041"},
	}
	routeMethodAssumed = &Rule{
		Name: "route-method-assumed", Title: "a view may take a method that its behavior refuses", Severity: Note,
		Why: "A view that does not say which methods it takes is asked with all of them. Its GET arrives; whether it makes something of " +
			"a POST, nobody can tell from outside.",
		Example: "def search(request): … in front of which a behavior allows GET and HEAD",
		Fix: "Say it in the view, with require_safe or require_http_methods in Django; or let the behavior pass the method: " +
			"allowed_methods with all seven.",
		Cites: []string{"REQ-075", "REQ-079"},
	}
	routeRefused = &Rule{
		Name: "route-refused", Title: "the log shows a method that CloudFront has refused, and it would do so again", Severity: Note,
		Why: "A refused method leaves no trace at the origin: the access log is the only place where it shows. Much of it is people who " +
			"look for holes in other software; what your own pages ask for is a missing behavior.",
		Example: "POST /auth/email-check/ with x-edge-detailed-result-type InvalidRequestMethod",
		Fix:     "If the application serves it, add the behavior that the finding proposes. --django, --openapi or --routes would tell for sure.",
		Cites:   []string{"REQ-079", "REQ-082"},
	}
)

// routeFinder holds an application's routes against the distributions.
var routeFinder = finder{
	rules: []*Rule{routeMisrouted, routeElsewhere, routeMethodAssumed, routeRefused},
	needs: func(s *Subject) bool { return len(s.Routes) > 0 },
	find:  findRoutes,
}
