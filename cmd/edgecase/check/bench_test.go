package check

import (
	"fmt"
	"strings"
	"testing"

	"edgecase/config"
	"edgecase/config/cloudfront"
)

// manyRoutes are 50,000 routes under two hundred prefixes; half of the prefixes have no behavior.
func manyRoutes(t testing.TB) Input {
	t.Helper()
	var lines strings.Builder
	for i := range 50_000 {
		prefix := fmt.Sprintf("/app%d", i%200)
		if i%2 == 0 {
			prefix = "/api" + prefix
		}
		fmt.Fprintf(&lines, "GET,POST %s/thing-%d/{id}/\n", prefix, i)
	}
	return Input{Loaded: load(t, plane), Routes: read(t, lines.String())}
}

// TestManyRoutes wants one finding for each missing prefix, however many routes are under it.
func TestManyRoutes(t *testing.T) {
	report, err := runRoutes(t.Context(), manyRoutes(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 100 || report.Application.Routes != 50_000 || report.Application.Carried != 25_000 {
		t.Errorf("%d findings, %+v", len(report.Findings), report.Application)
	}
	for _, f := range report.Findings {
		if !strings.Contains(f.Message, "(and 249 more under /app") || len(f.Requests) != maxRequests {
			t.Errorf("%s: %d requests", f.Message, len(f.Requests))
		}
	}
}

// TestManyPrefixes writes up those with the most routes, and says how many more there are.
func TestManyPrefixes(t *testing.T) {
	var lines strings.Builder
	for i := range 150 {
		for j := range 1 + i%2 {
			fmt.Fprintf(&lines, "POST /app%d/%d/\n", i, j)
		}
	}
	report, err := runRoutes(t.Context(), Input{Loaded: load(t, plane), Routes: read(t, lines.String())})
	if err != nil {
		t.Fatal(err)
	}
	want := "50 more findings like these, about 50 routes, are left out"
	if len(report.Findings) != maxGroups || len(report.Application.Notes) != 1 || report.Application.Notes[0] != want {
		t.Errorf("%d findings, notes %q", len(report.Findings), report.Application.Notes)
	}
	several := 0
	for _, f := range report.Findings {
		if strings.Contains(f.Message, "(and 1 more under ") {
			several++
		}
	}
	if several != 75 {
		t.Errorf("%d findings are about several routes, want all 75", several)
	}
}

// BenchmarkRoutes holds 50,000 routes against the story's directory, and against 75 behaviors with patterns that overlap.
func BenchmarkRoutes(b *testing.B) {
	story := manyRoutes(b)
	large := *story.Loaded.Config.Distributions[0]
	large.Behaviors = nil
	for i := range 74 {
		copied := *story.Loaded.Config.Distributions[0].Behaviors[i%3]
		copied.Pattern = cloudfront.MustParsePathPattern(fmt.Sprintf("/app?*/*%d/*.jp?g", i)).Ordered()
		large.Behaviors = append(large.Behaviors, &copied)
	}
	large.Behaviors = append(large.Behaviors, story.Loaded.Config.Distributions[0].DefaultBehavior())
	for name, in := range map[string]Input{
		"story":        story,
		"75 behaviors": {Loaded: &config.Loaded{Config: &cloudfront.Config{Distributions: []*cloudfront.Distribution{&large}}}, Routes: story.Routes},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := runRoutes(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTraps looks for all traps in the story's directory, and in 75 behaviors with patterns that overlap.
func BenchmarkTraps(b *testing.B) {
	story := load(b, plane)
	large := *story.Config.Distributions[0]
	large.Behaviors = nil
	for i := range 74 {
		copied := *story.Config.Distributions[0].Behaviors[i%3]
		copied.Pattern = cloudfront.MustParsePathPattern(fmt.Sprintf("/app?*/*%d/*.jp?g", i)).Ordered()
		large.Behaviors = append(large.Behaviors, &copied)
	}
	large.Behaviors = append(large.Behaviors, story.Config.Distributions[0].DefaultBehavior())
	plain := large
	plain.Behaviors = nil
	for i, overlapping := range large.Behaviors[:74] {
		copied := *overlapping
		copied.Pattern = cloudfront.MustParsePathPattern(fmt.Sprintf("/app-%d/*", i)).Ordered()
		plain.Behaviors = append(plain.Behaviors, &copied)
	}
	plain.Behaviors = append(plain.Behaviors, large.Behaviors[74])
	for name, d := range map[string]*cloudfront.Distribution{"story": story.Config.Distributions[0], "75 behaviors": &plain, "75 entangled behaviors": &large} {
		b.Run(name, func(b *testing.B) {
			loaded := *story
			loaded.Config = &cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Run(b.Context(), Input{Loaded: &loaded}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
