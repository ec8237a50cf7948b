package main

import (
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"
)

// A journal writes what serve says while it runs, in order and by one goroutine: lines of requests, reloads,
// diagnostics. Whoever has something to say never waits for the terminal: if it is too slow, lines are left out and
// counted.
type journal struct {
	w     io.Writer
	paint paint
	folds bool // sentences are broken into lines: for people; programs find a reason more easily in one
	level slog.Level
	log   *slog.Logger // structured lines; in text form for troubles only
	json  bool         // everything is structured

	lines   chan string
	dropped atomic.Int64
}

// newJournal returns the journal of a command's standard error. start must be called for anything to appear.
func newJournal(p *process, f *flags) *journal {
	level, _ := f.level() // has been checked
	j := &journal{w: p.stderr, level: level, json: f.logFormat == "json", lines: make(chan string, 8192)}
	opts := &slog.HandlerOptions{Level: level}
	if j.json {
		j.log = slog.New(slog.NewJSONHandler(lineWriter{j}, opts))
	} else {
		j.paint = p.paint(p.stderr)
		_, j.folds = terminal(p.stderr)
		j.log = slog.New(slog.NewTextHandler(lineWriter{j}, opts))
	}
	return j
}

// print takes whole lines.
func (j *journal) print(text string) {
	select {
	case j.lines <- text:
	default:
		j.dropped.Add(1)
	}
}

// shows reports whether lines of a level are wanted.
func (j *journal) shows(l slog.Level) bool { return l >= j.level }

// lastWords is how long the end of the program waits for the last lines to be written: nobody may be reading any more.
const lastWords = 2 * time.Second

// start begins to write, and returns how to end: with what is left, if that can be written.
func (j *journal) start() (end func()) {
	stop, written := make(chan struct{}), make(chan struct{})
	go func() { defer close(written); j.run(stop) }()
	return func() {
		close(stop)
		select {
		case <-written:
		case <-time.After(lastWords):
		}
	}
}

// run writes until stop is closed, and then what is left.
func (j *journal) run(stop <-chan struct{}) {
	for {
		select {
		case text := <-j.lines:
			j.write(text)
		case <-stop:
			for len(j.lines) > 0 {
				j.write(<-j.lines)
			}
			return
		}
	}
}

// write writes a line and those that wait behind it with one call. A terminal that is gone is no reason to stop.
func (j *journal) write(text string) {
	batch := []byte(text)
	for len(batch) < 64<<10 && len(j.lines) > 0 {
		batch = append(batch, <-j.lines...)
	}
	if n := j.dropped.Swap(0); n > 0 {
		batch = fmt.Appendf(batch, "(%s left out: the log is read too slowly)\n", plural(int(n), "line"))
	}
	_, _ = j.w.Write(batch)
}

// A lineWriter lets a slog.Handler write to a journal.
type lineWriter struct{ j *journal }

// Write takes one record.
func (w lineWriter) Write(p []byte) (int, error) {
	w.j.print(string(p))
	return len(p), nil
}
