package edge

import (
	"crypto/tls"
	"net/netip"

	"edgecase/edge/policy"
)

// viewerOf describes a request to edge/policy. values are what the CloudFront-* headers say where it is not computed.
func viewerOf(r *Request, values map[string]string) policy.Viewer {
	v := policy.Viewer{
		Method: r.Method, Path: r.Path, RawQuery: r.RawQuery, HasQuery: r.HasQuery, Scheme: r.Scheme, Host: r.Host,
		Major: r.Major, Minor: r.Minor, Fields: r.Fields, Addr: r.RemoteAddr, Country: values["Country"], Values: values,
		UpgradeWebSocket: isUpgrade(r), ContentLength: r.ContentLength,
	}
	if given := values["Address"]; given != "" {
		if a, err := netip.ParseAddrPort(given); err == nil {
			v.Addr = a
		}
	}
	if r.TLS != nil {
		v.TLSVersion, v.TLSCipher = tlsVersion(r.TLS.Version), tls.CipherSuiteName(r.TLS.CipherSuite)
		if r.TLS.DidResume {
			v.TLSHandshake = "sessionResumed"
		}
	}
	return v
}

// tlsVersion returns a TLS version as CloudFront writes it: "TLSv1.3".
func tlsVersion(v uint16) string {
	switch v {
	case tls.VersionTLS13:
		return "TLSv1.3"
	case tls.VersionTLS12:
		return "TLSv1.2"
	case tls.VersionTLS11:
		return "TLSv1.1"
	default:
		return "TLSv1"
	}
}
