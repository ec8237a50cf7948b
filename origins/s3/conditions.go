package s3

import (
	"net/http"
	"strings"
	"time"
)

// A verdict is the result of a request's preconditions.
type verdict int

const (
	holds     verdict = iota
	failed            // 412
	unchanged         // 304
)

// precondition evaluates the If-… fields in the order of RFC 9110 section 13.2.2, with S3's deviations (REQ-501). It
// also returns the field that failed.
func precondition(req *Request, o *object, now time.Time) (field string, v verdict) {
	if value, ok := req.field("If-Match"); ok {
		if !matchesETag(value, o.etag) {
			return "If-Match", failed
		}
	} else if t, ok := req.time("If-Unmodified-Since"); ok && o.modified.After(t) {
		return "If-Unmodified-Since", failed
	}
	if value, ok := req.field("If-None-Match"); ok {
		if matchesETag(value, o.etag) {
			return "If-None-Match", unchanged
		}
		return "", holds
	}
	if t, ok := req.time("If-Modified-Since"); ok && !t.After(now) && !o.modified.After(t) {
		return "If-Modified-Since", unchanged
	}
	return "", holds
}

// time returns a field's date; a field that holds none counts as absent.
func (r *Request) time(name string) (time.Time, bool) {
	value, ok := r.field(name)
	if !ok {
		return time.Time{}, false
	}
	t, err := http.ParseTime(value)
	return t, err == nil
}

// matchesETag reports whether a list of entity tags names this one. Quotes may be missing, and a weak tag counts like
// a strong one.
func matchesETag(list, etag string) bool {
	etag = strings.Trim(etag, `"`)
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || strings.Trim(tag, `"`) == etag {
			return true
		}
	}
	return false
}

// rangeHolds evaluates If-Range: without a match the whole object is sent (RFC 9110 section 13.1.5).
func rangeHolds(req *Request, o *object) bool {
	value, ok := req.field("If-Range")
	if !ok {
		return true
	}
	if t, err := http.ParseTime(value); err == nil {
		return o.modified.Equal(t)
	}
	return value == o.etag
}
