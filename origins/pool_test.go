package origins

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

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

func TestUnmapped(t *testing.T) {
	p := NewPool(Places{{ID: "other", Place: Place{Kind: PlaceURL, URL: "http://other"}}}, PoolOptions{Dial: neverDial(t)})
	defer p.Close()
	o := settings(nil)
	if place, mapped := p.Place(o); place != Echo || mapped {
		t.Errorf("Place = %s, %t", place, mapped)
	}
	req := post("<body>&\xff")
	req.Path, req.RawQuery, req.HasQuery, req.Scheme = "/a//b", "x=1", true, "https"
	req.Fields = http1.Fields{{Name: "hOst", Value: "www.example.com"}, {Name: "X-b", Value: "1"}, {Name: "x-A", Value: "<&>"}, {Name: "X-B", Value: "2"}}
	result, err := transport(t, p, o).RoundTrip(t.Context(), req)
	var got, want any
	if err := json.Unmarshal([]byte(read(t, result, err)), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"origin":"app","method":"POST","url":"https://origin.example/a//b?x=1",
		"headers":[["hOst","www.example.com"],["X-b","1"],["x-A","<&>"],["X-B","2"]],"body_bytes":8,"body_base64":"PGJvZHk+Jv8="}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]Note{{Text: "origin app is not mapped; the echo answered in its place"}}, result.Notes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, f := range result.Response.Fields {
		if f.Name != "Content-Type" && f.Name != "Content-Length" {
			t.Errorf("the echo sets %s", f.Name)
		}
	}
}

