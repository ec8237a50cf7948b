package edge

import (
	"context"

	"edgecase/config/cloudfront"
)

// behavior chooses the cache behavior: the first whose path pattern takes the normalised path, else the default
// (REQ-040, REQ-041).
var behavior = Stage{"behavior", func(_ context.Context, x *Exchange) Verdict {
	x.Path = cloudfront.NormalizePath(x.Viewer.Path)
	b, place := x.Distribution.Choose(x.Path)
	x.Behavior = b
	x.members = x.site.members(b)

	v := Verdict{Rule: "REQ-040", Source: b.Source}
	if b.Default() {
		v.Rule = "REQ-041"
		v.Why = why("no path pattern matches, so the default behavior takes it")
		if len(x.Distribution.Behaviors) == 1 {
			v.Why = why("the default behavior is the only one")
		}
	} else {
		v.Why = why("path pattern %q matches (%d of %d)", b.Pattern.String())
		v.Why.Numbers = [2]int{place, len(x.Distribution.Behaviors)}
	}
	if x.Path != x.Viewer.Path {
		// REQ-065: patterns see one path, the origin another.
		v.Why.Clause += "; compared as %s, forwarded as %s"
		n := 0
		if !b.Default() {
			n = 1
		}
		v.Why.Strings[n], v.Why.Strings[n+1] = x.Path, x.Viewer.Path
	}
	return v
}}
