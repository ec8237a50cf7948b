package config

import (
	"strings"
	"testing"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// TestModuleAlone: a module whose defaults make no distribution leads to the directory that calls it with values.
func TestModuleAlone(t *testing.T) {
	tests := []struct {
		name, caller string
		want         string // "" for no hint
	}{
		{"called", `module "cdn" { source = "../../modules/cdn" }`, "This directory is a module; live/prod calls it with values. Try that one."},
		{"called by a module", `module "cdn" { source = "../../modules/cdn" }
-- main.tf --
module "prod" { source = "./live/prod" }`, "This directory is a module; . calls it with values. Try that one."},
		{"in a circle", `module "cdn" { source = "../../modules/cdn" }
-- modules/cdn/back.tf --
module "back" { source = "../../live/prod" }`, "This directory is a module; live/prod calls it with values. Try that one."},
		{"not called", `module "vpc" { source = "../../modules/vpc" }`, ""},
	}
	for _, tt := range tests {
		t.Run("TF-261/"+tt.name, func(t *testing.T) {
			unpack(t, `
-- modules/cdn/main.tf --
variable "cached" { default = null }
`+strings.Replace(siteWith("", "", ""), `enabled = true`, `enabled = var.cached.x`, 1)+`
-- live/prod/main.tf --
`+tt.caller+"\n")
			_, diags := Load("modules/cdn", Options{})
			if !diags.HasErrors() {
				t.Fatal("no errors")
			}
			got := ""
			for _, d := range diags {
				if d.Summary == "Module without its caller" {
					got = d.Detail
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestUninstalled: beside the distributions that are here stands which modules are not, if somebody needs them or they
// may have distributions of their own.
func TestUninstalled(t *testing.T) {
	const absent = `
module "edge" { source = "acme/edge/aws" }
module "docs" { source = "terraform-aws-modules/cloudfront/aws" }
module "tags" { source = "acme/tags/aws" }
`
	const docs = "There may be distributions in what is not on this machine: module.docs (terraform-aws-modules/cloudfront/aws, main.tf:3)."
	const run = "\nRun terraform get, which needs no credentials."
	tests := []struct {
		name, rule, text string
		opts             Options
		want             string
	}{
		{"an output", "TF-072", absent + siteWith("domain_name = module.edge.host", "", ""), Options{},
			"Placeholders stand in for the outputs of what is not on this machine: module.edge (acme/edge/aws, main.tf:2).\n" + docs + run},
		{"a distribution of its own", "TF-073", absent + siteWith("", "", ""), Options{}, docs + run},
		{"nobody needs it", "TF-072", `module "tags" { source = "acme/tags/aws" }` + siteWith("", "", ""), Options{}, ""},
		{"given", "TF-220", `module "edge" { source = "acme/edge/aws" }` + siteWith("domain_name = module.edge.host", "", ""),
			Options{Values: []terraform.Given{{Address: "module.edge.host", Value: cty.StringVal("edge.example.com")}}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			_, diags := load(t, tt.text, tt.opts)
			got := ""
			for _, d := range diags {
				if d.Summary == "Modules not installed" {
					got = d.Detail
				}
			}
			diff(t, tt.want, got)
		})
	}
}
