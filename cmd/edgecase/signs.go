package main

import (
	"slices"
	"strings"
	"sync"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// signs remember what the log has said of traps, so that an answer that is none the worse for one does not bring it up
// again and again.
type signs struct {
	mu   sync.Mutex
	said map[sign]time.Time
}

// A sign is a trap and the behavior that it shows at: another one after each reload.
type sign struct {
	trap     string
	behavior *cloudfront.Behavior
}

// How often the log says the same of requests that go well, how many things it remembers to have said, and how many it
// says of one request.
const (
	signInterval = time.Minute
	maxSigns     = 100
	maxHints     = 3
)

// due reports whether something has not been said for a while, and takes it for said.
func (s *signs) due(what sign, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if said, ok := s.said[what]; ok && now.Sub(said) < signInterval {
		return false
	}
	if s.said == nil || len(s.said) >= maxSigns {
		s.said = make(map[sign]time.Time)
	}
	s.said[what] = now
	return true
}

// signs returns the traps to tell of below a request: of one that failed all, of another those that a behavior has not
// shown of late.
func (l *requestLog) signs(x *edge.Exchange) []edge.Hint {
	hints := slices.DeleteFunc(x.Signs(), func(h edge.Hint) bool {
		switch h.Trap {
		case "T08", "T09", "T39": // the line itself says that a page hides an answer
			return true
		}
		if x.Err != nil || x.OriginStatus >= 400 || x.Behavior == nil {
			return false
		}
		return !l.shown.due(sign{h.Trap, x.Behavior}, x.Started())
	})
	return hints[:min(len(hints), maxHints)]
}

// tells reports whether a hint says what a note of the origin says, or the same better.
func tells(hints []edge.Hint, note string) bool {
	return slices.ContainsFunc(hints, func(h edge.Hint) bool {
		return h.Text == note || h.Trap == "T41" && strings.Contains(note, "header section")
	})
}

// hintTexts writes hints for machines: "T16 Authorization does not reach api".
func hintTexts(hints []edge.Hint) []string {
	texts := make([]string, len(hints))
	for i, h := range hints {
		texts[i] = h.Trap + " " + h.Text
	}
	return texts
}
