package origins

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// neverDial fails the test if anything is dialled.
func neverDial(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, _, address string) (net.Conn, error) {
		t.Errorf("%s was dialled", address)
		return nil, errors.New("dialled")
	}
}

// testTransport is what every Transport promises. The path must name something that answers GET with 200 and a body.
func testTransport(t *testing.T, tr Transport, place, path string) {
	ask := func(t *testing.T, method string) (*Result, string) {
		t.Helper()
		req := get(path)
		req.Method = method
		before := req.Fields.Clone()
		result, err := tr.RoundTrip(t.Context(), req)
		body := read(t, result, err)
		if diff := cmp.Diff(before, req.Fields); diff != "" || req.Path != path {
			t.Errorf("the request was changed (-before +after)\n%s", diff)
		}
		return result, body
	}
	t.Run("GET", func(t *testing.T) {
		result, body := ask(t, "GET")
		r := result.Response
		if r.Status != 200 || body == "" || result.Place != place || r.Major != 1 || r.Switched != nil {
			t.Errorf("%+v of %s, body %q", r, result.Place, body)
		}
		if r.ContentLength >= 0 && r.ContentLength != int64(len(body)) || r.Chunked != (r.ContentLength < 0) {
			t.Errorf("body of %d bytes, ContentLength %d, Chunked %t", len(body), r.ContentLength, r.Chunked)
		}
		if n := len(result.Attempts); n == 0 || result.Attempts[n-1].Err != nil {
			t.Errorf("attempts %+v", result.Attempts)
		}
		if kind := r.Fields.Get("Content-Type"); kind == "" {
			t.Error("no Content-Type")
		}
	})
	t.Run("HEAD", func(t *testing.T) {
		_, want := ask(t, "GET")
		result, body := ask(t, "HEAD")
		r := result.Response
		if r.Status != 200 || body != "" || r.Body != nil {
			t.Errorf("%+v, body %q", r, body)
		}
		// The echo's document names the method, which has one letter more.
		if n := r.ContentLength; n != int64(len(want)) && n != int64(len(want))+1 {
			t.Errorf("ContentLength %d, GET has %d bytes", n, len(want))
		}
	})
	t.Run("many at once", func(t *testing.T) {
		var wait sync.WaitGroup
		for range 16 {
			wait.Go(func() {
				result, err := tr.RoundTrip(t.Context(), get(path))
				if err != nil {
					t.Error(err)
					return
				}
				defer result.Response.Body.Close()
				if _, err := io.ReadAll(result.Response.Body); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	})
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		result, err := tr.RoundTrip(ctx, get(path))
		if err == nil {
			result.Response.Body.Close() // an answer without a wait is as good
		} else if kind, _ := kindOf(t, err); kind != Canceled {
			t.Errorf("%v", err)
		}
	})
	t.Run("body closed early", func(t *testing.T) {
		result, err := tr.RoundTrip(t.Context(), get(path))
		if err != nil {
			t.Fatal(err)
		}
		result.Response.Body.Close()
		result.Response.Body.Close()
		if _, body := ask(t, "GET"); body == "" {
			t.Error("no answer afterwards")
		}
	})
}

func TestTransports(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
	defer server.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.html"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		kind  cloudfront.Kind
		place Place
		want  string
	}{
		{"url", cloudfront.KindCustom, Place{Kind: PlaceURL, URL: server.URL}, server.URL},
		{"url for a bucket", cloudfront.KindS3, Place{Kind: PlaceURL, URL: server.URL}, server.URL},
		{"store", cloudfront.KindS3, Place{Kind: PlaceS3, URL: server.URL, Bucket: "b"}, "s3://b@" + server.URL},
		{"dir", cloudfront.KindS3, Place{Kind: PlaceDir, Dir: dir}, dir},
		{"dir for a website", cloudfront.KindS3Website, Place{Kind: PlaceDir, Dir: dir}, dir},
		{"dir for a custom origin", cloudfront.KindCustom, Place{Kind: PlaceDir, Dir: dir}, dir},
		{"echo", cloudfront.KindCustom, Echo, "echo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPool(Places{{ID: "app", Place: tt.place}}, PoolOptions{})
			defer p.Close()
			o := settings(func(o *cloudfront.Origin) { o.Kind = tt.kind })
			testTransport(t, transport(t, p, o), tt.want, "/x.html")
		})
	}
}

func TestDead(t *testing.T) {
	p := NewPool(Places{{ID: "app", Place: Place{Kind: PlaceNone}}}, PoolOptions{Dial: neverDial(t)})
	_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), get("/"))
	if kind, attempts := kindOf(t, err); kind != Refused || attempts != 1 {
		t.Errorf("%s after %d attempts: %v", kind, attempts, err)
	}
}

func TestRemap(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	p.Map(Places{{ID: "app", Place: Place{Kind: PlaceNone}}})
	if place, mapped := p.Place(settings(nil)); place.Kind != PlaceNone || !mapped {
		t.Errorf("%s, %t", place, mapped)
	}
	p.Map(Places{{ID: "app", Place: Place{Kind: "moon"}}})
	if _, err := p.For(settings(nil)); err == nil || !strings.Contains(err.Error(), `a place of the kind "moon"`) {
		t.Errorf("%v", err)
	}
}
