package config

import (
	"strings"
	"testing"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

func TestTextOf(t *testing.T) {
	join := func(parts ...cty.Value) cty.Value {
		text, marks := "", cty.ValueMarks{}
		for _, p := range parts {
			bare, m := p.Unmark()
			text += bare.AsString()
			for k := range m {
				marks[k] = struct{}{}
			}
		}
		return cty.StringVal(text).WithMarks(marks)
	}
	tests := []struct {
		name, rule string
		value      cty.Value
		want       cloudfront.Text
	}{
		{"literal", "TF-230", cty.StringVal("x"), cloudfront.Known("x")},
		{"number", "TF-029", cty.NumberIntVal(80), cloudfront.Known("80")},
		{"null", "TF-230", cty.NullVal(cty.String), cloudfront.Known("")},
		{"absent", "TF-230", cty.NilVal, cloudfront.Known("")},
		{"stand-in", "TF-200", terraform.StandIn("aws_lb.a.dns_name", "a-1.elb.amazonaws.com"),
			cloudfront.Text{Value: "{aws_lb.a.dns_name}", From: []string{"aws_lb.a.dns_name"}, StandIn: "a-1.elb.amazonaws.com"}},
		{"stand-in in a text", "TF-202", join(cty.StringVal("S3-"), terraform.StandIn("aws_s3_bucket.b.id", "files"), cty.StringVal("/x")),
			cloudfront.Text{Value: "S3-{aws_s3_bucket.b.id}/x", From: []string{"aws_s3_bucket.b.id"}, StandIn: "S3-files/x"}},
		{"one stand-in inside another", "TF-202", join(terraform.StandIn("aws_s3_bucket.b.id", "files"), cty.StringVal("."),
			terraform.StandIn("aws_s3_bucket.b.bucket_domain_name", "files.s3.amazonaws.com")),
			cloudfront.Text{Value: "{aws_s3_bucket.b.id}.{aws_s3_bucket.b.bucket_domain_name}",
				From: []string{"aws_s3_bucket.b.bucket_domain_name", "aws_s3_bucket.b.id"}, StandIn: "files.files.s3.amazonaws.com"}},
		{"stand-in cut up", "TF-200", cty.StringVal("elb.amazonaws.com").Mark(terraform.Reference{Address: "aws_lb.a.dns_name", StandIn: "a-1.elb.amazonaws.com"}),
			cloudfront.Text{Value: "elb.amazonaws.com", From: []string{"aws_lb.a.dns_name"}, StandIn: "elb.amazonaws.com"}},
		{"short stand-in by chance", "TF-202", join(cty.StringVal("amazonaws."), terraform.StandIn("data.aws_partition.p.id", "aws")),
			cloudfront.Text{Value: "amazonaws.{data.aws_partition.p.id}", From: []string{"data.aws_partition.p.id"}, StandIn: "amazonaws.aws"}},
		{"unknown", "TF-231", terraform.Unknown("var.x", cty.String), cloudfront.Text{Value: "{var.x}", From: []string{"var.x"}, StandIn: "var-x"}},
		{"unknown for no reason", "TF-233", cty.UnknownVal(cty.String), cloudfront.Text{Value: "{unknown}", StandIn: "unknown"}},
		{"unknown in a text", "TF-231", cty.StringVal("api.{var.zone[\"eu\"]}").Mark(terraform.Reference{Address: "var.zone"}),
			cloudfront.Text{Value: "api.{var.zone[\"eu\"]}", From: []string{"var.zone"}, StandIn: "api.var-zone--eu"}},
		{"sensitive", "TF-059", cty.StringVal("s").Mark(terraform.Sensitive{}), cloudfront.Text{Value: "s", Known: true, Sensitive: true}},
		{"no text at all", "TF-233", cty.ListValEmpty(cty.String), cloudfront.Text{Value: "{unknown}", StandIn: "unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			diff(t, tt.want, textOf(tt.value))
		})
	}
}

// FuzzNamed holds that putting the stand-ins back gives the text that references were put into.
func FuzzNamed(f *testing.F) {
	f.Add("S3-files/x", "files", "a.b.c")
	f.Add("aws.amazonaws.com", "aws", "data.aws_partition.p.id")
	f.Add("aa", "a", "x.y.z")
	f.Fuzz(func(t *testing.T, text, standIn, address string) {
		if standIn == "" || address == "" || strings.ContainsAny(text+standIn+address, "{}") {
			return
		}
		got := named(text, []terraform.Reference{{Address: address, StandIn: standIn}})
		if back := strings.ReplaceAll(got, "{"+address+"}", standIn); back != text {
			t.Errorf("named(%q, %q) = %q, which is %q with the stand-in back", text, standIn, got, back)
		}
	})
}

func TestWildcard(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"s3:*", "s3:listbucket", true}, {"*", "", true}, {"s3:List?ucket", "s3:ListBucket", true}, {"s3:Get*", "s3:ListBucket", false},
		{"a*b*c", "axxbxxc", true}, {"a*b*c", "axxbxx", false}, {"", "x", false}, {"S3-*", "S3-content", true},
	}
	for _, tt := range tests {
		t.Run("REQ-392/"+tt.pattern, func(t *testing.T) {
			diff(t, tt.want, cloudfront.MatchWildcards(tt.pattern, tt.text))
		})
	}
}