func TestEchoBodyBreaks(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	defer p.Close()
	body := blocked{make(chan struct{})}
	close(body.done)
	req := post("")
	req.Body, req.ContentLength = body, -1
	_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), req)
	if kind, _ := kindOf(t, err); kind != Canceled {
		t.Errorf("REQ-261: %v", err)
	}
	if _, ok := errors.AsType[*http1.BodyError](err); !ok {
		t.Errorf("REQ-261: %v does not tell that the body broke off", err)
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

// The rules of a bucket about methods hold for a dev server in its place, which is not asked.
func TestInBucketsPlace(t *testing.T) {
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked <- r.Method }))
	defer server.Close()
	p := NewPool(Places{{ID: "app", Place: Place{Kind: PlaceURL, URL: server.URL}}}, PoolOptions{})
	defer p.Close()
	tests := []struct {
		method string
		fields http1.Fields
		want   int
		passed bool
	}{
		{"GET", nil, 200, true},
		{"HEAD", nil, 200, true},
		{"POST", nil, 405, false},
		{"PUT", nil, 403, false},
		{"DELETE", nil, 403, false},
		{"PATCH", nil, 405, false},
		{"OPTIONS", nil, 400, false},
		{"OPTIONS", http1.Fields{{Name: "Origin", Value: "https://a.example"}}, 403, false},
	}
	for _, tt := range tests {
		t.Run("REQ-102/"+tt.method, func(t *testing.T) {
			req := get("/x")
			req.Method = tt.method
			req.Fields = append(req.Fields, tt.fields...)
			result, err := transport(t, p, settings(func(o *cloudfront.Origin) { o.Kind = cloudfront.KindS3 })).RoundTrip(t.Context(), req)
			body := read(t, result, err)
			if result.Response.Status != tt.want || len(result.Notes) == 0 || result.Place != server.URL {
				t.Errorf("%+v, notes %v", result.Response, result.Notes)
			}
			if !tt.passed && (!strings.HasPrefix(body, "<?xml") || result.Response.Fields.Get("Server") != "AmazonS3") {
				t.Errorf("%+v, body %q", result.Response.Fields, body)
			}
			select {
			case <-asked:
				if !tt.passed {
					t.Error("the server was asked")
				}
			default:
				if tt.passed {
					t.Error("the server was not asked")
				}
			}
		})
	}
}

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"x.html": "hello", "docs/index.html": "docs", "404.html": "lost"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const domain = "site.s3.eu-west-1.amazonaws.com"
	bucket := func(change func(*cloudfront.Bucket)) func(*cloudfront.Origin) {
		return func(o *cloudfront.Origin) {
			b := &cloudfront.Bucket{Name: cloudfront.Known("site")}
			if change != nil {
				change(b)
			}
			o.Bucket = b
		}
	}
	tests := []struct {
		name, rule string
		kind       cloudfront.Kind
		origin     func(*cloudfront.Origin)
		host, path string
		status     int
		body       string
		field      [2]string
		note       string
	}{
		{"object", "REQ-389", cloudfront.KindS3, nil, domain, "/x.html", 200, "hello", [2]string{"Server", "AmazonS3"}, ""},
		{"missing", "REQ-391", cloudfront.KindS3, nil, domain, "/nope", 403, "AccessDenied", [2]string{"x-amz-bucket-region", "eu-west-1"}, "REQ-391"},
		{"missing, listed", "REQ-390", cloudfront.KindS3, bucket(func(b *cloudfront.Bucket) { b.ListBucket = cloudfront.Granted }), domain, "/nope", 404, "NoSuchKey", [2]string{"Transfer-Encoding", "chunked"}, "REQ-390"},
		{"withheld", "REQ-407", cloudfront.KindS3, bucket(func(b *cloudfront.Bucket) { b.GetObject = cloudfront.Withheld }), domain, "/x.html", 403, "AccessDenied", [2]string{}, "REQ-407"},
		{"metadata", "REQ-389", cloudfront.KindS3, bucket(func(b *cloudfront.Bucket) {
			b.Objects = []*cloudfront.Object{{Key: "x.html", CacheControl: "no-cache"}}
		}), domain, "/x.html", 200, "hello", [2]string{"Cache-Control", "no-cache"}, ""},
		{"viewer's Host", "REQ-397", cloudfront.KindS3, nil, "www.example.com", "/x.html", 404, "<BucketName>www.example.com</BucketName>", [2]string{}, "REQ-397"},
		{"viewer's Host, signed", "REQ-397", cloudfront.KindS3, func(o *cloudfront.Origin) {
			o.OriginAccessControl = &cloudfront.OriginAccessControl{SigningBehavior: "always"}
		}, "www.example.com", "/x.html", 403, "SignatureDoesNotMatch", [2]string{}, "REQ-397"},
		{"bucket named like the Host", "REQ-420", cloudfront.KindS3, bucket(nil), "site", "/x.html", 200, "hello", [2]string{}, ""},
		{"Host with a port", "REQ-200", cloudfront.KindS3, nil, domain + ":8443", "/x.html", 200, "hello", [2]string{}, ""},
		{"origin_path", "REQ-402", cloudfront.KindS3, func(o *cloudfront.Origin) { o.OriginPath = "/prod" }, domain, "/prod/x.html", 200, "hello", [2]string{}, ""},
		{"website", "REQ-412", cloudfront.KindS3Website, nil, domain, "/docs/", 200, "docs", [2]string{}, ""},
		{"website's redirect", "REQ-413", cloudfront.KindS3Website, nil, domain, "/docs", 302, "Found", [2]string{"Location", "/docs/"}, "REQ-414"},
		{"website's error document", "REQ-416", cloudfront.KindS3Website, bucket(func(b *cloudfront.Bucket) {
			b.Website = &cloudfront.Website{ErrorDocument: "404.html"}
			b.ListBucket = cloudfront.Granted
		}), domain, "/nope", 404, "lost", [2]string{}, "REQ-417"},
		{"website, other Host", "REQ-420", cloudfront.KindS3Website, nil, "www.example.com", "/", 404, "NoSuchBucket", [2]string{}, "REQ-397"},
		{"custom origin", "REQ-412", cloudfront.KindCustom, nil, "www.example.com", "/docs/", 200, "docs", [2]string{}, ""},
		{"custom origin, missing", "REQ-415", cloudfront.KindCustom, nil, "www.example.com", "/nope", 404, "NoSuchKey", [2]string{}, "REQ-417"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			o := origin("web", domain)
			o.Kind = tt.kind
			if tt.origin != nil {
				tt.origin(o)
			}
			p := NewPool(Places{{ID: "web", Place: Place{Kind: PlaceDir, Dir: dir}}}, PoolOptions{Dial: neverDial(t)})
			req := get(tt.path)
			req.Host = tt.host
			result, err := transport(t, p, o).RoundTrip(t.Context(), req)
			body := read(t, result, err)
			r := result.Response
			if r.Status != tt.status || !strings.Contains(body, tt.body) || r.Fields.Get(tt.field[0]) != tt.field[1] {
				t.Errorf("%+v, body %q", r, body)
			}
			if tt.note != "" && (len(result.Notes) == 0 || result.Notes[0].Rule != tt.note) {
				t.Errorf("notes %v, want %s", result.Notes, tt.note)
			}
		})
	}
}

func TestDirectoryFileShrinks(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "x")
	if err := os.WriteFile(name, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceDir, Dir: dir}}}, PoolOptions{})
	result, err := transport(t, p, settings(func(o *cloudfront.Origin) { o.Kind = cloudfront.KindS3 })).RoundTrip(t.Context(), get("/x"))
	if err != nil {
		t.Fatal(err)
	}
	defer result.Response.Body.Close()
	if err := os.Truncate(name, 1); err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(result.Response.Body)
	if kind, _ := kindOf(t, err); kind != Closed {
		t.Errorf("REQ-289: %v", err)
	}
}

