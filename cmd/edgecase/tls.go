package main

import (
	"crypto/tls"
	"slices"

	"edgecase/config/cloudfront"
)

// tlsConfig decides per handshake, by the distribution whose name the viewer asks for and the configuration of that
// moment.
func tlsConfig(distribution func(name string) *cloudfront.Distribution, certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS10,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			d := distribution(hello.ServerName)
			c := &tls.Config{GetCertificate: certificate, MinVersion: minimumTLS(d), NextProtos: []string{"http/1.1"}}
			if offersHTTP2(d) && slices.Max(append(hello.SupportedVersions, 0)) >= tls.VersionTLS12 { // REQ-129
				c.NextProtos = []string{"h2", "http/1.1"}
			}
			return c, nil
		},
	}
}

// offersHTTP2 reports whether a distribution speaks HTTP/2 with viewers (REQ-128).
func offersHTTP2(d *cloudfront.Distribution) bool {
	return d == nil || d.HTTPVersion == cloudfront.HTTP2 || d.HTTPVersion == cloudfront.HTTP2And3
}

// minimumTLS returns the oldest TLS version that a distribution accepts (REQ-132). SSLv3 cannot be spoken any more.
func minimumTLS(d *cloudfront.Distribution) uint16 {
	if d == nil || d.ViewerCertificate.CloudFrontDefaultCertificate {
		return tls.VersionTLS10
	}
	switch d.ViewerCertificate.MinimumProtocolVersion {
	case "TLSv1.1_2016":
		return tls.VersionTLS11
	case "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025":
		return tls.VersionTLS12
	case "TLSv1.3_2025":
		return tls.VersionTLS13
	}
	return tls.VersionTLS10
}
