package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionDocument(t *testing.T) {
	info := &debug.BuildInfo{Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.time", Value: "2026-11-24T19:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	d := newVersionDocument(info)
	d.Go, d.Platform, d.Version = "go1.26.1", "linux/amd64", "1.2.3"
	if got, want := d.String(), "edgecase 1.2.3 (0123456789ab, modified, go1.26.1, linux/amd64)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d := newVersionDocument(nil); d.Version != version || d.Commit != "" || d.Platform == "" {
		t.Errorf("without build information: %+v", d)
	}
}
