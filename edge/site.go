package edge

import (
	"fmt"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/policy"
	"edgecase/origins"
)

// A site is a compiled configuration: immutable, loaded once by each request, replaced as a whole by a reload.
type site struct {
	cfg       *cloudfront.Config
	hosts     *cloudfront.HostTable
	names     string // every host name that is known, for messages
	local     []string
	viewer    map[string]string
	httpsPort string
	httpPort  string
	asAlias   bool
	debug     bool
	traceURL  string
	behaviors map[*cloudfront.Behavior][]*member
	policies  map[*cloudfront.Behavior]*policy.ResponsePlan
}

// A member is one origin as one behavior asks it.
type member struct {
	origin    *cloudfront.Origin
	plan      *policy.Plan
	transport origins.Transport
	place     string // where it is on this machine
}

// live returns the transport that really asks.
func (m *member) live() origins.Transport { return m.transport }

// compile prepares a configuration: everything that a request would otherwise look up or work out.
func (e *Edge) compile(cfg *cloudfront.Config) (*site, error) {
	if len(cfg.Distributions) == 0 {
		return nil, fmt.Errorf("compile the configuration: it holds no distribution")
	}
	s := &site{
		cfg: cfg, hosts: cloudfront.NewHosts(cfg.Distributions), local: e.opts.Hosts, viewer: e.opts.Viewer,
		httpsPort: e.opts.HTTPSPort, httpPort: e.opts.HTTPPort, asAlias: e.opts.AsAlias, debug: e.opts.DebugHeaders, traceURL: e.opts.TraceURL,
		behaviors: make(map[*cloudfront.Behavior][]*member),
		policies:  make(map[*cloudfront.Behavior]*policy.ResponsePlan),
	}
	s.names = strings.Join(s.hosts.Names(), ", ")
	for _, d := range cfg.Distributions {
		if len(d.Behaviors) == 0 {
			return nil, fmt.Errorf("compile %s: it has no default_cache_behavior", d.Address)
		}
		for _, b := range d.Behaviors {
			members, err := e.compileMembers(d, b)
			if err != nil {
				return nil, fmt.Errorf("compile %s: %w", d.Address, err)
			}
			s.behaviors[b] = members
			s.policies[b] = policy.CompileResponse(b.ResponseHeadersPolicy)
		}
	}
	return s, nil
}

func (e *Edge) compileMembers(d *cloudfront.Distribution, b *cloudfront.Behavior) ([]*member, error) {
	asked := d.Members(b.TargetOriginID.Value)
	if len(asked) == 0 {
		return nil, fmt.Errorf("behavior %s: no origin has the id %q", b.Name(), b.TargetOriginID.Value)
	}
	members := make([]*member, 0, len(asked))
	for _, o := range asked {
		t, err := e.pool.For(o)
		if err != nil {
			return nil, fmt.Errorf("origin %s: %w", o.ID.Value, err)
		}
		m := &member{origin: o, plan: policy.Compile(b, o), transport: t, place: "echo"}
		if p, mapped := e.pool.Place(o); mapped {
			m.place = p.String()
		}
		members = append(members, m)
	}
	return members, nil
}

// members returns the origins that a behavior asks, primary first.
func (s *site) members(b *cloudfront.Behavior) []*member { return s.behaviors[b] }
