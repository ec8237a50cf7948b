// Package http1 reads and writes HTTP/1.1 messages (and serves HTTP/1.0) on both legs: the viewer's connection and the
// origin's. It keeps what net/http hides and what CloudFront's answers depend on: the raw request target, the order and
// case of fields, contradicting framing, the point at which a peer stopped.
//
// A malformed head is a typed [Error]; the package never answers on its own, because the right page is the edge's
// business. Bodies are streams. It knows neither CloudFront nor policies.
package http1
