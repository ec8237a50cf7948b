// Package origins takes a request to an origin and brings back its answer: over HTTP/1.1 to a local address that the
// user mapped, to a directory that answers like an S3 bucket, or to the echo that stands in for whatever nobody mapped.
//
// [ParsePlace] reads where an origin is on this machine, [Places] says which origin is where, and a [Pool] has a
// [Transport] for each.
//
// Terraform names production. An origin that was not mapped is never dialled, by name or by address.
package origins
