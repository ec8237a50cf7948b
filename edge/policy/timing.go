package policy

import (
	"strconv"
	"strings"
	"time"

	"edgecase/edge/http1"
)

// A CacheResult is how the cache took part in an answer, as Server-Timing tells it.
type CacheResult string

// The results that Server-Timing knows.
const (
	CacheHit     CacheResult = "cdn-cache-hit"
	CacheMiss    CacheResult = "cdn-cache-miss"
	CacheRefresh CacheResult = "cdn-cache-refresh" // an expired object that the origin confirmed
)

// A Timing is what Server-Timing reports about one request (POL-175 to POL-177).
type Timing struct {
	Result    CacheResult
	Layer     string // "EDGE" if empty
	POP       string // as in X-Amz-Cf-Pop
	RequestID string // as in X-Amz-Cf-Id (POL-178)

	// Upstream: name lookup, connection, and first byte from the origin; downstream: first byte to the viewer.
	DNS, Connect, UpstreamFirstByte, DownstreamFirstByte time.Duration

	// Sample is where this request falls among the sampled ones, from 0 to below 100: it is measured if the policy's
	// sampling rate is above it. Zero is measured at any rate above zero.
	Sample float64
}

// String returns the header's value, without blanks after the commas (OBS-085, OBS-086).
func (t *Timing) String() string {
	layer := t.Layer
	if layer == "" {
		layer = "EDGE"
	}
	b := make([]byte, 0, 256)
	metric := func(name, parameter, value string, quoted bool) {
		if len(b) > 0 {
			b = append(b, ',')
		}
		b = append(b, name...)
		switch {
		case parameter == "":
		case quoted:
			b = append(append(append(append(append(b, ';'), parameter...), `="`...), value...), '"')
		default:
			b = append(append(append(append(b, ';'), parameter...), '='), value...)
		}
	}
	duration := func(name string, d time.Duration) {
		metric(name, "dur", strconv.FormatInt(max(d, 0).Milliseconds(), 10), false)
	}
	if t.Result != CacheHit {
		metric("cdn-upstream-layer", "desc", layer, true)
		duration("cdn-upstream-dns", t.DNS)
		duration("cdn-upstream-connect", t.Connect)
		duration("cdn-upstream-fbl", t.UpstreamFirstByte)
	}
	metric(string(t.Result), "", "", false)
	metric("cdn-pop", "desc", t.POP, true)
	metric("cdn-rid", "desc", t.RequestID, true)
	if t.Result == CacheHit {
		metric("cdn-hit-layer", "desc", layer, true)
	}
	duration("cdn-downstream-fbl", t.DownstreamFirstByte)
	return string(b)
}

// addTiming adds Server-Timing to the sampled answers, and to all whose request asks for it with "Pragma:
// server-timing" (POL-173, POL-174). The origin's own is merged into it, unless it comes from the cache (POL-179).
func (d *decorator) addTiming() {
	config, t := d.plan.timing, d.in.Timing
	if config == nil || !config.Enabled || t == nil {
		return
	}
	if t.Sample >= config.SamplingRate && !d.in.Viewer.HasToken("Pragma", "server-timing") {
		return
	}
	value, action := t.String(), Added
	if given := d.fields.Values("Server-Timing"); len(given) > 0 {
		action = Replaced
		if t.Result != CacheHit {
			value += "," + strings.Join(given, ",")
		}
		d.fields.Del("Server-Timing")
	}
	d.own = append(d.own, http1.Field{Name: "Server-Timing", Value: value})
	d.note(Note{Name: "Server-Timing", Action: action, Value: value, Why: "{policy} adds it", Rule: "POL-173"})
}
