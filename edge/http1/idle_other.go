//go:build !unix

package http1

import "net"

// quiet cannot be told here; a closed connection shows when it is used.
func quiet(net.Conn) bool { return true }
