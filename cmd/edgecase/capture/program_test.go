//go:build django

package capture

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// driver answers requests by the functions of origin.py, one JSON text a line; then it serves at a port that it prints.
const driver = `
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import origin
server = origin.Server(("127.0.0.1", 0), origin.Connection)
server.answers = json.loads(sys.stdin.readline())
for line in sys.stdin:
    request = json.loads(line).encode("latin-1")
    data, silent = origin.answer(request, server.answers)
    print(json.dumps([origin.complete(request), data.decode("latin-1"), silent]), flush=True)
print(server.server_address[1], flush=True)
server.serve_forever()
`

// TestProgram holds origin.py against its twin: the same request gets the same bytes.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	twin, err := ReadOrigin(dir)
	if err != nil {
		t.Fatal(err)
	}
	requests := []string{
		"", "GET /", "GET / HTTP/1.1\r\n\r\n", "POST /a/echo?b=/c HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell", "POST /x HTTP/1.1\r\ncontent-length:5\r\n\r\nhello",
		"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "POST /x HTTP/1.1\r\ntransfer-encoding: gzip, Chunked\r\n\r\n0\r\n\r\n", "\x16\x03\x01\x02", "FOO",
		"GET /{length}{silence}{x*3} HTTP/1.1\r\n\r\n", "GET /x\\1\\g<0> HTTP/1.1\r\nX: \xff\r\n\r\n",
	}
	for _, name := range slices.Sorted(maps.Keys(twin)) {
		requests = append(requests, "GET /get/"+name+"?a HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD /"+name+" HTTP/1.1\r\n\r\n")
	}
	for _, p := range Probes() {
		requests = append(requests, p.Bytes(deployed))
	}
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	if err := enc.Encode(twin); err != nil {
		t.Fatal(err)
	}
	for _, r := range requests {
		if err := enc.Encode(latin1(r)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", driver, dir)
	cmd.Stdin = &in
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // It may have ended with the test's context.
		_ = cmd.Wait()
	})
	dec := json.NewDecoder(out)
	for _, r := range requests {
		answer, silent := twin.Answer(r)
		want := []any{twin.Complete([]byte(r)), latin1(answer), silent}
		var got []any
		if err := dec.Decode(&got); err != nil {
			t.Fatalf("%q: %v\n%s", r, err, &problems)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.100q (-Go +Python):\n%s", r, diff)
		}
	}
	var port json.Number
	if err := dec.Decode(&port); err != nil {
		t.Fatalf("%v\n%s", err, &problems)
	}
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port.String()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const request = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
	for piece := range strings.SplitAfterSeq(request, "\n") {
		if _, err := io.WriteString(c, piece); err != nil {
			t.Fatal(err)
		}
	}
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := twin.Answer(request)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("over a connection (-Go +Python):\n%s", diff)
	}
}

// latin1 writes each byte as the character of its number, as Python's latin-1 does.
func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
