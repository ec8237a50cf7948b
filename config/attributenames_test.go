package config

import (
	"slices"
	"strings"
	"testing"
)

// TestAttributeNames warns of attributes that are almost those that a resource has (TF-227).
func TestAttributeNames(t *testing.T) {
	tests := []struct {
		name, domain, more string
		want               []string
	}{
		{"misspelt", "aws_lb.l.dns_nmae", `resource "aws_lb" "l" {}`, []string{"warning main.tf:6 Unsupported attribute"}},
		{"one letter short", "aws_s3_bucket.b.bucket_regional_domain_nam", `resource "aws_s3_bucket" "b" {}`,
			[]string{"warning main.tf:6 Unsupported attribute"}},
		{"of a data source", "data.aws_lb.l.dns_nam", `data "aws_lb" "l" { name = "l" }`, []string{"warning main.tf:6 Unsupported attribute"}},
		{"right", "aws_alb.l.dns_name", `resource "aws_alb" "l" {}`, nil},
		{"nothing like it, perhaps newer", "aws_lb.l.quantum_entangled_host", `resource "aws_lb" "l" {}`, nil},
		{"of a type of which nothing is known", "aws_something.l.dns_nmae", `resource "aws_something" "l" {}`, nil},
	}
	for _, tt := range tests {
		t.Run("TF-227/"+tt.name, func(t *testing.T) {
			_, diags := load(t, siteWith(strings.Replace(appOrigin, `"app.example.com"`, tt.domain, 1), "", "")+tt.more, Options{})
			diff(t, tt.want, summaries(diags))
		})
	}
}

// TestStandInNames holds that every stand-in of a type whose names are known is one of them.
func TestStandInNames(t *testing.T) {
	known := attributeNames()
	for typ, s := range allStandIns() {
		names := strings.Fields(known[strings.Replace(typ, "aws_alb", "aws_lb", 1)])
		for attribute := range s.attributes {
			if strings.HasPrefix(typ, "data.") || len(names) == 0 || slices.Contains(names, attribute) {
				continue
			}
			t.Errorf("%s has no attribute %s", typ, attribute)
		}
	}
}
