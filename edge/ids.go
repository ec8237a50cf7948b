package edge

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"time"
)

// pop is the location code of this machine: one that cannot be mistaken for a real one (REQ-095).
const pop = "LOC50-C1"

// newRequestID invents an X-Amz-Cf-Id: 56 characters of base64url that end in "==" (REQ-094). It need not be secret,
// only different for each request.
func newRequestID() string {
	var raw [40]byte
	var text [56]byte
	fill(raw[:])
	base64.URLEncoding.Encode(text[:], raw[:])
	return string(text[:])
}

// newViaID invents the host part of a Via entry: 32 hex digits, different between requests (REQ-093).
func newViaID() string {
	var raw [16]byte
	var text [32]byte
	fill(raw[:])
	hex.Encode(text[:], raw[:])
	return string(text[:])
}

func fill(b []byte) {
	for i := 0; i < len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], rand.Uint64())
	}
}

// httpDate formats a time as a Date field carries it (RFC 9110 section 5.6.7).
func httpDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }
