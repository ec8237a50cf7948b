package policy

import (
	"slices"

	"edgecase/config/cloudfront"
)

// A choice decides which cookies or query parameters reach the origin: what the cache policy takes together with what
// the origin request policy takes (POL-070).
type choice struct {
	cache, origin side
	meet          bool // both are block lists: only what both take (POL-073)
}

// A side is one policy's half of a choice. Names are case-sensitive and literal (CACHE-020), but for the cookie names
// of legacy settings, which may hold wildcards (CACHE-049).
type side struct {
	behavior  cloudfront.SelectionBehavior
	names     []string
	wildcards bool
}

func newChoice(cache side, origin *cloudfront.Selection) choice {
	c := choice{cache: cache}
	if origin != nil {
		c.origin = side{behavior: origin.Behavior, names: origin.Items}
	}
	c.meet = c.cache.behavior == cloudfront.SelectAllExcept && c.origin.behavior == cloudfront.SelectAllExcept
	return c
}

// takes reports whether the name reaches the origin. Every cell of the documented table but one is the union of the
// two sides.
func (c *choice) takes(name string) bool {
	if c.meet {
		return c.cache.takes(name) && c.origin.takes(name)
	}
	return c.cache.takes(name) || c.origin.takes(name)
}

// some reports whether any name can be taken; every reports that all are, without looking at them.
func (c *choice) some() bool  { return c.cache.some() || c.origin.some() }
func (c *choice) every() bool { return c.cache.every() || c.origin.every() }

func (s *side) takes(name string) bool {
	switch s.behavior {
	case cloudfront.SelectAll:
		return true
	case cloudfront.SelectWhitelist:
		return s.lists(name)
	case cloudfront.SelectAllExcept:
		return !s.lists(name)
	default:
		return false
	}
}

func (s *side) some() bool {
	switch s.behavior {
	case cloudfront.SelectAll, cloudfront.SelectAllExcept:
		return true
	case cloudfront.SelectWhitelist:
		return len(s.names) > 0
	default:
		return false
	}
}

func (s *side) every() bool { return s.behavior == cloudfront.SelectAll }

func (s *side) lists(name string) bool {
	if !s.wildcards {
		return slices.Contains(s.names, name)
	}
	return slices.ContainsFunc(s.names, func(pattern string) bool { return cloudfront.MatchWildcards(pattern, name) })
}
