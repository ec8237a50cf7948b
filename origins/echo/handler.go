package echo

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/websocket"
)

// A Handler is the echo of one origin as an http.Handler. net/http has lost the order of the fields by then, so they
// are sorted by name.
type Handler struct{ Origin string }

// ServeHTTP answers a request, or serves a WebSocket until its end.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req := Request{Origin: h.Origin, Method: r.Method, URL: absolute(r), Fields: fields(r), Body: r.Body}
	if websocket.IsWebSocketUpgrade(r) {
		serveSocket(w, r, req)
		return
	}
	res, err := Respond(r.Context(), req)
	if err != nil {
		panic(http.ErrAbortHandler) // the viewer has gone, or its body is broken
	}
	for _, f := range res.Fields {
		w.Header().Set(f[0], f[1])
	}
	w.WriteHeader(res.Status)
	_, _ = w.Write(res.Body)
}

// absolute returns the request's URL with scheme and host.
func absolute(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + r.RequestURI
}

// fields returns the request's fields, Host first.
func fields(r *http.Request) [][2]string {
	list := [][2]string{{"Host", r.Host}}
	for name, values := range r.Header {
		for _, value := range values {
			list = append(list, [2]string{name, value})
		}
	}
	slices.SortStableFunc(list[1:], func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}
