// Package cloudfront is CloudFront's vocabulary as plain Go values: distributions, behaviors, origins, policies,
// functions, keys and buckets, path patterns and how they match, the managed policies, and what CloudFront would
// refuse in a configuration.
//
// The loader writes these values, the edge reads them. A [Config] is built once; after that nobody writes to it or
// to anything it reaches, so any number of requests may read it at the same time.
//
// The package knows no Terraform and no HTTP message. What belongs here is a fact about CloudFront's settings that is
// true with no request in sight: a default, a quota, a managed policy, which pattern matches which path.
package cloudfront
