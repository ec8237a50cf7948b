package edge

import (
	"strings"

	"edgecase/edge/http1"
)

const debugPrefix = "X-Edgecase-"

// overridden reports whether a field of an origin's would be taken for one of this program's own: an origin may be
// another edgecase.
func (x *Exchange) overridden(name string) bool {
	return x.site.debug && len(name) > len(debugPrefix) && strings.EqualFold(name[:len(debugPrefix)], debugPrefix)
}

// debugFields appends this program's own fields, unless the user turned them off. They carry a prefix of their own and
// change nothing else (CACHE-234).
func (x *Exchange) debugFields(fields http1.Fields) http1.Fields {
	if !x.site.debug {
		return fields
	}
	if x.Behavior != nil {
		fields.Add("X-Edgecase-Behavior", x.Behavior.Pattern.String())
	}
	if x.Origin != nil {
		fields.Add("X-Edgecase-Origin", x.Origin.ID.Value)
	}
	fields.Add("X-Edgecase-Reason", string(x.Trace.Reason))
	if x.site.traceURL != "" {
		fields.Add("X-Edgecase-Trace", x.site.traceURL+x.requestID)
	}
	if x.stale != nil {
		fields.Add("X-Edgecase-Stale-Config", *x.stale)
	}
	return fields
}
