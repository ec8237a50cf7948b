package cloudfront

import "strconv"

// The names of the headers of security_headers_config, as they go over the wire.
const (
	ContentSecurityPolicyHeader   = "Content-Security-Policy"
	ContentTypeOptionsHeader      = "X-Content-Type-Options"
	FrameOptionsHeader            = "X-Frame-Options"
	ReferrerPolicyHeader          = "Referrer-Policy"
	StrictTransportSecurityHeader = "Strict-Transport-Security"
	XSSProtectionHeader           = "X-XSS-Protection"
)

// ContentTypeOptionsValue is the only value that X-Content-Type-Options has (POL-153).
const ContentTypeOptionsValue = "nosniff"

// StrictTransportSecurityValue returns the value that strict_transport_security makes (POL-150 to POL-152).
func StrictTransportSecurityValue(maxAgeSec int, includeSubdomains, preload bool) string {
	v := "max-age=" + strconv.Itoa(maxAgeSec)
	if includeSubdomains {
		v += "; includeSubDomains"
	}
	if preload {
		v += "; preload"
	}
	return v
}

// XSSProtectionValue returns the value that xss_protection makes (POL-156 to POL-159); reportURI may be "". Both
// modeBlock and a reportURI at a time are refused by CloudFront, which is a [Problem] of the configuration.
func XSSProtectionValue(protection, modeBlock bool, reportURI string) string {
	if !protection {
		return "0"
	}
	v := "1"
	if modeBlock {
		v += xssModeBlock
	}
	if reportURI != "" {
		v += xssReport + reportURI
	}
	return v
}

const (
	xssModeBlock = "; mode=block"
	xssReport    = "; report="
)
