package edge

import (
	"context"
	"net/netip"
	"strings"

	"edgecase/config/cloudfront"
)

// distribution chooses the distribution by the request's host alone (REQ-001).
var distribution = Stage{"distribution", func(_ context.Context, x *Exchange) Verdict {
	d, local := x.site.distribution(x.Viewer.Host)
	x.Distribution, x.local = d, local
	v := Verdict{Rule: "REQ-001"}
	switch {
	case d == nil && local && len(x.site.cfg.Distributions) > 1:
		v.Err, v.Why = errUnknownHost, why("%q could mean any of several distributions; name one with --distribution", x.Viewer.Host)
	case d == nil:
		v.Err, v.Why = errUnknownHost, why("no distribution has the alias %q; known: %s", x.Viewer.Host, x.site.names)
	case !d.Enabled && !local:
		v.Err, v.Why, v.Source = errDisabled, why("%s is not enabled", d.Address), d.Sources["enabled"]
	case d.Staging && !local:
		v.Err, v.Why, v.Source = errStaging, why("%s is a staging distribution", d.Address), d.Sources["staging"]
	case local:
		v.Rule, v.Source = "REQ-017", d.Source
		v.Why = why("%s stands for %s here; CloudFront would answer 403 to that name", x.Viewer.Host, d.Address)
		if !d.Enabled {
			v.Why = why("%s stands for %s here, which is not enabled; CloudFront would answer 403", x.Viewer.Host, d.Address)
		}
	default:
		v.Source, v.Why = d.Source, why("%s belongs to %s", x.Viewer.Host, d.Address)
	}
	if v.Err != nil {
		v.Action, v.Reason, v.Rule, v.Sure = Fail, v.Err.Reason, v.Err.Rule, v.Err.Sure
	}
	return v
}}

// distribution returns the distribution that a Host field selects. local reports that the name means a loaded
// distribution on this machine only, and would mean none at CloudFront: the one whose alias stands before .localhost, or
// the only one (REQ-017).
func (s *site) distribution(host string) (d *cloudfront.Distribution, local bool) {
	if d := s.hosts.Owner(host); d != nil {
		return d, false
	}
	name := hostname(host)
	if !isLocal(name, s.local) {
		return nil, false
	}
	if _, d := s.beforeLocalhost(name); d != nil {
		return d, true
	}
	if len(s.cfg.Distributions) == 1 {
		return s.cfg.Distributions[0], true
	}
	return nil, true
}

// isLocal reports whether a host name without port can only mean this machine: loopback, a name without a dot (the
// service names of a compose network), or one of the names that the user added (REQ-017).
func isLocal(name string, added []string) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if a, err := netip.ParseAddr(name); err == nil {
		return a.Unmap().IsLoopback()
	}
	if name == "localhost" || strings.HasSuffix(name, dotLocalhost) || name == "host.docker.internal" {
		return true
	}
	if name != "" && !strings.Contains(name, ".") && !strings.Contains(name, ":") {
		return true
	}
	for _, a := range added {
		if strings.EqualFold(name, a) {
			return true
		}
	}
	return false
}

// hostname returns a Host field's value without port and brackets.
func hostname(host string) string {
	name, _ := splitPort(host)
	return strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
}

// splitPort cuts a Host field's value before the port. The port is "" if there is none.
func splitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.IndexByte(host[i:], ']') >= 0 || strings.Count(host, ":") > 1 && host[0] != '[' {
		return host, ""
	}
	return host[:i], host[i+1:]
}
