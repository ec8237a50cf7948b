package main

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// A routeChange is one difference between two configurations as people think of routes.
type routeChange struct {
	sign   string // "+", "-", "~"
	what   string // "/auth/*", "default", "404"
	text   string // "all  → ALB-api"
	source cloudfront.Source
}

// routeChanges compares two configurations, distribution by distribution: behaviors that came, went and changed, their
// order, error responses, origins.
func routeChanges(before, after *cloudfront.Config) []routeChange {
	var changes []routeChange
	old := byAddress(before)
	for _, d := range after.Distributions {
		was := old[d.Address]
		delete(old, d.Address)
		if was == nil {
			changes = append(changes, routeChange{"+", d.Address, names(d), d.Source})
			continue
		}
		changes = append(changes, distributionChanges(was, d)...)
	}
	for _, d := range before.Distributions {
		if old[d.Address] != nil {
			changes = append(changes, routeChange{sign: "-", what: d.Address, text: names(d)})
		}
	}
	return changes
}

func byAddress(c *cloudfront.Config) map[string]*cloudfront.Distribution {
	m := make(map[string]*cloudfront.Distribution, len(c.Distributions))
	for _, d := range c.Distributions {
		m[d.Address] = d
	}
	return m
}

func distributionChanges(before, after *cloudfront.Distribution) []routeChange {
	var changes []routeChange
	for _, s := range differences(distributionTraits(before), distributionTraits(after)) {
		changes = append(changes, routeChange{"~", after.Address, s, after.Source})
	}
	changes = append(changes, behaviorChanges(before, after)...)
	changes = append(changes, errorChanges(before, after)...)
	return append(changes, originChanges(before, after)...)
}

// A trait is one setting, written as people read it.
type trait struct{ name, value string }

