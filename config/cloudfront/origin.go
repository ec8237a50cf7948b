package cloudfront

import (
	"strconv"
	"strings"
)

// Signed reports whether CloudFront signs every request to the origin: a bucket whose origin access control says
// "always" (REQ-220).
func (o *Origin) Signed() bool {
	return o.Kind == KindS3 && o.OriginAccessControl != nil && o.OriginAccessControl.SigningBehavior == "always"
}

// Scheme returns how the origin is reached for a viewer that came by "http" or "https": as origin_protocol_policy says,
// or for a bucket as the viewer came, over https wherever CloudFront signs (REQ-310, REQ-311).
func (o *Origin) Scheme(viewer string) string {
	switch {
	case o.Signed():
		return "https"
	case o.Kind == KindS3:
		return viewer
	}
	switch o.OriginProtocolPolicy {
	case OriginHTTPOnly:
		return "http"
	case OriginHTTPSOnly:
		return "https"
	default:
		return viewer
	}
}

// OwnNameOnly reports whether the origin answers to its own name only, and not to the viewer's Host: API Gateway, and the
// URL of a Lambda function (POL-025).
func (o *Origin) OwnNameOnly() bool {
	name := strings.ToLower(o.DomainName.Wire())
	return strings.Contains(name, ".execute-api.") && strings.Contains(name, ".amazonaws.com") ||
		strings.Contains(name, ".lambda-url.") && strings.HasSuffix(name, ".on.aws")
}

// WithPort returns a name of the origin, and its port for a scheme unless that is the scheme's own (REQ-200).
func (o *Origin) WithPort(name, scheme string) string {
	port, usual := o.HTTPPort, 80
	if scheme == "https" {
		port, usual = o.HTTPSPort, 443
	}
	if port == 0 || port == usual {
		return name
	}
	return name + ":" + strconv.Itoa(port)
}
