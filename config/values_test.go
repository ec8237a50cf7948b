package config

import (
	"testing"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// unknowing is a distribution made of what only AWS knows.
const unknowing = `
data "aws_ssm_parameter" "p" { name = "p" }
data "terraform_remote_state" "r" { backend = "s3" }
data "aws_ssm_parameter" "elsewhere" { name = "e" }

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  aliases             = [data.terraform_remote_state.r.outputs.alias]
  default_root_object = data.aws_ssm_parameter.p.value ? "index.html" : "home.html"
  origin {
    origin_id   = "app"
    domain_name = data.terraform_remote_state.r.outputs.domain
    origin_path = "/${data.terraform_remote_state.r.outputs.release}"
  }
  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate { cloudfront_default_certificate = true }
}
`

func knows(address string, v cty.Value) terraform.Given {
	at := hcl.Pos{Line: 3, Column: 1}
	return terraform.Given{Address: address, Value: v, Range: hcl.Range{Filename: "edgecase.hcl", Start: at, End: at}}
}

// TestValues: what only AWS knows is asked for, and taken where it is given.
func TestValues(t *testing.T) {
	text := cty.StringVal
	tests := []struct {
		name   string
		values []terraform.Given
		want   []string // domain name, path, root object, alias
		needs  []string
		diags  []string
		notes  []string
	}{
		{
			name: "not given",
			want: []string{"{data.terraform_remote_state.r.outputs.domain}", "/{data.terraform_remote_state.r.outputs.release}",
				"{data.aws_ssm_parameter.p.value}", "{data.terraform_remote_state.r.outputs.alias}"},
			needs: []string{"data.aws_ssm_parameter.p.value", "data.terraform_remote_state.r.outputs.alias",
				"data.terraform_remote_state.r.outputs.domain", "data.terraform_remote_state.r.outputs.release"},
			diags: []string{"warning main.tf:12 Origin's domain name known only after apply", "warning main.tf:8 Settings known only after apply"},
		},
		{
			name: "given",
			values: []terraform.Given{
				knows("data.aws_ssm_parameter.p.value", text("true")),
				knows("data.terraform_remote_state.r.outputs", cty.ObjectVal(map[string]cty.Value{"alias": text("www.example.org"), "release": text("v1")})),
				knows("data.terraform_remote_state.r.outputs.domain", text("b.s3.us-east-1.amazonaws.com")),
			},
			want:  []string{"b.s3.us-east-1.amazonaws.com", "/v1", "index.html", "www.example.org"},
			diags: []string{"warning main.tf:25 Alias without certificate"},
		},
		{
			name: "in vain",
			values: []terraform.Given{
				knows("data.aws_ssm_parameter.p.value", text("false")),
				knows("data.terraform_remote_state.r.outputs.domian", text("x")),
				knows("data.aws_ssm_parameter.elsewhere.value", text("x")),
				knows("aws_cloudfront_distribution.site.enabled", cty.False),
			},
			want: []string{"{data.terraform_remote_state.r.outputs.domain}", "/{data.terraform_remote_state.r.outputs.release}",
				"home.html", "{data.terraform_remote_state.r.outputs.alias}"},
			needs: []string{"data.terraform_remote_state.r.outputs.alias", "data.terraform_remote_state.r.outputs.domain", "data.terraform_remote_state.r.outputs.release"},
			diags: []string{"warning main.tf:12 Origin's domain name known only after apply", "warning main.tf:8 Settings known only after apply",
				"warning edgecase.hcl:3 Value that nothing uses"},
			notes: []string{
				"The value given for data.aws_ssm_parameter.elsewhere.value is not used: no distribution is made of it.",
				"The value given for aws_cloudfront_distribution.site.enabled is not used: the Terraform itself says what it is.",
			},
		},
	}
	for _, tt := range tests {
		t.Run("TF-220/"+tt.name, func(t *testing.T) {
			l, diags := load(t, unknowing, Options{Values: tt.values})
			d := l.Config.Distributions[0]
			diff(t, tt.want, []string{d.Origins[0].DomainName.Value, d.Origins[0].OriginPath, d.DefaultRootObject, d.Aliases[0]})
			diff(t, tt.needs, l.Needs)
			diff(t, tt.diags, summaries(diags))
			var notes []string
			for _, n := range l.Notes {
				if n.Rule == "TF-220" {
					notes = append(notes, n.Text)
				}
			}
			diff(t, tt.notes, notes)
		})
	}
}
