package policy

import (
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// own notes a header that CloudFront adds to every origin request.
func (n *notes) own(name, value, rule string) {
	n.add(Note{Name: name, Action: Added, Kind: Header, Value: value, Why: "CloudFront adds it to every origin request",
		Rule: rule, Sure: cloudfront.Documented})
}

// appended notes a header in which CloudFront puts its own entry after the viewer's.
func (n *notes) appended(name, value string, viewer bool, rule string, sure cloudfront.Confidence) {
	note := Note{Name: name, Action: Added, Kind: Header, Value: value, Rule: rule, Sure: sure,
		Why: "CloudFront adds it to every origin request"}
	if viewer {
		note.Action, note.Why = Replaced, "CloudFront appends its own entry to the viewer's"
	}
	n.add(note)
}

func (n *notes) socket() {
	n.add(Note{Name: "Connection", Action: Kept, Kind: Header, Value: "Upgrade", Rule: "REQ-473", Sure: cloudfront.Documented,
		Why: "the request opens a WebSocket"})
	n.add(Note{Name: "Upgrade", Action: Kept, Kind: Header, Value: "websocket", Rule: "REQ-473", Sure: cloudfront.Documented,
		Why: "the request opens a WebSocket"})
}

func (n *notes) host(p *Plan, v *Viewer) {
	if n == nil {
		return
	}
	note := Note{Name: "Host", Action: Replaced, Kind: Header, Value: p.hostFor(v), Rule: "REQ-200", Sure: cloudfront.Documented,
		Why: "the origin's domain name, since " + p.unnamedWhy(p.host), Source: p.origin.Sources["domain_name"]}
	if p.host.act == forward && v.Host != "" {
		note.Action = Kept
		note.Why, note.Rule, note.Source, note.Sure = p.coveredWhy(p.host, "Host")
		if p.origin.Kind == cloudfront.KindS3 || p.origin.Kind == cloudfront.KindS3Website {
			note.Why += "; S3 takes it for the name of a bucket"
			note.Rule, note.Sure = "REQ-397", cloudfront.Documented
		}
	}
	n.add(note)
}

func (n *notes) agent(p *Plan, v *Viewer) {
	if n == nil {
		return
	}
	note := Note{Name: "User-Agent", Action: Replaced, Kind: Header, Value: userAgent, Rule: "REQ-214",
		Sure: cloudfront.Documented, Why: p.unnamedWhy(p.agent), Source: p.policySource()}
	if !v.Fields.Has("User-Agent") {
		note.Action, note.Why, note.Source = Added, "the viewer sent none", cloudfront.Source{}
	}
	n.add(note)
}

func (n *notes) encoding(p *Plan, v *Viewer) {
	if n == nil || !v.Fields.Has("Accept-Encoding") {
		return
	}
	sent, came := p.acceptEncoding(v), appendTo(v.Fields, "Accept-Encoding", ",", "")
	note := Note{Name: "Accept-Encoding", Kind: Header, Value: sent, Rule: "REQ-228", Sure: cloudfront.Documented,
		Source: p.cache.Sources["parameters_in_cache_key_and_forwarded_to_origin"]}
	if p.cache.Legacy {
		note.Rule, note.Sure, note.Source = "REQ-234", cloudfront.Inferred, p.policySource()
	}
	switch {
	case sent == "":
		note.Action, note.Value, note.Why = Dropped, came, "it offers nothing that CloudFront passes on here"
	case sent == came:
		note.Action, note.Why = Kept, "CloudFront passes on the encodings that it stores"
	default:
		note.Action, note.Why = Replaced, "CloudFront reduces it to the encodings that "+p.CacheName()+" enables"
		if p.cache.Legacy {
			note.Why = "CloudFront reduces it to gzip under forwarded_values"
		}
	}
	n.add(note)
}

// viewer notes what became of a header that the viewer sent.
func (n *notes) viewer(p *Plan, t *treatment, a act, v *Viewer, field http1.Field) {
	if n == nil {
		return
	}
	note := Note{Name: field.Name, Action: Dropped, Kind: Header, Value: field.Value, Sure: cloudfront.Documented}
	switch a {
	case forward:
		note.Action = Kept
		note.Why, note.Rule, note.Source, note.Sure = p.coveredWhy(t, field.Name)
		if t.act == byMethod {
			note.Why, note.Rule = "CloudFront passes it on for "+v.Method+" without being told", "REQ-216"
		}
	case drop:
		note.Why, note.Rule, note.Sure = p.droppedWhy(t, v, field.Name)
		note.Source = p.droppedSource(t)
	case hop:
		if t.row == nil || t.row.rule == "REQ-198" || t.act == forward {
			note.Rule, note.Sure = "REQ-198", cloudfront.Inferred
		} else {
			note.Rule = t.row.rule
		}
		if strings.EqualFold(field.Name, "Connection") {
			return // the note on CloudFront's own Connection says it
		}
		note.Why = "it belongs to the viewer's connection"
	case upgrade:
		if v.UpgradeWebSocket && p.sockets() {
			return
		}
		note.Why, note.Rule = "CloudFront upgrades connections to WebSockets only", "REQ-473"
		if v.UpgradeWebSocket {
			note.Why, note.Rule = "WebSockets do not reach this kind of origin", "REQ-479"
		}
	case generated:
		note.Why, note.Rule, note.Sure = "only CloudFront sets it", "POL-040", cloudfront.Inferred
	case ownID:
		note.Action, note.Why, note.Rule = Replaced, "CloudFront sets its own", "REQ-213"
	default:
		return // what CloudFront writes itself has its note already
	}
	n.add(note)
}

func (n *notes) cookie(p *Plan, c crumb, kept bool) {
	note := Note{Name: c.name, Action: Dropped, Kind: Cookie, Value: c.value, Rule: "REQ-221", Sure: cloudfront.Documented,
		Source: p.selectionSource(p.cache.Cookies, cookiesOf)}
	switch {
	case kept:
		note.Action = Kept
		note.Why, note.Source = p.chosenWhy(&p.cookies, c.name, p.cache.Cookies, cookiesOf)
	case c.name == "":
		note.Name, note.Value = "Cookie", c.text
		note.Why, note.Rule, note.Source = "it is not in the form name=value", "REQ-224", cloudfront.Source{}
	case c.name[0] == '$':
		note.Why, note.Rule, note.Source = "names that begin with $ are never sent on", "REQ-223", cloudfront.Source{}
	case !p.cookies.some():
		note.Why = "the behavior forwards no cookies"
	default:
		note.Why = p.unchosenWhy()
	}
	n.add(note)
}

func (n *notes) query(p *Plan, name, value string, kept bool) {
	note := Note{Name: name, Action: Dropped, Kind: Query, Value: value, Rule: "REQ-205", Sure: cloudfront.Documented,
		Source: p.selectionSource(p.cache.QueryStrings, queriesOf)}
	switch {
	case kept:
		note.Action = Kept
		note.Why, note.Source = p.chosenWhy(&p.query, name, p.cache.QueryStrings, queriesOf)
	case p.query.takes(name):
		note.Why, note.Rule = p.requestName()+" withholds it from S3 origins", "POL-062"
	case !p.query.some():
		note.Why = "the behavior forwards no query string"
	default:
		note.Why = p.unchosenWhy()
	}
	n.add(note)
}

func (n *notes) generated(p *Plan, t *treatment, field http1.Field) {
	if n == nil {
		return
	}
	note := Note{Name: field.Name, Action: Added, Kind: Header, Value: field.Value}
	note.Why, note.Rule, note.Source, note.Sure = p.coveredWhy(t, field.Name)
	note.Rule, note.Sure = "REQ-236", cloudfront.Documented
	n.add(note)
}

// missing notes the CloudFront-* headers that a policy names and that have no value here.
func (n *notes) missing(p *Plan, have http1.Fields) {
	if n == nil {
		return
	}
	for _, g := range p.generators {
		if !have.Has(g.name) {
			_, _, source, _ := p.coveredWhy(p.treat(g.name), g.name)
			n.add(Note{Name: g.name, Action: Dropped, Kind: Header, Rule: "REQ-238", Source: source, Sure: cloudfront.Inferred,
				Why: "it has no value on this machine"})
		}
	}
}
