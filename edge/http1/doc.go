// Package http1 reads and writes HTTP/1.1 messages (and serves HTTP/1.0) on both legs: the viewer's connection and the
// origin's. It keeps what net/http hides and what CloudFront's answers depend on: the raw request target, the order and
// case of fields, contradicting framing, the point at which a peer stopped.
//
// A [Conn] is a viewer's connection: ReadRequest, WriteResponse, and so on until Close. A [ClientConn] is one to an
// origin: Do, read the body, Reset. [Handle] asks an http.Handler in this process instead of an origin; [FromHTTP] and
// [WriteHTTP] connect to a server of net/http. Bodies are streams.
//
// A malformed head is a typed [Error]; apart from "100 Continue" the package never answers on its own, because the
// right page is the edge's business. It is strict where two parties could read a message in two ways, since it stands
// before other servers: in a request, lines end in CRLF (RFC 9112 section 2.2 would allow a bare LF), fields are not
// folded, and exactly one field tells the length. It knows neither CloudFront nor policies.
package http1
