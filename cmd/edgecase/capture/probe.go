package capture

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
)

// A Probe is one request of the list, and what its answer is to settle.
type Probe struct {
	Name  string `json:"name"`            // in lists and files: "post-over-http"
	Asks  string `json:"asks"`            // the question that the answer is to settle
	To    Host   `json:"to"`              // which of the distributions
	Plain bool   `json:"plain,omitempty"` // over port 80, without TLS

	// Request is the request as it is written: LF stands for CRLF, {main}, {pages}, {nowhere} and {disabled} for the
	// names of the distributions ({MAIN} in upper case), {url:N} for as many letters as make the URL N bytes long, scheme and host included,
	// {target:N} for the same of path and query alone, {head:N} of the whole head.
	Request string `json:"request"`

	Claims []Claim `json:"claims"`
	Waits  string  `json:"waits,omitempty"` // the part of edgecase that is not there yet; until then nothing is judged
}

// A Claim is a rule that an answer speaks of, and which part of the answer does.
type Claim struct {
	Rule string                `json:"rule"`
	Sure cloudfront.Confidence `json:"confidence"` // the rule's mark, for what is claimed here
	Of   Part                  `json:"of"`
}

// A Host names one of the directory's distributions.
type Host string

// The distributions.
const (
	Main     Host = "main"     // most questions
	Pages    Host = "pages"    // has custom error responses
	Nowhere  Host = "nowhere"  // serves Antarctica alone
	Disabled Host = "disabled" // is not enabled
)

// Hosts are the names of the distributions.
type Hosts struct {
	Main     string `json:"main"`
	Pages    string `json:"pages"`
	Nowhere  string `json:"nowhere"`
	Disabled string `json:"disabled"`
}

// of returns the name of one.
func (h Host) of(hosts Hosts) string {
	switch h {
	case Pages:
		return hosts.Pages
	case Nowhere:
		return hosts.Nowhere
	case Disabled:
		return hosts.Disabled
	default:
		return hosts.Main
	}
}

// list returns the names, each with the Host that means it.
func (h Hosts) list() map[Host]string {
	return map[Host]string{Main: h.Main, Pages: h.Pages, Nowhere: h.Nowhere, Disabled: h.Disabled}
}

// hostName is a host's name in lower case, without port.
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$`)

// check refuses what is no name, a sister that is not CloudFront's, and two of one name.
func (h Hosts) check() error {
	seen := map[string]bool{}
	for which, name := range h.list() {
		switch {
		case len(name) > 253 || !hostName.MatchString(name):
			return fmt.Errorf("%s: %.60q is no host name", which, name)
		case which != Main && !strings.HasSuffix(name, ".cloudfront.net"):
			return fmt.Errorf("%s: %s is no name of CloudFront's", which, name)
		case seen[name]:
			return fmt.Errorf("%s stands for two distributions", name)
		}
		seen[name] = true
	}
	return nil
}

// standIns returns names of the same lengths that are nobody's.
func (h Hosts) standIns() Hosts {
	return Hosts{standIn(h.Main, "1"), standIn(h.Pages, "2"), standIn(h.Nowhere, "3"), standIn(h.Disabled, "4")}
}

// standIn is d111111abcdef8.cloudfront.net, as AWS's documentation has it, with another digit and fitted to a length.
func standIn(name, digit string) string {
	const tail = ".cloudfront.net"
	label := "abcdef8"
	if !strings.HasSuffix(name, tail) {
		return "www." + strings.Repeat(digit, max(1, len(name)-len("www..example"))) + ".example"
	}
	if n := len(name) - len(tail) - len("d") - len(label); n > 0 {
		return "d" + strings.Repeat(digit, n) + label + tail
	}
	return "d" + strings.Repeat(digit, max(1, len(name)-len(tail)-len("d"))) + tail
}

// fill is a part of a request whose length follows from that of something else.
var fill = regexp.MustCompile(`\{(url|target|head):([0-9]+)\}`)

// Bytes returns the request as it goes over the wire to distributions with these names.
func (p Probe) Bytes(hosts Hosts) string {
	text := p.Request
	for host, name := range hosts.list() {
		text = strings.ReplaceAll(text, "{"+string(host)+"}", name)
		text = strings.ReplaceAll(text, "{"+strings.ToUpper(string(host))+"}", strings.ToUpper(name))
	}
	head, body, _ := strings.Cut(text, "\n\n")
	head = strings.ReplaceAll(head, "\n", "\r\n") + emptyLine
	if at := fill.FindStringSubmatchIndex(head); at != nil {
		want, _ := strconv.Atoi(head[at[4]:at[5]])
		rest := head[:at[0]] + head[at[1]:]
		have := len(rest)
		if kind := head[at[2]:at[3]]; kind != "head" {
			have = len(afterBlanks(rest, 1)) - len(afterBlanks(rest, 2)) - len(" ")
			if kind == "url" {
				have += len("https://") + len(p.To.of(hosts))
			}
		}
		head = head[:at[0]] + strings.Repeat("a", max(0, want-have)) + head[at[1]:]
	}
	return head + body
}

// get is a request for a path, over TLS.
func get(target string, fields ...string) Probe { return request("GET "+target, fields...) }

// request is a request without a body: "POST /get/echo", "X-One: 1".
func request(line string, fields ...string) Probe {
	return Probe{To: Main, Request: line + " HTTP/1.1\nHost: {main}\n" + lines(fields) + "\n"}
}

func lines(fields []string) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(f + "\n")
	}
	return b.String()
}

// with returns the probe with a body that its fields announce.
func (p Probe) with(body string) Probe {
	p.Request = strings.TrimSuffix(p.Request, "\n") + fmt.Sprintf("Content-Length: %d\n\n%s", len(body), body)
	return p
}

// body returns the probe with bytes behind its head that its fields speak of already.
func (p Probe) body(text string) Probe { p.Request += text; return p }

// plain returns the probe over port 80.
func (p Probe) plain() Probe { p.Plain = true; return p }

// raw returns the probe with another request.
func (p Probe) raw(text string) Probe { p.Request = text; return p }

// version returns the probe in another version of HTTP.
func (p Probe) version(v string) Probe {
	p.Request = strings.Replace(p.Request, " HTTP/1.1\n", " HTTP/"+v+"\n", 1)
	return p
}

// at returns the probe put to another distribution.
func (p Probe) at(h Host) Probe {
	p.Request = strings.Replace(p.Request, "{"+string(p.To)+"}", "{"+string(h)+"}", 1)
	p.To = h
	return p
}

// waits returns the probe that is not judged as long as edgecase lacks a part.
func (p Probe) waits(part string) Probe { p.Waits = part; return p }

// named puts the probe into the list.
func (p Probe) named(name, asks string, claims ...Claim) Probe {
	p.Name, p.Asks, p.Claims = name, asks, claims
	return p
}

func documented(rule string, of Part) Claim { return Claim{rule, cloudfront.Documented, of} }
func observed(rule string, of Part) Claim   { return Claim{rule, cloudfront.Observed, of} }
func inferred(rule string, of Part) Claim   { return Claim{rule, cloudfront.Inferred, of} }
