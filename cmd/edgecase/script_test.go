package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite golden files with what comes out")

// TestMain lets scripts run this very binary as edgecase.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"edgecase": main})
}

// TestScripts runs testdata/script: the whole program, as people and their scripts use it. Beside testscript's own
// commands there are
//
//	exits N PROGRAM [ARG...] runs a program that ends with exit status N
//	serve [ARG...]          starts edgecase serve on free ports, waits until it listens; sets $HTTP, $HTTPS, $ADMIN
//	log REGEXP              waits until the running edgecase has printed it, after what the last log found
//	quit                    ends the running edgecase, and wants exit status 0
//	get METHOD URL [-H F] [-d BODY] [-until TEXT] [-2]
//	                        asks, and prints status line, fields and body; -2 is HTTP/2; -until ends at a text of the body; ! get wants an answer that breaks off
//	send ADDRESS FILE       sends a file as it is, with CRLF for LF, and prints the answers
//	socket URL TEXT...      opens a WebSocket through CloudFront and prints what comes back for each text
//	origin NAME [KIND]      starts an origin at $NAME that remembers what it receives: plain, status N, sse, socket, slow, broken,
//	                        tls with a certificate of its own, or reply N FIELD... with fields that may hold {host}, {path}, {target}
//	received NAME           prints what an origin has received, and forgets it
//	loop URL                asks again and again, until loop COUNT, which wants so many answers and no other than 200
//	busy NAME               takes a port, at $NAME
//	copy DIR DIR            copies a folder to a new one
//	large FILE COUNT TEXT   writes a file of a text, repeated
func TestScripts(t *testing.T) {
	terraform, err := filepath.Abs(filepath.FromSlash("../../testdata/terraform"))
	if err != nil {
		t.Fatal(err)
	}
	wantNoStop(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.FromSlash("../../testdata/script"),
		Setup: func(env *testscript.Env) error {
			for name, value := range map[string]string{
				"TERRAFORM":      terraform,
				"ACTION":         filepath.Join(terraform, "..", "..", ".github", "action"),
				"SITE":           filepath.Join(filepath.Dir(terraform), "site"),
				"EDGECASE_STATE": filepath.Join(env.WorkDir, ".state"),
				"CAROOT":         filepath.Join(env.WorkDir, ".no-mkcert"),
				"GOCOVERDIR":     os.Getenv("GOCOVERDIR"),
				"GORACE":         "atexit_sleep_ms=20", // a second, for each program that a script runs, adds up
				"LONG":           strings.Repeat("0123456789", 900),
			} {
				env.Setenv(name, value)
			}
			env.Values[stageKey{}] = &stage{origins: map[string]*scriptOrigin{}}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":    cmdServe,
			"log":      cmdLog,
			"quit":     cmdQuit,
			"get":      cmdGet,
			"send":     cmdSend,
			"socket":   cmdSocket,
			"origin":   cmdOrigin,
			"received": cmdReceived,
			"busy":     cmdBusy,
			"copy":     cmdCopy,
			"exits":    cmdExits,
			"loop":     cmdLoop,
			"large":    cmdLarge,
		},
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// wantNoStop refuses scripts with testscript's own command stop, which ends a script there and calls it good: what stands
// below would never be run.
func wantNoStop(t *testing.T) {
	t.Helper()
	scripts, err := filepath.Glob(filepath.FromSlash("../../testdata/script/*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		script, _, _ := strings.Cut(string(text), "\n-- ")
		for i, line := range strings.Split(script, "\n") {
			if line == "stop" || strings.HasPrefix(line, "stop ") {
				t.Errorf("%s:%d: stop is testscript's: it ends the script here; quit ends the running edgecase", name, i+1)
			}
		}
	}
}

// A stage is what one script has running.
type stage struct {
	running *running
	loop    *loop
	origins map[string]*scriptOrigin
}

type stageKey struct{}

func stageOf(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }
