package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestProgress holds the line that says how far a reader is: not at once, not too often, and taken away at the end.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	m := &progress{out: &out, name: "access.log", size: 1000, began: time.Now()}
	m.meter()(10, 1)
	if out.Len() > 0 {
		t.Errorf("nobody has waited yet, and it says %q", out.String())
	}
	m.began = time.Now().Add(-time.Minute)
	m.meter()(500, 1)
	m.meter()(600, 2)
	m.clear()
	if got, want := out.String(), "\r\x1b[Kaccess.log  50 %  1 route\r\x1b[K"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	out.Reset()
	m = &progress{out: &out, name: strings.Repeat("long", 40), began: time.Now().Add(-time.Minute)}
	m.meter()(5000, 1)
	if !strings.Contains(out.String(), "5.0 kB  1 route") || width(out.String()) > maxColumns {
		t.Errorf("got %q", out.String())
	}
	if (&progress{}).meter() != nil {
		t.Error("without a terminal there is a meter")
	}
}
