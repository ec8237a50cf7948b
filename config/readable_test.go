package config

import (
	"slices"
	"testing"
)

// TestReadableFile: what is wrong elsewhere in the file of a distribution hides neither it nor what is wrong with it, unless
// the file could not be read, or the distribution stands there twice.
func TestReadableFile(t *testing.T) {
	misspelt := siteWith(appOrigin+"\n    origin_idd = 1", "", "")
	tests := []struct {
		name, rule, text string
		shown            bool
		want             []string
	}{
		{"a bucket that stands there twice", "TF-060", misspelt + `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket" "b" {}
`, true, []string{"error main.tf:13 Unsupported argument", "error main.tf:34 Duplicate resource declaration"}},
		{"a distribution that stands there twice", "TF-004", misspelt + misspelt, false,
			[]string{"error main.tf:33 Duplicate resource declaration"}},
		{"a file that could not be read", "TF-012", misspelt + "\nlocals {\n  a =\n}\n", false,
			[]string{"error main.tf:34 Invalid expression"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l, diags := load(t, tt.text, Options{})
			got := summaries(diags)
			slices.Sort(got)
			diff(t, tt.want, got)
			diff(t, tt.shown, len(l.Config.Distributions) == 1)
		})
	}
}
