// Package policy says what cache policies, origin request policies, legacy forwarded_values and response headers
// policies do to headers, cookies and query strings.
//
// It is made of pure functions: plain values in, plain values out. [Compile] turns a behavior and one of its origins
// into a [Plan] once, when a configuration is loaded; the plan then answers for every request what the origin receives
// ([Plan.OriginRequest]) and what stays of the origin's answer ([Plan.TrimResponse]). [CompileResponse] does the same
// for a response headers policy. Each has an Explain twin that walks the same code and also returns [Note] values:
// what was added, kept, dropped or replaced, and why. Inputs are never modified.
//
// The package knows no time, no network and no cache. Signatures, body framing on the wire and the headers that only
// the end of the pipeline can write (X-Cache, Via towards the viewer, Age) belong to others.
package policy
