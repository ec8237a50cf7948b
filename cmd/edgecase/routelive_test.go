package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

// TestAwaitOrigin waits for an origin that closes connections at first, as a container's port does before the server in
// it listens.
func TestAwaitOrigin(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead || r.URL.Path != "/" {
			t.Errorf("asked for %s %s", r.Method, r.URL)
		}
		if asked.Add(1) < 3 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusInternalServerError) // any answer is one
	}))
	defer server.Close()
	r := &rehearsal{process: &process{stderr: io.Discard}, wait: scriptPatience}
	if err := r.awaitOrigin(t.Context(), "api", server.URL); err != nil || asked.Load() != 3 {
		t.Errorf("error %v after %d tries", err, asked.Load())
	}
	r.wait = 0
	err := r.awaitOrigin(t.Context(), "api", "http://127.0.0.1:1")
	exit, ok := errors.AsType[*exitError](err)
	if !ok || exit.code != exitRuntime || exit.hint == "" || !strings.Contains(err.Error(), "api does not answer at http://127.0.0.1:1") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.wait = time.Hour
	if err := r.awaitOrigin(ctx, "api", "http://127.0.0.1:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of Ctrl-C", err)
	}
}

// TestProbe asks an origin whose certificate nobody signed: whether it answers is all that is asked.
func TestProbe(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	if err := probe(t.Context(), server.URL+"/path"); err != nil {
		t.Error(err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	if err := probe(t.Context(), "https://"+strings.TrimPrefix(plain.URL, "http://")); err == nil {
		t.Error("TLS with a server that has none")
	}
}

// TestEnded asks for exchanges before and after they end.
func TestEnded(t *testing.T) {
	e, err := edge.New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{{
		Address: "a", DomainName: "d.cloudfront.net", Enabled: true,
		Origins: []*cloudfront.Origin{{ID: cloudfront.Known("app"), DomainName: cloudfront.Known("app.example.com"), Kind: cloudfront.KindCustom}},
		Behaviors: []*cloudfront.Behavior{{
			Pattern: cloudfront.MustParsePathPattern("*"), TargetOriginID: cloudfront.Known("app"), CachePolicy: &cloudfront.CachePolicy{},
		}},
	}}}, edge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := http1.NewDraft("GET", "https://nowhere.example/")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := draft.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := e.Explain(t.Context(), r, edge.Assume{})
	all := newEnded()
	got := make(chan *edge.Exchange)
	go func() {
		found, _ := all.wait(t.Context(), x.RequestID())
		got <- found
	}()
	all.End(e.Explain(t.Context(), r, edge.Assume{})) // another one
	all.End(x)
	if found := <-got; found != x {
		t.Errorf("got %v", found)
	}
	if _, err := all.wait(t.Context(), ""); !errors.Is(err, errNotOurs) {
		t.Errorf("error %v for an answer without an id", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := all.wait(ctx, x.RequestID()); !errors.Is(err, errNotOurs) {
		t.Errorf("error %v for one that was taken already", err)
	}
}
