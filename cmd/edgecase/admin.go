package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"edgecase/edge"
)

// An admin is the plain HTTP side of a running edgecase: health, and what became of the last requests.
type admin struct {
	hosts    []string // further names by which it may be called (--host)
	requests *memory
	health   func() health
	routes   func() any
}

// A health is the answer of /health.
type health struct {
	Status        string   `json:"status"` // "ok": it answers
	Version       string   `json:"version"`
	Distributions []string `json:"distributions"`
	Loaded        string   `json:"loaded"` // when the configuration that answers was loaded
	Stale         *string  `json:"stale"`  // why it is not the one on disk; null if it is
}

// handler returns the pages of the admin side.
func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprint(w, adminPage)
	})
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, http.StatusOK, a.health()) })
	mux.HandleFunc("GET /api/routes", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, http.StatusOK, a.routes()) })
	mux.HandleFunc("GET /api/requests", a.list)
	mux.HandleFunc("GET /api/requests/{id}", a.request)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, fmt.Sprintf("%s %s is not known here", r.Method, r.URL.Path))
	})
	return a.guarded(mux)
}

const adminPage = `edgecase, the admin side

  /health             200 once it listens
  /api/routes         what is served: origins, behaviors, error responses
  /api/requests       the last requests, newest first (?limit=20)
  /api/requests/{id}  one of them, by its X-Amz-Cf-Id
`

// guarded refuses whom a page somewhere on the web could have sent: a browser that was told that its name means this
// machine, and scripts of foreign pages.
func (a *admin) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch origin := r.Header.Get("Origin"); {
		case !a.local(r.Host):
			refuse(w, http.StatusForbidden, fmt.Sprintf("the admin side does not answer to the host %q; give --host to allow a name", r.Host))
		case origin != "" && !a.localOrigin(origin):
			refuse(w, http.StatusForbidden, fmt.Sprintf("the admin side does not answer to pages of %q", origin))
		default:
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r)
		}
	})
}

// localOrigin reports whether a page's origin is this machine.
func (a *admin) localOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && a.local(u.Host)
}

// local reports whether a Host can only mean this machine: loopback, a name without a dot, or one that the user gave.
func (a *admin) local(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap().IsLoopback()
	}
	for _, h := range a.hosts {
		if strings.EqualFold(h, name) {
			return true
		}
	}
	return name == "host.docker.internal" || strings.HasSuffix(name, ".localhost") ||
		name != "" && !strings.ContainsAny(name, ".:%")
}

// list answers /api/requests.
func (a *admin) list(w http.ResponseWriter, r *http.Request) {
	limit := 100
	if s := r.URL.Query().Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			refuse(w, http.StatusBadRequest, fmt.Sprintf("limit=%s is not a number above zero", s))
			return
		}
		limit = n
	}
	docs := []*edge.Document{}
	for _, x := range a.requests.last(min(limit, maxRemembered)) {
		docs = append(docs, x.Document())
	}
	answerJSON(w, http.StatusOK, map[string]any{"requests": docs})
}

// request answers /api/requests/{id}.
func (a *admin) request(w http.ResponseWriter, r *http.Request) {
	x := a.requests.find(r.PathValue("id"))
	if x == nil {
		refuse(w, http.StatusNotFound, fmt.Sprintf("no request with this id is among the last %d", maxRemembered))
		return
	}
	answerJSON(w, http.StatusOK, x.Document())
}

func refuse(w http.ResponseWriter, status int, why string) {
	answerJSON(w, status, map[string]string{"error": why})
}

// answerJSON writes a document as an answer.
func answerJSON(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = writeJSON(w, document) // whoever asked is gone, or has it
}

// newAdminServer returns the server of the admin side. What it answers is short.
func newAdminServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10,
	}
}
