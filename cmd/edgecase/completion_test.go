package main

import (
	"testing"

	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
)

func TestPathsOf(t *testing.T) {
	var d cloudfront.Distribution
	for _, s := range []string{"/api/*", "/api/*/x", "img/?.png", "*.css", "/exact", "*"} {
		p, err := cloudfront.ParsePathPattern(s)
		if err != nil {
			t.Fatal(err)
		}
		d.Behaviors = append(d.Behaviors, &cloudfront.Behavior{Pattern: p})
	}
	if diff := cmp.Diff([]string{"/", "/api/", "/img/", "/exact"}, pathsOf([]*cloudfront.Distribution{&d})); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}
