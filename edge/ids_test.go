package edge

import (
	"regexp"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// TestIdentity makes two requests and looks at what identifies them.
func TestIdentity(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf()}, false, nil, Options{})
	got := run.send(t, request("DELETE /1")+strings.ReplaceAll(request("DELETE /2"), "\n", "\r\n"))
	ids := regexp.MustCompile(`X-Amz-Cf-Id: (.*)\r\n`).FindAllStringSubmatch(got, -1)
	pages := regexp.MustCompile(`Request ID: (.*)\n`).FindAllStringSubmatch(got, -1)
	pops := regexp.MustCompile(`X-Amz-Cf-Pop: (.*)\r\n`).FindAllStringSubmatch(got, -1)
	ended := run.watch.exchanges()
	if len(ids) != 2 || len(pages) != 2 || len(pops) != 2 || len(ended) != 2 {
		t.Fatalf("%d, %d and %d of two, after %d exchanges, in %q", len(ids), len(pages), len(pops), len(ended), got)
	}
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{54}==$`)
	for i, id := range ids {
		t.Run("REQ-094/id", func(t *testing.T) {
			if !form.MatchString(id[1]) || pages[i][1] != id[1] || ended[i].RequestID() != id[1] || ended[i].Document().ID != id[1] {
				t.Errorf("id %q, on the page %q, in the trace %q", id[1], pages[i][1], ended[i].RequestID())
			}
		})
		t.Run("REQ-095/location", func(t *testing.T) {
			if pops[i][1] != "LOC50-C1" {
				t.Errorf("location %q", pops[i][1])
			}
		})
	}
	t.Run("REQ-094/different", func(t *testing.T) {
		if ids[0][1] == ids[1][1] {
			t.Errorf("both requests are %q", ids[0][1])
		}
	})
}
