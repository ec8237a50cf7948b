package edge

import (
	"context"

	"edgecase/config/cloudfront"
)

// rootobject puts default_root_object in place of the path "/", for every method (REQ-170, REQ-175). The behavior has
// been chosen before, with "/" (REQ-176).
var rootobject = Stage{"default root object", func(_ context.Context, x *Exchange) Verdict {
	object := x.Distribution.DefaultRootObject
	if object == "" || x.Request.Path != "/" { // REQ-172, REQ-173: no other directory, and not "//"
		return Verdict{Action: Skip}
	}
	x.Request.Path = "/" + object
	v := Verdict{Rule: "REQ-170", Source: x.Distribution.Sources["default_root_object"], Why: why("/ is asked for as /%s", object)}
	if b, _ := chooseBehavior(x.Distribution, cloudfront.NormalizePath(x.Request.Path)); b != x.Behavior {
		v.Rule, v.Sure = "REQ-176", Inferred
		v.Why = why("/ is asked for as /%s, under the behavior of /; %s would have taken it under its own name", object, b.Name())
	}
	return v
}}
