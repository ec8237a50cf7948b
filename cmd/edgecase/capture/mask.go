package capture

import (
	"cmp"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"edgecase/edge/http1"
)

// A mask replaces what is true of one account, one place and one moment by stand-ins. The answers of this edgecase pass
// it, too: what differs from run to run then compares as equal.
type mask struct {
	names    *strings.Replacer // real names of distributions
	standIns Hosts
}

func newMask(real, standIns Hosts) mask {
	var pairs []string
	for which, standIn := range standIns.list() {
		if name := which.of(real); name != "" {
			pairs = append(pairs, name, standIn, strings.ToUpper(name), strings.ToUpper(standIn)) // one probe shouts
		}
	}
	return mask{strings.NewReplacer(pairs...), standIns}
}

// fieldMasks are fields whose values are replaced whatever they are.
var fieldMasks = map[string]string{
	"last-modified": "{date}", "expires": "{date}", "age": "{seconds}",
	"x-amz-request-id": "{id}", "x-amz-id-2": "{id}", "x-amz-version-id": "{id}",
	"cloudfront-viewer-country": "{country}", "cloudfront-viewer-country-name": "{country}", "cloudfront-viewer-city": "{place}",
	"cloudfront-viewer-country-region": "{place}", "cloudfront-viewer-country-region-name": "{place}",
	"cloudfront-viewer-latitude": "{place}", "cloudfront-viewer-longitude": "{place}", "cloudfront-viewer-postal-code": "{place}",
	"cloudfront-viewer-metro-code": "{place}", "cloudfront-viewer-time-zone": "{place}", "cloudfront-viewer-asn": "{network}",
	"cloudfront-viewer-ja3-fingerprint": "{fingerprint}", "cloudfront-viewer-ja4-fingerprint": "{fingerprint}",
	"cloudfront-viewer-address": "{address}:{port}",
}

// A textMask replaces a text wherever it stands.
type textMask struct {
	pattern *regexp.Regexp
	standIn string
}

// accountMasks are what names an account.
var accountMasks = []textMask{
	{regexp.MustCompile(`\b[0-9]{12}\b`), "{account}"},
	{regexp.MustCompile(`\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b`), "{key}"},
}

// textMasks are what else is replaced in answers.
var textMasks = append(accountMasks[:len(accountMasks):len(accountMasks)], []textMask{
	{regexp.MustCompile(`(?i)\b[a-z0-9-]+(\.[a-z0-9-]+)*\.compute(-1)?\.(amazonaws\.com(\.cn)?|internal)`), "{origin}"},
	{regexp.MustCompile(`\bedgecase-capture-[0-9a-z]{8}(\.s3[a-z0-9.-]*\.amazonaws\.com)?`), "{bucket}"},
	{regexp.MustCompile(`[A-Za-z0-9_-]{54}==`), "{another id}"},
	{regexp.MustCompile(`\bdur=[0-9.]+`), "dur={n}"},
	{regexp.MustCompile(`<(RequestId|HostId)>[^<]*</`), "<$1>{id}</"},
	{regexp.MustCompile(`\b[EK][A-Z0-9]{12,13}\b`), "{resource}"},
	{regexp.MustCompile(`\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b`), "{address}"},
	{regexp.MustCompile(`\[[0-9a-fA-F:.]+(%[0-9a-zA-Z]+)?\]`), "{address}"},
}...)

// cloudFrontName is a name of CloudFront's: a distribution's, or what stands in Via.
var cloudFrontName = regexp.MustCompile(`\b[0-9a-z]+\.cloudfront\.net`)

// answer returns an answer with stand-ins.
func (m mask) answer(a Answer) Answer {
	v := a.view()
	own := strings.NewReplacer(value(v.fields, "X-Amz-Cf-Id"), "{id}", value(v.fields, "X-Amz-Cf-Pop"), "{pop}")
	a.Head = m.fields(m.text(own.Replace(a.Head)), a.BodyBytes)
	a.Trouble = m.text(a.Trouble)
	body := m.text(own.Replace(a.body))
	if head, rest, found := strings.Cut(body, emptyLine); v.origin != nil && found {
		body = m.fields(head, -1) + emptyLine + rest
	}
	a.setBody(body)
	return a
}

// value returns a field's value, or a text that stands nowhere.
func value(fields http1.Fields, name string) string { return cmp.Or(fields.Get(name), "\x00") }

// text replaces what can be told by its form. What is no character becomes U+FFFD.
func (m mask) text(s string) string {
	s = m.names.Replace(strings.ToValidUTF8(s, "\uFFFD"))
	s = cloudFrontName.ReplaceAllStringFunc(s, func(name string) string {
		for _, standIn := range m.standIns.list() {
			if name == standIn {
				return name
			}
		}
		return "{via}.cloudfront.net"
	})
	return replaceAll(s, textMasks)
}

func replaceAll(s string, masks []textMask) string {
	for _, t := range masks {
		s = t.pattern.ReplaceAllString(s, t.standIn)
	}
	return s
}

// fields replaces the values of fields that are told by their names. A Content-Length that is the body's says no more
// than that: names of hosts in the body are of many lengths.
func (m mask) fields(head string, bodyBytes int) string {
	lines := strings.Split(head, "\r\n")
	for i, line := range lines {
		name, value, found := strings.Cut(line, ": ")
		if !found {
			continue
		}
		lower := strings.ToLower(name)
		standIn, masked := fieldMasks[lower]
		switch {
		case masked:
			value = standIn
		case lower == "content-length" && value == strconv.Itoa(bodyBytes):
			value = "{length}"
		case lower == "date" && value != originDate:
			value = "{date}"
		case lower == "x-forwarded-for":
			value = withoutAddresses(value)
		default:
			continue
		}
		lines[i] = name + ": " + value
	}
	return strings.Join(lines, "\r\n")
}

// originDate is a date that the origin's program sends (answers/decorated.http), and that is to be told from others.
const originDate = "Thu, 01 Jan 2015 00:00:00 GMT"

// withoutAddresses replaces the addresses of a list, and leaves its commas and blanks.
func withoutAddresses(list string) string {
	parts := strings.Split(list, ",")
	for i, p := range parts {
		if bare := strings.TrimSpace(p); bare != "" {
			if _, err := netip.ParseAddr(bare); err == nil {
				parts[i] = strings.Replace(p, bare, "{address}", 1)
			}
		}
	}
	return strings.Join(parts, ",")
}

// files returns the directory's files without what names an account. They are still Terraform that can be evaluated.
func (m mask) files(files map[string]string) map[string]string {
	masked := make(map[string]string, len(files))
	for name, text := range files {
		masked[name] = replaceAll(m.names.Replace(text), accountMasks)
	}
	return masked
}
