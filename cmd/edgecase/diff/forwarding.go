package diff

import (
	"net/netip"
	"net/textproto"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/edge/policy"
)

// names are what requests can be told apart by beside path and method: the headers, cookies and parameters that some
// policy of either side names, and one of each that none names.
type names struct {
	headers, cookies, query                  []string
	otherHeader, otherCookie, otherParameter string
	listed                                   []string      // the headers that a policy names
	probe                                    policy.Viewer // a request that has all of them
	plans                                    map[placed]*policy.Plan
}

// probed is the value of everything in the probe, but for Accept-Encoding, whose value counts.
const (
	probed      = "probed"
	bothCodings = "gzip, br"
)

// namesOf gathers the names that the policies of some distributions know.
func namesOf(distributions ...*cloudfront.Distribution) *names {
	n := &names{plans: map[placed]*policy.Plan{}}
	for _, d := range distributions {
		for _, b := range d.Behaviors {
			if p := b.CachePolicy; p != nil {
				n.headers = append(n.headers, p.Headers.Items...)
				n.cookies = append(n.cookies, p.Cookies.Items...)
				n.query = append(n.query, p.QueryStrings.Items...)
			}
			if p := b.OriginRequestPolicy; p != nil {
				n.headers = append(n.headers, p.Headers.Items...)
				n.cookies = append(n.cookies, p.Cookies.Items...)
				n.query = slices.Concat(n.query, p.QueryStrings.Items, p.S3DroppedQueryStrings)
			}
		}
	}
	n.listed = distinct(n.headers, strings.EqualFold)
	n.headers = distinct(append(n.headers, policy.RequestNames()...), strings.EqualFold)
	n.cookies = distinct(n.cookies, equal)
	n.query = distinct(n.query, equal)
	n.otherHeader = unused("X-Example", n.headers)
	n.otherCookie = unused("sessionid", n.cookies)
	n.otherParameter = unused("page", n.query)
	n.compose()
	return n
}

func equal(a, b string) bool { return a == b }

// distinct returns the names that can be sent, each once. A cookie's name with a wildcard becomes one that it matches.
func distinct(list []string, same func(a, b string) bool) []string {
	var out []string
	for _, s := range list {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "*", "x"), "?", "x")
		usable := s != "" && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`=;,&:"{}`, c) })
		if usable && !slices.ContainsFunc(out, func(o string) bool { return same(o, s) }) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out
}

// unused returns a name that is not in the list.
func unused(name string, list []string) string {
	for slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) }) {
		name += "x"
	}
	return name
}

// compose makes the request that has all of the names.
func (n *names) compose() {
	v := &n.probe
	v.Scheme, v.Host, v.Major, v.Minor, v.Path = "https", probed, 1, 1, "/"
	v.Addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), 50000)
	v.Values = map[string]string{}
	for _, name := range policy.ViewerNames() {
		v.Values[name] = probed
	}
	for _, name := range append(slices.Clone(n.headers), n.otherHeader) {
		value := probed
		if strings.EqualFold(name, "Accept-Encoding") {
			value = bothCodings
		}
		if !strings.EqualFold(name, "Host") && !strings.HasPrefix(strings.ToLower(name), "cloudfront-") {
			v.Fields = append(v.Fields, http1.Field{Name: name, Value: value})
		}
	}
	var cookies, query []string
	for _, name := range append(slices.Clone(n.cookies), n.otherCookie) {
		cookies = append(cookies, name+"="+probed)
	}
	for _, name := range append(slices.Clone(n.query), n.otherParameter) {
		query = append(query, name+"="+probed)
	}
	v.Fields = append(v.Fields, http1.Field{Name: "Cookie", Value: strings.Join(cookies, "; ")})
	v.RawQuery, v.HasQuery = strings.Join(query, "&"), true
}

// plan prepares a behavior and the origin that it asks first; nil where there is none.
func (n *names) plan(d *cloudfront.Distribution, b *cloudfront.Behavior) *policy.Plan {
	plan, known := n.plans[placed{d, b}]
	if !known {
		if members := d.Members(b.TargetOriginID.Value); len(members) > 0 {
			plan = policy.Compile(b, members[0])
		}
		n.plans[placed{d, b}] = plan
	}
	return plan
}