// differences lists the traits that are not the same: "compress false → true".
func differences(before, after []trait) []string {
	var list []string
	for i, f := range after {
		if old := before[i].value; old != f.value {
			list = append(list, fmt.Sprintf("%s %s → %s", f.name, orNone(old), orNone(f.value)))
		}
	}
	return list
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func distributionTraits(d *cloudfront.Distribution) []trait {
	geo := d.GeoRestriction.RestrictionType
	if len(d.GeoRestriction.Locations) > 0 {
		geo += " " + strings.Join(d.GeoRestriction.Locations, " ")
	}
	return []trait{
		{"aliases", strings.Join(d.Aliases, " ")},
		{"enabled", fmt.Sprint(d.Enabled)},
		{"default_root_object", d.DefaultRootObject},
		{"http_version", string(d.HTTPVersion)},
		{"geo_restriction", geo},
		{"minimum_protocol_version", d.ViewerCertificate.MinimumProtocolVersion},
	}
}

func behaviorTraits(b *cloudfront.Behavior) []trait {
	traits := []trait{
		{"methods", methodSet(b.AllowedMethods)},
		{"origin", b.TargetOriginID.String()},
		{"viewer_protocol_policy", string(b.ViewerProtocolPolicy)},
		{"compress", fmt.Sprint(b.Compress)},
		{"cache policy", cachePolicyName(b)},
		{"origin request policy", ""},
		{"response headers policy", ""},
		{"functions", ""},
	}
	if p := b.OriginRequestPolicy; p != nil {
		traits[5].value = policyName(p.Name, p.ID)
	}
	if p := b.ResponseHeadersPolicy; p != nil {
		traits[6].value = policyName(p.Name, p.ID)
	}
	var functions []string
	for _, a := range b.Associations {
		functions = append(functions, string(a.EventType)+" "+a.ARN.String())
	}
	traits[7].value = strings.Join(functions, ", ")
	return traits
}

// routeOf says which methods go where.
func routeOf(b *cloudfront.Behavior) string {
	return methodSet(b.AllowedMethods) + "  → " + b.TargetOriginID.String()
}

func cachePolicyName(b *cloudfront.Behavior) string {
	if b.CachePolicy == nil {
		return ""
	}
	if b.CachePolicy.Legacy {
		return "forwarded_values"
	}
	return policyName(b.CachePolicy.Name, b.CachePolicy.ID)
}

func policyName(name cloudfront.Text, id string) string {
	if s := name.String(); s != "" {
		return s
	}
	return id
}

func behaviorChanges(before, after *cloudfront.Distribution) []routeChange {
	var changes []routeChange
	old := map[string]*cloudfront.Behavior{}
	for _, b := range before.Behaviors {
		old[b.Name()] = b
	}
	var kept []string
	for _, b := range after.Behaviors {
		was := old[b.Name()]
		if was == nil {
			changes = append(changes, routeChange{"+", b.Name(), routeOf(b), b.Source})
			continue
		}
		kept = append(kept, b.Name())
		for _, s := range differences(behaviorTraits(was), behaviorTraits(b)) {
			changes = append(changes, routeChange{"~", b.Name(), s, b.Source})
		}
		delete(old, b.Name())
	}
	var order []string
	for _, b := range before.Behaviors {
		if slices.Contains(kept, b.Name()) {
			order = append(order, b.Name())
		}
		if old[b.Name()] == b {
			changes = append(changes, routeChange{sign: "-", what: b.Name(), text: routeOf(b)})
		}
	}
	if !slices.Equal(order, kept) {
		changes = append(changes, routeChange{"~", "order", strings.Join(kept, "  "), after.Source})
	}
	return changes
}

func errorChanges(before, after *cloudfront.Distribution) []routeChange {
	var changes []routeChange
	for _, e := range after.ErrorResponses {
		was := before.ErrorResponse(e.ErrorCode)
		switch code := fmt.Sprint(e.ErrorCode); {
		case was == nil:
			changes = append(changes, routeChange{"+", code, errorTrait(&e), e.Source})
		case errorTrait(was) != errorTrait(&e):
			changes = append(changes, routeChange{"~", code, errorTrait(was) + ", now " + errorTrait(&e), e.Source})
		}
	}
	for _, e := range before.ErrorResponses {
		if after.ErrorResponse(e.ErrorCode) == nil {
			changes = append(changes, routeChange{sign: "-", what: fmt.Sprint(e.ErrorCode), text: errorTrait(&e)})
		}
	}
	return changes
}

// errorTrait says what a custom_error_response makes of its status.
func errorTrait(e *cloudfront.ErrorResponse) string {
	if e.ResponsePagePath == "" {
		return "stays as it is"
	}
	code := e.ResponseCode
	if code == 0 {
		code = e.ErrorCode
	}
	return fmt.Sprintf("→ %d %s", code, e.ResponsePagePath)
}

func originChanges(before, after *cloudfront.Distribution) []routeChange {
	var changes []routeChange
	for _, o := range after.Origins {
		was := before.Origin(o.ID.Value)
		if was == nil {
			changes = append(changes, routeChange{"+", "origin " + o.ID.String(), o.DomainName.String(), o.Source})
			continue
		}
		for _, s := range differences(originTraits(was), originTraits(o)) {
			changes = append(changes, routeChange{"~", "origin " + o.ID.String(), s, o.Source})
		}
	}
	for _, o := range before.Origins {
		if after.Origin(o.ID.Value) == nil {
			changes = append(changes, routeChange{sign: "-", what: "origin " + o.ID.String(), text: o.DomainName.String()})
		}
	}
	return changes
}

func originTraits(o *cloudfront.Origin) []trait {
	return []trait{
		{"domain_name", o.DomainName.String()},
		{"origin_path", o.OriginPath},
		{"origin_protocol_policy", string(o.OriginProtocolPolicy)},
		{"origin_read_timeout", o.OriginReadTimeout.String()},
	}
}

// render writes the changes beneath the line that says that the configuration was reloaded.
func renderChanges(changes []routeChange, paint paint) string {
	const most = 20
	columns := 8
	for _, c := range changes {
		columns = min(max(columns, width(printable(c.what))), 28)
	}
	var b strings.Builder
	for i, c := range changes {
		if i == most {
			fmt.Fprintf(&b, "%sand %d more\n", hintIndent, len(changes)-most)
			break
		}
		sign := c.sign
		switch sign {
		case "+":
			sign = paint.green(sign)
		case "-":
			sign = paint.red(sign)
		}
		line := hintIndent + sign + " " + pad(printable(c.what), columns) + "  " + pad(printable(c.text), 34)
		b.WriteString(strings.TrimRight(line+paint.dim(place(c.source)), " ") + "\n")
	}
	return b.String()
}
