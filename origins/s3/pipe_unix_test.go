//go:build unix

package s3

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A named pipe without a writer would keep a request waiting for ever.
func TestNamedPipe(t *testing.T) {
	h := bucket(t, nil, Options{})
	if err := syscall.Mkfifo(filepath.Join(h.opts.Dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := ask(t, h, request("GET /pipe"))
	if got.Status != 403 || !strings.Contains(got.Notes[0].Text, "a special file") {
		t.Errorf("REQ-388: %+v", got)
	}
}
