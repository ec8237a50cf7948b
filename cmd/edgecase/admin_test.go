package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"edgecase/config"
	"edgecase/edge"

	"github.com/google/go-cmp/cmp"
)

// TestAdminGuard holds the admin side against pages that a developer visits: names that were pointed at this machine,
// and scripts of foreign pages.
func TestAdminGuard(t *testing.T) {
	a := &admin{hosts: []string{"edge.example.test"}, requests: newMemory(), health: func() health { return health{Status: "ok"} }}
	h := a.handler()
	for _, tt := range []struct {
		name, host, origin string
		want               int
	}{
		{"loopback", "127.0.0.1:8081", "", 200},
		{"another loopback", "127.8.0.9", "", 200},
		{"loopback, IPv6", "[::1]:8081", "", 200},
		{"localhost", "localhost:8081", "", 200},
		{"below localhost", "admin.localhost", "", 200},
		{"Docker's name of the host", "host.docker.internal:8081", "", 200},
		{"a service of a compose network", "edgecase:8081", "", 200},
		{"--host", "Edge.example.test:8081", "", 200},
		{"a foreign name", "evil.example", "", 403},
		{"a name that looks local", "127.0.0.1.evil.example", "", 403},
		{"localhost as a part", "localhost.evil.example", "", 403},
		{"an address of the network", "192.168.1.5:8081", "", 403},
		{"an address of the network, IPv6", "[fe80::1]:8081", "", 403},
		{"no host", "", "", 403},
		{"its own page", "localhost:8081", "http://localhost:8081", 200},
		{"a page of the distribution", "localhost:8081", "https://localhost:8443", 200},
		{"a foreign page", "localhost:8081", "https://evil.example", 403},
		{"a page without an origin", "localhost:8081", "null", 403},
		{"a page of a file", "localhost:8081", "file://", 403},
		{"an extension", "localhost:8081", "chrome-extension://localhost", 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://x/health", nil)
			r.Host = tt.host
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("Host %q, Origin %q: %d, want %d", tt.host, tt.origin, w.Code, tt.want)
			}
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("the answer is not JSON: %s", w.Body)
			}
		})
	}
}

// site returns the edge of the story's directory, with observers.
func site(t *testing.T, observers ...edge.Observer) *edge.Edge {
	t.Helper()
	t.Chdir("../..")
	loaded, diags := config.Load("testdata/terraform/plane", config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	e, err := edge.New(loaded.Config, edge.Options{Observe: observers, DebugHeaders: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// askEdge sends a request through net/http's types.
func askEdge(e *edge.Edge, method, target string) *http.Response {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(context.Background(), method, "http://localhost"+target, nil)
	e.ServeHTTP(w, r)
	return w.Result()
}

// TestAdminRequests shows that every answer's X-Amz-Cf-Id leads to its document, and that only the last are kept.
func TestAdminRequests(t *testing.T) {
	m := newMemory()
	e := site(t, m)
	h := (&admin{requests: m}).handler()
	get := func(target string, doc any) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+target, nil))
		if err := json.Unmarshal(w.Body.Bytes(), doc); err != nil {
			t.Fatalf("%s: %v in %s", target, err, w.Body)
		}
		return w.Code
	}

	first := askEdge(e, "GET", "/first").Header.Get("X-Amz-Cf-Id")
	for range maxRemembered - 2 {
		askEdge(e, "GET", "/filler")
	}
	last := askEdge(e, "POST", "/auth/email-check/").Header.Get("X-Amz-Cf-Id")

	var doc edge.Document
	if code := get("/api/requests/"+last, &doc); code != 200 || doc.Reason != edge.MethodNotAllowed || doc.Milliseconds <= 0 {
		t.Errorf("the last request's document: %d, %+v", code, doc)
	}
	if code := get("/api/requests/"+first, &doc); code != 200 {
		t.Errorf("the oldest request that fits is answered with %d", code)
	}
	askEdge(e, "GET", "/one-more")
	var refused map[string]string
	if code := get("/api/requests/"+first, &refused); code != 404 || refused["error"] == "" {
		t.Errorf("a forgotten request is answered with %d, %v", code, refused)
	}

	var list struct{ Requests []edge.Document }
	get("/api/requests?limit=2", &list)
	var got []string
	for _, d := range list.Requests {
		got = append(got, d.Method+" "+d.URL)
	}
	if diff := cmp.Diff([]string{"GET http://localhost/one-more", "POST http://localhost/auth/email-check/"}, got); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	if code := get("/api/requests?limit=many", &refused); code != 400 {
		t.Errorf("limit=many is answered with %d", code)
	}
	if code := get("/nowhere", &refused); code != 404 {
		t.Errorf("an unknown path is answered with %d", code)
	}
}