func TestBucketRegion(t *testing.T) {
	for domain, want := range map[string]string{
		"b.s3.eu-west-1.amazonaws.com": "eu-west-1", "b.s3.amazonaws.com": "", "b.s3.cn-north-1.amazonaws.com.cn": "cn-north-1",
		"b.s3.{var.region}.amazonaws.com": "", "example.com": "", "{aws_s3_bucket.b.bucket_regional_domain_name}": "",
	} {
		if got := bucketRegion(domain); got != want {
			t.Errorf("OBS-053: %s: %q, want %q", domain, got, want)
		}
	}
}

func upgrade() *http1.Request {
	r := get("/live")
	r.Fields = append(r.Fields, http1.Field{Name: "Connection", Value: "Upgrade"}, http1.Field{Name: "Upgrade", Value: "websocket"},
		http1.Field{Name: "Sec-WebSocket-Version", Value: "13"}, http1.Field{Name: "Sec-WebSocket-Key", Value: "dGhlIHNhbXBsZSBub25jZQ=="})
	return r
}

func TestEchoSocket(t *testing.T) {
	p := NewPool(nil, PoolOptions{Dial: neverDial(t)})
	defer p.Close()
	ctx, cancel := context.WithCancel(t.Context())
	result, err := transport(t, p, settings(nil)).RoundTrip(ctx, upgrade())
	if err != nil {
		t.Fatal(err)
	}
	cancel() // the tunnel outlives the request
	if got := result.Response.Fields.Get("Sec-WebSocket-Accept"); result.Response.Status != 101 || got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("REQ-475: %+v", result.Response)
	}
	socket := client(t, result.Response.Switched)
	defer socket.Close()
	kind, first, err := socket.ReadMessage()
	if err != nil || kind != websocket.TextMessage || !strings.Contains(string(first), `"url":"http://origin.example/live"`) {
		t.Fatalf("%d %q %v", kind, first, err)
	}
	if err := socket.WriteMessage(websocket.BinaryMessage, []byte("\x00\xff")); err != nil {
		t.Fatal(err)
	}
	if kind, b, err := socket.ReadMessage(); err != nil || kind != websocket.BinaryMessage || string(b) != "\x00\xff" {
		t.Errorf("%d %q %v", kind, b, err)
	}
}

// client speaks the client's side of a WebSocket whose handshake is over.
func client(t *testing.T, rw io.ReadWriteCloser) *websocket.Conn {
	t.Helper()
	near, far := net.Pipe()
	go func() { defer near.Close(); io.Copy(near, rw) }()
	go func() { defer rw.Close(); io.Copy(rw, near) }()
	dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return &handshaken{Conn: far}, nil }}
	conn, _, err := dialer.Dial("ws://x", nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// handshaken swallows the handshake of a client and answers it.
type handshaken struct {
	net.Conn
	answer io.Reader
	sent   strings.Builder
}

func (h *handshaken) Write(p []byte) (int, error) {
	if h.answer != nil {
		return h.Conn.Write(p)
	}
	h.sent.Write(p)
	if head := h.sent.String(); strings.HasSuffix(head, "\r\n\r\n") {
		_, rest, _ := strings.Cut(head, "Sec-WebSocket-Key: ")
		key, _, _ := strings.Cut(rest, "\r\n")
		h.answer = strings.NewReader("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
	}
	return len(p), nil
}

func (h *handshaken) Read(p []byte) (int, error) {
	if n, err := h.answer.Read(p); n > 0 || err != io.EOF {
		return n, err
	}
	return h.Conn.Read(p)
}

// accept is RFC 6455's answer to a key.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestEchoSocketRefused(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	defer p.Close()
	req := upgrade()
	req.Fields.Del("Sec-WebSocket-Key")
	result, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), req)
	if body := read(t, result, err); result.Response.Status != 400 || !strings.Contains(body, "Bad Request") || result.Response.Switched != nil {
		t.Errorf("REQ-474: %+v, body %q", result.Response, body)
	}
}

func TestCloseEndsSockets(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	tr := transport(t, p, settings(nil))
	result, err := tr.RoundTrip(t.Context(), upgrade())
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if _, err := io.ReadAll(result.Response.Switched); err == nil {
		t.Error("the socket was not closed")
	}
	if _, err := tr.RoundTrip(t.Context(), upgrade()); err == nil {
		t.Error("a closed pool opens sockets")
	}
}
