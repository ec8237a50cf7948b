package config

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/zclconf/go-cty/cty"
)

// viewerCertificate is TF-109.
func (f fields) viewerCertificate() cloudfront.ViewerCertificate {
	c := f.first("viewer_certificate")
	if c.Block == nil {
		return cloudfront.ViewerCertificate{CloudFrontDefaultCertificate: true, MinimumProtocolVersion: "TLSv1"}
	}
	cert := cloudfront.ViewerCertificate{
		CloudFrontDefaultCertificate: c.boolean("cloudfront_default_certificate", false),
		ACMCertificateARN:            c.text("acm_certificate_arn"),
		IAMCertificateID:             c.text("iam_certificate_id"),
		MinimumProtocolVersion:       c.word("minimum_protocol_version", "TLSv1"),
		SSLSupportMethod:             c.word("ssl_support_method", ""),
		Source:                       c.source(),
	}
	if v, ok := c.value("acm_certificate_arn"); ok {
		cert.Names = f.d.certificateNames(v, maxHops)
	}
	return cert
}

// certificateNames returns the names of the aws_acm_certificate behind an ARN, also through its validation (TF-212).
// A data source tells only one of its certificate's names, so it gives none.
func (d *decoder) certificateNames(arn cty.Value, hops int) []string {
	if hops == 0 {
		return nil
	}
	if text, known := standInText(arn); known {
		if e := d.directory.named(text, "aws_acm_certificate", func(e *entity) string { return e.argument("arn") }); e != nil {
			return certificateNames(e)
		}
	}
	for _, e := range d.directory.referred(arn, "aws_acm_certificate", "aws_acm_certificate_validation") {
		if e.typ == "aws_acm_certificate" {
			return certificateNames(e)
		}
		if v, ok := e.Argument("certificate_arn"); ok {
			return d.certificateNames(v, hops-1)
		}
	}
	return nil
}

// certificateNames returns the domain names of an aws_acm_certificate, as far as they are texts.
func certificateNames(r interface {
	Argument(string) (cty.Value, bool)
}) []string {
	var names []string
	for _, argument := range []string{"domain_name", "subject_alternative_names"} {
		v, ok := r.Argument(argument)
		if !ok {
			continue
		}
		elements, _ := elementsOf(v)
		for _, e := range elements {
			if name := textOf(e).Value; name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func trimWildcard(name string) string { return strings.TrimPrefix(name, "*.") }
