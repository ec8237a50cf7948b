package policy

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"edgecase/edge/http1"
)

// A Viewer is a viewer's request, as far as policies look at it.
type Viewer struct {
	Method   string
	Path     string
	RawQuery string
	HasQuery bool

	Scheme, Host string
	Major, Minor int
	Fields       http1.Fields
	Addr         netip.AddrPort

	TLSVersion, TLSCipher string // "TLSv1.3", "TLS_AES_128_GCM_SHA256"; "" over plain HTTP
	TLSHandshake          string // fullHandshake (the default), sessionResumed, connectionReused

	Country string // ISO 3166-1 alpha-2, "" if it is not known
	// Values are what the user said about the viewer, by the end of the header's name: "City" for
	// CloudFront-Viewer-City, "Is-Mobile-Viewer" for CloudFront-Is-Mobile-Viewer. They win over what is computed.
	Values map[string]string

	UpgradeWebSocket bool  // the request asks for a WebSocket (REQ-471)
	ContentLength    int64 // of the body: 0 for none, -1 if only its end tells
}

// version returns the viewer's HTTP version as Via and CloudFront-Viewer-HTTP-Version write it.
func (v *Viewer) version() string {
	switch {
	case v.Major == 1 && v.Minor == 1:
		return "1.1"
	case v.Major == 2:
		return "2.0"
	case v.Major == 3:
		return "3.0"
	default:
		return "1.0"
	}
}

// address returns the viewer's address without port.
func (v *Viewer) address() string {
	if !v.Addr.Addr().IsValid() {
		return ""
	}
	return v.Addr.Addr().Unmap().WithZone("").String()
}

// A generator makes one CloudFront-* header; without compute the header has a value only if the user gave one.
type generator struct {
	name    string // as AWS sends it (OBS-089)
	compute func(*Viewer) string
}

// generators returns the CloudFront-* headers in the order in which they are sent: that of OBS-089.
func generators() []generator {
	return []generator{
		{"CloudFront-Error-Args", nil},
		{"CloudFront-Error-Uri", nil},
		{"CloudFront-Forwarded-Proto", func(v *Viewer) string { return v.Scheme }},
		{"CloudFront-Is-Android-Viewer", device(isAndroid)},
		{"CloudFront-Is-Desktop-Viewer", device(isDesktop)},
		{"CloudFront-Is-IOS-Viewer", device(isIOS)},
		{"CloudFront-Is-Mobile-Viewer", device(isMobile)},
		{"CloudFront-Is-SmartTV-Viewer", device(isSmartTV)},
		{"CloudFront-Is-Tablet-Viewer", device(isTablet)},
		{"CloudFront-Viewer-Address", viewerAddress},
		{"CloudFront-Viewer-ASN", func(*Viewer) string { return documentationASN }},
		{"CloudFront-Viewer-Cert-Issuer", nil},
		{"CloudFront-Viewer-Cert-Pem", nil},
		{"CloudFront-Viewer-Cert-Present", nil},
		{"CloudFront-Viewer-Cert-Serial-Number", nil},
		{"CloudFront-Viewer-Cert-Sha256", nil},
		{"CloudFront-Viewer-Cert-Subject", nil},
		{"CloudFront-Viewer-Cert-Validity", nil},
		{"CloudFront-Viewer-City", nil},
		{"CloudFront-Viewer-Country", func(v *Viewer) string { return v.Country }},
		{"CloudFront-Viewer-Country-Name", nil},
		{"CloudFront-Viewer-Country-Region", nil},
		{"CloudFront-Viewer-Country-Region-Name", nil},
		{"CloudFront-Viewer-Header-Count", func(v *Viewer) string { return strconv.Itoa(len(v.Fields)) }},
		{"CloudFront-Viewer-Header-Order", headerOrder},
		{"CloudFront-Viewer-HTTP-Version", (*Viewer).version},
		{"CloudFront-Viewer-JA3-Fingerprint", nil},
		{"CloudFront-Viewer-JA4-Fingerprint", nil},
		{"CloudFront-Viewer-Latitude", nil},
		{"CloudFront-Viewer-Longitude", nil},
		{"CloudFront-Viewer-Metro-Code", nil},
		{"CloudFront-Viewer-Postal-Code", nil},
		{"CloudFront-Viewer-Time-Zone", nil},
		{"CloudFront-Viewer-TLS", viewerTLS},
	}
}

// documentationASN is the local value of CloudFront-Viewer-ASN: from the range for documentation (REQ-238).
const documentationASN = "64496"

// maxHeaderOrder is where CloudFront-Viewer-Header-Order is cut (POL-083).
const maxHeaderOrder = 7680

// ViewerHeaders returns every CloudFront-* header that has a value for this viewer (REQ-238). It is computed from the
// request as the viewer sent it and kept beside it: what goes where is the policies' business. Which of them a behavior
// asks for is [Plan.ViewerHeaders].
func ViewerHeaders(v Viewer) http1.Fields { return generate(generators(), &v) }

// ViewerNames returns the names of the CloudFront-* headers, without CloudFront- and, where it begins so, Viewer-: what
// [Viewer.Values] may give.
func ViewerNames() []string {
	var names []string
	for _, g := range generators() {
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(g.name, "CloudFront-"), "Viewer-"))
	}
	return names
}

func generate(list []generator, v *Viewer) http1.Fields {
	if len(list) == 0 {
		return nil
	}
	fields := make(http1.Fields, 0, len(list))
	for _, g := range list {
		value, given := v.given(g.name)
		if !given && g.compute != nil {
			value = g.compute(v)
		}
		if value != "" {
			fields = append(fields, http1.Field{Name: g.name, Value: encodeValue(value)})
		}
	}
	return fields
}

// given returns what the user said the value of a CloudFront-* header is.
func (v *Viewer) given(name string) (string, bool) {
	if len(v.Values) == 0 {
		return "", false
	}
	long := strings.TrimPrefix(name, "CloudFront-")
	short := strings.TrimPrefix(long, "Viewer-")
	best, found := "", false // of several spellings always the same one wins
	for key := range v.Values {
		if (strings.EqualFold(key, short) || strings.EqualFold(key, long)) && (!found || key < best) {
			best, found = key, true
		}
	}
	return v.Values[best], found
}

// viewerAddress is address and source port; an IPv6 address has no brackets (REQ-238, OBS-090).
func viewerAddress(v *Viewer) string {
	address := v.address()
	if address == "" {
		return ""
	}
	return address + ":" + strconv.Itoa(int(v.Addr.Port()))
}

// headerOrder is the names of the viewer's headers as they came (OBS-091).
func headerOrder(v *Viewer) string {
	var b strings.Builder
	for i, f := range v.Fields {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(f.Name)
		if b.Len() >= maxHeaderOrder {
			return b.String()[:maxHeaderOrder]
		}
	}
	return b.String()
}

// viewerTLS is version, cipher and kind of handshake; HTTPS only (POL-084).
func viewerTLS(v *Viewer) string {
	if v.Scheme != "https" || v.TLSVersion == "" {
		return ""
	}
	handshake := v.TLSHandshake
	if handshake == "" {
		handshake = "fullHandshake"
	}
	return v.TLSVersion + ":" + v.TLSCipher + ":" + handshake
}

// encodeValue percent-encodes what is not ASCII (REQ-240), and control characters, which no field value may hold.
func encodeValue(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		plain = plain && printable(s[i])
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if printable(s[i]) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

func printable(c byte) bool { return ' ' <= c && c < 0x7f }
