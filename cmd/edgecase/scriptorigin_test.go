package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gorilla/websocket"
	"github.com/rogpeppe/go-internal/testscript"
)

// A scriptOrigin is an origin that remembers what it receives.
type scriptOrigin struct {
	server *httptest.Server
	answer http.HandlerFunc

	mu       sync.Mutex
	received []string
}

// cmdOrigin starts an origin.
func cmdOrigin(ts *testscript.TestScript, neg bool, args []string) {
	st := stageOf(ts)
	if neg || len(args) == 0 || st.origins[args[0]] != nil {
		ts.Fatalf("usage: origin NAME [plain|status N|reply N [FIELD...]|sse|socket|slow|broken|tls], once for each NAME")
	}
	o := &scriptOrigin{answer: answering(ts, args[0], args[1:])}
	if len(args) > 1 && args[1] == "tls" {
		o.server = httptest.NewTLSServer(o)
	} else {
		o.server = httptest.NewServer(o)
	}
	ts.Defer(func() {
		o.server.CloseClientConnections()
		o.server.Close()
	})
	st.origins[args[0]] = o
	ts.Setenv(args[0], o.server.Listener.Addr().String())
}

// answering returns how an origin of a kind answers.
func answering(ts *testscript.TestScript, name string, kind []string) http.HandlerFunc {
	switch strings.Join(kind[:min(len(kind), 1)], "") {
	case "", "plain", "tls":
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Set-Cookie", "origin=1")
			fmt.Fprintf(w, "%s answers %s %s", name, r.Method, r.RequestURI)
		}
	case "status":
		status, err := strconv.Atoi(strings.Join(kind[1:], ""))
		ts.Check(err)
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(status)
			fmt.Fprintf(w, "%s says %d", name, status)
		}
	case "reply":
		return replying(ts, kind[1:])
	case "sse":
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: first\n\n")
			w.(http.Flusher).Flush()
			<-r.Context().Done() // a second event never comes
		}
	case "socket":
		return echoSocket
	case "slow":
		return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	case "broken":
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "only this")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	ts.Fatalf("%q is no kind of origin", kind)
	return nil
}

// replying answers everything with a status and with fields, in which {host}, {path} and {target} are the request's.
func replying(ts *testscript.TestScript, args []string) http.HandlerFunc {
	if len(args) == 0 {
		ts.Fatalf("usage: origin NAME reply STATUS [FIELD...]")
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	return func(w http.ResponseWriter, r *http.Request) {
		asked := strings.NewReplacer("{host}", r.Host, "{path}", r.URL.EscapedPath(), "{target}", r.RequestURI)
		for _, field := range args[1:] {
			name, value, _ := strings.Cut(field, ":")
			w.Header().Add(name, asked.Replace(strings.TrimSpace(value)))
		}
		w.WriteHeader(status)
	}
}

// echoSocket sends every message of a WebSocket back.
func echoSocket(w http.ResponseWriter, r *http.Request) {
	u := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	c, err := u.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	defer c.Close()
	for {
		kind, text, err := c.ReadMessage()
		if err != nil || c.WriteMessage(kind, append([]byte("origin: "), text...)) != nil {
			return
		}
	}
}

// ServeHTTP remembers a request, and answers it.
func (o *scriptOrigin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\nHost: %s\n", r.Method, r.RequestURI, r.Host)
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(r.Header[name], ", "))
	}
	if body, err := io.ReadAll(r.Body); len(body) > 0 || err != nil {
		fmt.Fprintf(&b, "\n%s\n", body)
	}
	o.mu.Lock()
	o.received = append(o.received, b.String())
	o.mu.Unlock()
	o.answer(w, r)
}

// cmdReceived prints what an origin has received.
func cmdReceived(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || stageOf(ts).origins[args[0]] == nil {
		ts.Fatalf("usage: received NAME, of an origin")
	}
	o := stageOf(ts).origins[args[0]]
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.received) == 0 {
		fmt.Fprintln(ts.Stdout(), "nothing")
	}
	fmt.Fprint(ts.Stdout(), strings.Join(o.received, "\n"))
	o.received = nil
}
