package main_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"edgecase/cmd/edgecase/capture"
	"edgecase/config/cloudfront"
)

// unprobedRules are inferred rules of the pages for requests and policies that no probe of edgecase capture speaks of, by
// the reason why none can, or why none should.
func unprobedRules() map[string]string {
	return map[string]string{
		"it is about what can be deployed, and a refusal would stop the whole directory": "E16 POL-011 POL-017 POL-054 POL-058 POL-060 POL-065 POL-097 POL-142 POL-172 POL-192 POL-193 " +
			"REQ-054 REQ-055 REQ-058 REQ-076 REQ-195 REQ-316 REQ-433 REQ-447 V73 V81 V82 V88",
		"it follows from others, or says what to make of them":                          "POL-031 POL-141 REQ-104 REQ-181 REQ-211 REQ-216 REQ-275 REQ-280 REQ-562 REQ-579 REQ-580 REQ-590 O8 V75",
		"it is about edgecase":                                                          "POL-082 POL-173 REQ-031 REQ-095",
		"an alias and its certificate would be needed":                                  "REQ-008 REQ-009",
		"a second, staging distribution would be needed":                                "REQ-020 REQ-024",
		"a bucket that everybody may read would be needed":                              "REQ-103 REQ-413 REQ-414 REQ-417",
		"an origin that speaks TLS, or fails in another way, would be needed":           "F11 REQ-287 REQ-315 REQ-330 REQ-337 REQ-345",
		"requests are sent over HTTP/1.1":                                               "REQ-129 REQ-254 REQ-260 REQ-480 REQ-487",
		"it is about the cache, and two requests may meet two machines of one location": "POL-102 POL-177 REQ-486 REQ-497 REQ-514 REQ-576",
		"it is about functions of other events, or about Lambda@Edge":                   "POL-087 POL-111 REQ-582 REQ-585 REQ-588 REQ-589",
		"it is about the log":                                                           "F10 F12 REQ-478 REQ-520 REQ-528",
		"it would need much data, or much time, or be no longer harmless":               "F15 REQ-026 REQ-147 REQ-252 REQ-262 REQ-263 REQ-291 REQ-328",
	}
}

// openQuestion is a row of section 20 of the page for requests.
var openQuestion = regexp.MustCompile(`(?m)^\| (Q-[0-9]+) \|`)

// TestHouseQuestions: a probe names each open question for requests, but for those that no probe can put.
func TestHouseQuestions(t *testing.T) {
	unasked := map[string]string{"Q-15": "it is about the cache", "Q-17": "an alias and its certificate would be needed"}
	var asks strings.Builder
	for _, p := range capture.Probes() {
		asks.WriteString(p.Asks + "\n")
	}
	questions := openQuestion.FindAllStringSubmatch(houseFiles(t)["docs/rules/request.md"], -1)
	if len(questions) < 17 {
		t.Errorf("%d open questions found, there were 17", len(questions))
	}
	for _, q := range questions {
		if asked := regexp.MustCompile(q[1] + `\b`).MatchString(asks.String()); asked == (unasked[q[1]] != "") {
			t.Errorf("%s: asked %t, and there is the reason %q why not", q[1], asked, unasked[q[1]])
		}
	}
}

// marksOf finds the marks of a rule.
var marksOf = map[cloudfront.Confidence]*regexp.Regexp{
	cloudfront.Documented: regexp.MustCompile(`\bdoc\b`), cloudfront.Observed: regexp.MustCompile(`\bobserved\b`), cloudfront.Inferred: regexp.MustCompile(`\binferred\b`),
}

// TestHouseProbes holds the probes of edgecase capture against the pages: what they claim has the mark that they give it,
// and each inferred rule for requests and policies has a probe that claims what is inferred of it, or a reason why not.
func TestHouseProbes(t *testing.T) {
	book := houseRuleBook(t)
	probed := map[string]bool{}
	for _, p := range capture.Probes() {
		for _, c := range p.Claims {
			probed[c.Rule] = probed[c.Rule] || c.Sure == cloudfront.Inferred
			if !slices.ContainsFunc(book[c.Rule], func(r houseRule) bool { return marksOf[c.Sure].MatchString(r.text) }) {
				t.Errorf("%s claims of %s what is %s; the pages have no such rule or no such mark", p.Name, c.Rule, c.Sure)
			}
		}
	}
	reasons := map[string]string{}
	for reason, ids := range unprobedRules() {
		for id := range strings.FieldsSeq(ids) {
			switch {
			case book[id] == nil:
				t.Errorf("%s is given a reason, and no page has it", id)
			case probed[id]:
				t.Errorf("%s has a probe; it needs no reason why it has none", id)
			case reasons[id] != "":
				t.Errorf("%s stands twice", id)
			}
			reasons[id] = reason
		}
	}
	count := map[string]int{}
	for _, id := range slices.Sorted(maps.Keys(book)) {
		for _, r := range book[id] {
			if r.page != "request.md" && r.page != "policies.md" || !marksOf[cloudfront.Inferred].MatchString(r.text) {
				continue
			}
			switch {
			case probed[id]:
				count["a probe"]++
			case reasons[id] != "":
				count[reasons[id]]++
			default:
				t.Errorf("%s %s is inferred, no probe speaks of it, and nothing says why: %.100s", r.page, id, r.text)
			}
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(count)) {
		t.Logf("%d inferred rules: %s", count[reason], reason)
	}
}
