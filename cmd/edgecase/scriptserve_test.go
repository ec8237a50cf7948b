package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"
)

const (
	scriptPatience = 30 * time.Second // for what takes milliseconds on a machine that is not busy
	scriptTick     = 2 * time.Millisecond
)

// eventually asks until the answer is yes, and reports whether it came in time.
func eventually(yes func() bool) bool {
	for deadline := time.Now().Add(scriptPatience); time.Now().Before(deadline); time.Sleep(scriptTick) {
		if yes() {
			return true
		}
	}
	return yes()
}

// A running is an edgecase that serves.
type running struct {
	cmd    *exec.Cmd
	output output
	ended  chan struct{}
	err    error // of the process, once it has ended
	seen   int   // how much of the output log has looked at
}

// An output is what a process has printed so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (r *running) hasEnded() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// cmdServe starts edgecase serve.
func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	st := stageOf(ts)
	if neg || st.running != nil {
		ts.Fatalf("usage: serve [ARG...], once until quit; what should not start is run with ! exec edgecase serve")
	}
	ready := ts.MkAbs(".ready.json")
	base := []string{"serve", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--ready-file", ready}
	r := &running{cmd: exec.Command("edgecase", append(base, args...)...), ended: make(chan struct{})}
	path, err := exec.LookPath("edgecase")
	ts.Check(err)
	r.cmd.Path = path
	r.cmd.Dir = ts.MkAbs(".")
	r.cmd.Env = environment(ts)
	r.cmd.Stdout, r.cmd.Stderr = &r.output, &r.output
	ts.Check(r.cmd.Start())
	go func() {
		defer close(r.ended)
		r.err = r.cmd.Wait()
	}()
	st.running = r
	ts.Defer(func() {
		r.cmd.Process.Kill()
		<-r.ended
		if st.running == r { // the script has not stopped it
			ts.Logf("[serve]\n%s", r.output.String())
		}
	})
	var document []byte
	eventually(func() bool {
		document, err = os.ReadFile(ready)
		return err == nil || r.hasEnded()
	})
	if len(document) == 0 {
		ts.Fatalf("serve has not begun to listen:\n%s", r.output.String())
	}
	var where struct{ HTTP, HTTPS, Admin *string }
	ts.Check(json.Unmarshal(document, &where))
	for name, address := range map[string]*string{"HTTP": where.HTTP, "HTTPS": where.HTTPS, "ADMIN": where.Admin} {
		ts.Setenv(name, "")
		ts.Setenv(name+"_PORT", "")
		if address != nil {
			_, port, err := net.SplitHostPort(*address)
			ts.Check(err)
			ts.Setenv(name, *address)
			ts.Setenv(name+"_PORT", port)
		}
	}
}

// environment returns what of the script's environment counts: testscript has no list of it.
func environment(ts *testscript.TestScript) []string {
	names := []string{"PATH", "HOME", "TMPDIR", "EDGECASE_STATE", "CAROOT", "GOCOVERDIR", "GORACE", "TF_VAR_pattern"}
	serve := serveCommand(&process{}, &flags{})
	(&flags{}).register(serve.Flags())
	serve.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, environmentName(f.Name)) })
	var env []string
	for _, name := range names {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// cmdLog waits for a line of the running edgecase.
func cmdLog(ts *testscript.TestScript, neg bool, args []string) {
	r := stageOf(ts).running
	if len(args) != 1 || r == nil {
		ts.Fatalf("usage: log REGEXP, while an edgecase runs")
	}
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	find := func() bool {
		at := re.FindStringIndex(r.output.String()[r.seen:])
		if at != nil {
			r.seen += at[1]
		}
		return at != nil
	}
	if neg {
		if find() {
			ts.Fatalf("edgecase has printed %q:\n%s", args[0], r.output.String())
		}
		return
	}
	found := false
	eventually(func() bool { found = find(); return found || r.hasEnded() })
	if !found && !find() {
		ts.Fatalf("edgecase has not printed %q:\n%s", args[0], r.output.String())
	}
}

// cmdQuit ends the running edgecase as a supervisor does.
func cmdQuit(ts *testscript.TestScript, neg bool, args []string) {
	st := stageOf(ts)
	r := st.running
	if r == nil || neg || len(args) > 0 {
		ts.Fatalf("usage: quit, while an edgecase runs")
	}
	ts.Check(r.cmd.Process.Signal(syscall.SIGTERM))
	if !eventually(r.hasEnded) {
		ts.Fatalf("edgecase does not end:\n%s", r.output.String())
	}
	ts.Logf("[serve]\n%s", r.output.String())
	if r.err != nil {
		ts.Fatalf("edgecase ended with %v", r.err)
	}
	st.running = nil
	ts.Check(os.Remove(ts.MkAbs(".ready.json")))
}

// cmdBusy takes a port.
func cmdBusy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: busy NAME")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { ln.Close() })
	ts.Setenv(args[0], ln.Addr().String())
}

// cmdLarge writes a file that is too large for an archive.
func cmdLarge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: large FILE COUNT TEXT")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text, err := strconv.Unquote(`"` + args[2] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(text, n)), 0o644))
}

// cmdCopy copies a folder.
func cmdCopy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copy DIR DIR")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// cmdExits runs a program that is to end with a status.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Check(err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
