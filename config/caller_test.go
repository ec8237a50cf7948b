package config

import (
	"strings"
	"testing"
)

// TestModuleAlone: a module whose defaults make no distribution leads to the directory that calls it with values.
func TestModuleAlone(t *testing.T) {
	tests := []struct {
		name, caller string
		want         string // "" for no hint
	}{
		{"called", `module "cdn" { source = "../../modules/cdn" }`, "This directory is a module; live/prod calls it with values. Try that one."},
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