// forwarding says what of the viewer's request the origin receives: every header, cookie and parameter.
func forwarding(d *cloudfront.Distribution, b *cloudfront.Behavior, method string, n *names) facet {
	f := facet{kind: Forwarding, source: policySource(b, "origin_request_policy_id", "cache_policy_id", "forwarded_values")}
	if plan := n.plan(d, b); plan != nil {
		v := n.probe
		v.Method = method
		out := plan.OriginRequest(&policy.Forward{Viewer: v, Generated: plan.ViewerHeaders(&v)})
		f.items = n.received(out.Fields, out.RawQuery)
	}
	return f
}

// cacheKey says what of the viewer's request tells answers apart.
func cacheKey(d *cloudfront.Distribution, b *cloudfront.Behavior, method string, n *names) facet {
	f := facet{kind: CacheKey, source: policySource(b, "cache_policy_id", "forwarded_values")}
	if plan := n.plan(d, b); plan != nil {
		v := n.probe
		v.Method = method
		k := plan.Keyed(&v, plan.ViewerHeaders(&v))
		fields := k.Headers
		if k.Cookies != "" {
			fields = append(fields, http1.Field{Name: "Cookie", Value: k.Cookies})
		}
		f.items = n.received(fields, k.RawQuery)
	}
	return f
}

// The items that stand for names which no policy knows.
const (
	allHeaders = "headers"
	allCookies = "cookies"
	allQuery   = "query string"
)

// received lists what of the probe is in a request: "Referer", "cookie csrftoken", "?page", "Accept-Encoding br,gzip".
func (n *names) received(fields http1.Fields, query string) []string {
	var items []string
	for _, f := range fields {
		switch {
		case strings.EqualFold(f.Name, "Accept-Encoding") && f.Value != bothCodings:
			items = append(items, "Accept-Encoding ("+f.Value+")") // normalized (REQ-228)
		case strings.EqualFold(f.Name, "Accept-Encoding"):
			items = append(items, "Accept-Encoding")
		case strings.EqualFold(f.Name, "Cookie"):
			for piece := range strings.SplitSeq(f.Value, "; ") {
				name, _, _ := strings.Cut(piece, "=")
				items = append(items, n.item("cookie ", name, n.otherCookie, allCookies))
			}
		case f.Value == probed:
			items = append(items, n.item("", f.Name, n.otherHeader, allHeaders))
		}
	}
	for piece := range strings.SplitSeq(query, "&") {
		if name, _, ok := strings.Cut(piece, "="); ok {
			items = append(items, n.item("?", name, n.otherParameter, allQuery))
		}
	}
	slices.Sort(items)
	return items
}

func (n *names) item(prefix, name, other, all string) string {
	if name == other {
		return all
	}
	if prefix != "" || name != strings.ToLower(name) {
		return prefix + name
	}
	for _, known := range n.listed { // as a policy spells it
		if strings.EqualFold(known, name) && known != name {
			return known
		}
	}
	return textproto.CanonicalMIMEHeaderKey(name)
}

// changed returns what a list has gained and lost, for people: where all headers have come, they are not named one by one.
func (n *names) changed(old, new []string) (gained, lost []string) {
	return n.sum(without(new, old), new), n.sum(without(old, new), old)
}

// sum writes items of a list of which some stand for all others.
func (n *names) sum(items, of []string) []string {
	for _, group := range []struct {
		all    string
		named  []string
		prefix string
	}{{allHeaders, n.listed, ""}, {allCookies, n.cookies, "cookie "}, {allQuery, n.query, "?"}} {
		if !slices.Contains(items, group.all) {
			continue
		}
		var except []string
		for _, name := range group.named {
			item := n.item(group.prefix, name, "", "")
			if !slices.Contains(of, item) && !strings.HasPrefix(strings.ToLower(item), "cloudfront-") && item != "Accept-Encoding" {
				except = append(except, strings.TrimPrefix(item, group.prefix))
			}
		}
		items = slices.DeleteFunc(slices.Clone(items), func(s string) bool {
			return s == group.all || n.belongs(s, group.prefix)
		})
		all := "all " + group.all
		if group.all == allQuery {
			all = "the query string"
		}
		if len(except) > 0 {
			all += " except " + strings.Join(except, " ")
		}
		items = slices.Insert(items, 0, all)
	}
	return items
}

// belongs reports whether an item is one of those that "all" takes in.
func (n *names) belongs(item, prefix string) bool {
	if prefix != "" {
		return strings.HasPrefix(item, prefix)
	}
	return !strings.ContainsAny(item, " ?") && !strings.HasPrefix(strings.ToLower(item), "cloudfront-") && item != allCookies
}

// without returns the items of a list that another does not have.
func without(list, other []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(other, s) {
			out = append(out, s)
		}
	}
	return out
}
