package config

import (
	"strings"
	"testing"
)

// TestGathered: many warnings for the same reason are one.
func TestGathered(t *testing.T) {
	header := func(names ...string) string {
		var b strings.Builder
		for _, name := range names {
			b.WriteString("dynamic \"custom_header\" {\n  for_each = var.site." + name + "\n  content {\n    name  = \"x-" + name +
				"\"\n    value = \"v\"\n  }\n}\n")
		}
		return appOrigin + "\n" + strings.TrimSuffix(b.String(), "\n")
	}
	tests := []struct {
		name, rule, archive string
		want                []string
	}{
		{"few", "TF-047", siteWith(header("a", "b"), "", "") + "\nvariable \"site\" {}\n", []string{
			"Unknown for_each", "Unknown for_each", "Variables without a value"}},
		{"many", "TF-047", siteWith(header("a", "b", "c", "d", "e"), "", "") + "\nvariable \"site\" {}\n", []string{
			"Unknown count and for_each", "Variables without a value"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			_, diags := load(t, tt.archive, Options{})
			var got []string
			for _, d := range diags {
				got = append(got, d.Summary)
			}
			diff(t, strings.Join(tt.want, "\n"), strings.Join(got, "\n"))
		})
	}
}
