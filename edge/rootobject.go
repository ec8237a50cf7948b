package edge

import (
	"context"
	"strings"

	"edgecase/config/cloudfront"
)

// rootobject puts default_root_object in place of the path "/", for every method (REQ-170, REQ-175). The behavior has
// been chosen before, with "/" (REQ-176).
var rootobject = Stage{"default root object", func(_ context.Context, x *Exchange) Verdict {
	object := x.Distribution.DefaultRootObject
	if object == "" || x.Request.Path != "/" { // REQ-172, REQ-173: no other directory, and not "//"
		return Verdict{Action: Skip}
	}
	if !validRootObject(object) {
		return Verdict{
			Action: Fail, Reason: InvalidRootObject, Err: errRootObject, Rule: errRootObject.Rule,
			Source: x.Distribution.Sources["default_root_object"], Why: why("%q is not a default_root_object", object),
		}
	}
	x.Request.Path = "/" + object
	v := Verdict{Rule: "REQ-170", Source: x.Distribution.Sources["default_root_object"], Why: why("/ is asked for as /%s", object)}
	if b, _ := x.Distribution.Choose(cloudfront.NormalizePath(x.Request.Path)); b != x.Behavior {
		v.Rule, v.Sure = "REQ-176", Inferred
		v.Why = why("/ is asked for as /%s, under the behavior of /; %s would have taken it under its own name", object, b.Name())
	}
	return v
}}

// validRootObject reports whether CloudFront can use a default_root_object (REQ-174, REQ-179). One that only apply can
// tell, which has a stand-in in braces, is taken to be good.
func validRootObject(object string) bool {
	const others = "_-.*$/~\"'&"
	if len(object) > 255 {
		return false
	}
	return strings.Contains(object, "{") || !strings.ContainsFunc(object, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && !strings.ContainsRune(others, c)
	})
}
