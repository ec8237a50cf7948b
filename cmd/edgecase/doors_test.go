package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDoors holds the routes of one distribution, read as JSON syntax, as a plan, as a state and as AWS's answer, against
// those of the HCL that it was written in. All but places and what only apply can tell is the same (TF-005, TF-240 to
// TF-254).
func TestDoors(t *testing.T) {
	dir := filepath.FromSlash("../../testdata/terraform/doors/")
	want := routesOf(t, filepath.Join(dir, "hcl"))
	tests := []struct {
		name, rule, path string
		only             string // the address of the distribution in the HCL; "" is all
		free             []string
	}{
		{"JSON syntax", "TF-005", "json", "", nil},
		{"plan", "TF-240", "plan.json", "", nil},
		{"state", "TF-240", "state.json", "", []string{"id", "domain_name", "known"}},
		{"AWS", "TF-250", "aws/distribution.json", "aws_cloudfront_distribution.site", []string{"id", "domain_name", "known", "address"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := routesOf(t, filepath.Join(dir, filepath.FromSlash(tt.path)))
			want := want
			if tt.only != "" {
				want = slices.DeleteFunc(slices.Clone(want), func(d any) bool { return d.(map[string]any)["address"] != tt.only })
			}
			if diff := cmp.Diff(told(want, want, tt.free), told(got, want, tt.free)); diff != "" {
				t.Errorf("(-HCL +%s):\n%s", tt.name, diff)
			}
		})
	}
}

// routesOf returns the distributions of routes --format json.
func routesOf(t *testing.T, path string) []any {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run([]string{"routes", "-c", "none", "--format", "json", path}, strings.NewReader(""), &stdout, &stderr,
		func(string) (string, bool) { return "", false })
	var doc struct {
		Distributions []any `json:"distributions"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil || code != 0 {
		_, _ = io.Copy(t.Output(), &stderr)
		t.Fatalf("routes of %s: exit status %d, %v\n%s", path, code, err, stdout.Bytes())
	}
	return doc.Distributions
}

// told returns what every door tells of v: not the places, and not what only apply tells where the HCL has "{…}" or where
// the member is free and the HCL had to invent it.
func told(v, hcl any, free []string) any {
	switch v := v.(type) {
	case []any:
		list, _ := hcl.([]any)
		out := []any{}
		for i, e := range v {
			var h any
			if i < len(list) {
				h = list[i]
			}
			out = append(out, told(e, h, free))
		}
		return out
	case map[string]any:
		members, _ := hcl.(map[string]any)
		out := map[string]any{}
		for name, e := range v {
			h := members[name]
			switch {
			case name == "source":
			case slices.Contains(free, name) && invented(name, h, members):
				out[name] = "apply tells"
			default:
				out[name] = told(e, h, free)
			}
		}
		return out
	case string:
		if text := fmt.Sprint(hcl); len(free) > 0 && strings.Contains(text, "{") {
			return "apply tells"
		}
	}
	return v
}

// invented reports whether the HCL had to invent a member: the ids and domain names of what apply makes, and its names in
// Terraform, which AWS does not have.
func invented(name string, value any, of map[string]any) bool {
	text := fmt.Sprint(value)
	switch name {
	case "id":
		return strings.HasPrefix(text, "E") || strings.HasPrefix(text, "K")
	case "domain_name":
		return strings.HasSuffix(text, ".cloudfront.net") || strings.HasPrefix(text, "{")
	case "known":
		return strings.HasPrefix(fmt.Sprint(of["domain_name"]), "{")
	}
	return true
}
