package s3

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMethods(t *testing.T) {
	seconds := 600
	cors := []CORSRule{
		{AllowedOrigins: []string{"https://*.example.com"}, AllowedMethods: []string{"GET", "PUT"}, AllowedHeaders: []string{"x-*"}, MaxAge: &seconds},
		{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}, ExposeHeaders: []string{"ETag"}},
	}
	notAllowed := func(method, resource string) string {
		return "<Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message><Method>" +
			method + "</Method><ResourceType>" + resource + "</ResourceType>"
	}
	tests := []struct {
		name   string
		cors   []CORSRule
		req    *Request
		status int
		body   string
	}{
		{"POST key", nil, request("POST /x"), 405, notAllowed("POST", "OBJECT")},
		{"POST missing key", nil, request("POST /nope"), 405, notAllowed("POST", "OBJECT")},
		{"POST bucket, no form", nil, request("POST /", "Content-Type: application/json"), 412,
			"<Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message>" +
				"<Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>"},
		{"POST bucket, form", nil, request("POST /", "Content-Type: multipart/form-data; boundary=x"), 403, denied},
		{"PUT", nil, request("PUT /x"), 403, denied},
		{"DELETE", nil, request("DELETE /x"), 403, denied},
		{"DELETE missing key", nil, request("DELETE /nope"), 403, denied},
		{"PATCH", nil, request("PATCH /x"), 405, notAllowed("PATCH", "OBJECT")},
		{"OPTIONS without Origin", nil, request("OPTIONS /x"), 400,
			"<Code>BadRequest</Code><Message>Insufficient information. Origin request header needed.</Message>"},
		{"OPTIONS without rules", nil, request("OPTIONS /x", "Origin: https://a.example.com", "Access-Control-Request-Method: PUT"), 403,
			"<Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled for this bucket.</Message><Method>PUT</Method><ResourceType>BUCKET</ResourceType>"},
		{"OPTIONS, a rule matches", cors, request("OPTIONS /x", "Origin: https://a.example.com", "Access-Control-Request-Method: PUT",
			"Access-Control-Request-Headers: X-A, x-b"), 200, ""},
		{"OPTIONS, no rule for the method", cors, request("OPTIONS /x", "Origin: https://a.example.com", "Access-Control-Request-Method: DELETE"), 403, ""},
		{"OPTIONS, no rule for the header", cors, request("OPTIONS /x", "Origin: https://a.example.com", "Access-Control-Request-Method: PUT",
			"Access-Control-Request-Headers: y"), 403, ""},
	}
	for _, tt := range tests {
		t.Run("REQ-102/"+tt.name, func(t *testing.T) {
			h := bucket(t, map[string]string{"x": digits}, Options{CORS: tt.cors})
			got := ask(t, h, tt.req)
			if got.Status != tt.status {
				t.Fatalf("%+v, want %d", got, tt.status)
			}
			if tt.body != "" {
				if diff := cmp.Diff(errorXML(tt.body), got.Body); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
			refused := Refuse(Options{CORS: tt.cors}, tt.req)
			if refused == nil || refused.Status != tt.status {
				t.Errorf("Refuse gives %+v", refused)
			}
		})
	}
	t.Run("REQ-102/GET is not refused", func(t *testing.T) {
		if res := Refuse(Options{}, request("GET /x")); res != nil {
			t.Errorf("%+v", res)
		}
	})
	t.Run("REQ-102/CORS fields", func(t *testing.T) {
		h := bucket(t, map[string]string{"x": digits}, Options{CORS: cors})
		got := ask(t, h, request("OPTIONS /x", "Origin: https://a.example.com", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: X-A"))
		want := [][2]string{{"Date", date}, {"Access-Control-Allow-Origin", "https://a.example.com"}, {"Access-Control-Allow-Methods", "GET, PUT"},
			{"Access-Control-Max-Age", "600"}, {"Access-Control-Allow-Credentials", "true"}, {"Access-Control-Allow-Headers", "x-a"},
			{"Server", "AmazonS3"}, {"Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"}, {"Content-Length", "0"}}
		if diff := cmp.Diff(want, got.Fields); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		got = ask(t, h, request("GET /x", "Origin: https://other.example"))
		if got.field("Access-Control-Allow-Origin") != "*" || got.field("Access-Control-Expose-Headers") != "ETag" || got.field("Vary") == "" {
			t.Errorf("GET with Origin: %v", got.Fields)
		}
		if got = ask(t, h, request("GET /x")); got.field("Access-Control-Allow-Origin") != "" || got.field("Vary") == "" {
			t.Errorf("GET without Origin: %v", got.Fields)
		}
	})
}

func TestRange(t *testing.T) {
	tests := []struct {
		value  string
		status int
		want   string // Content-Range
	}{
		{"bytes=0-8", 206, "bytes 0-8/10"},
		{"bytes=1-1", 206, "bytes 1-1/10"},
		{"bytes=1-", 206, "bytes 1-9/10"},
		{"bytes=0-100", 206, "bytes 0-9/10"},
		{"bytes=-2", 206, "bytes 8-9/10"},
		{"bytes=-15", 206, "bytes 0-9/10"},
		{"bytes=0-99999999999999999999", 206, "bytes 0-9/10"},
		{"bytes=1-0", 200, ""},
		{"bytes=-1-", 200, ""},
		{"bytes=0--1", 200, ""},
		{"bytes=-", 200, ""},
		{"bytes=0-1,3-4", 200, ""},
		{"bytes=0-1, 3-4", 200, ""},
		{"bytes 0-8", 200, ""},
		{"0-8", 200, ""},
		{"items=0-8", 200, ""},
		{"bytes=a-8", 200, ""},
		{"bytes=+1-8", 200, ""},
		{"bytes=0x1-8", 200, ""},
		{"bytes=", 200, ""},
		{"bytes=-0", 416, ""},
		{"bytes=100-200", 416, ""},
		{"bytes=10-", 416, ""},
		{"bytes=99999999999999999999-", 416, ""},
	}
	h := bucket(t, map[string]string{"x": digits, "empty": ""}, Options{})
	for _, tt := range tests {
		t.Run("REQ-499/"+tt.value, func(t *testing.T) {
			for _, method := range []string{"GET", "HEAD"} {
				got := ask(t, h, request(method+" /x", "Range: "+tt.value))
				if got.Status != tt.status || got.field("Content-Range") != tt.want {
					t.Fatalf("%s: %+v, want %d %q", method, got, tt.status, tt.want)
				}
				if method == "HEAD" {
					continue
				}
				switch tt.status {
				case 206:
					var first, last int
					fmt.Sscanf(tt.want, "bytes %d-%d/10", &first, &last)
					if got.Body != digits[first:last+1] {
						t.Errorf("body %q", got.Body)
					}
				case 416:
					want := errorXML("<Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message><RangeRequested>" +
						tt.value + "</RangeRequested><ActualObjectSize>10</ActualObjectSize>")
					if diff := cmp.Diff(want, got.Body); diff != "" {
						t.Errorf("(-want +got)\n%s", diff)
					}
				}
			}
		})
	}
	t.Run("REQ-499/empty object", func(t *testing.T) {
		for _, value := range []string{"bytes=0-", "bytes=-1"} {
			if got := ask(t, h, request("GET /empty", "Range: "+value)); got.Status != 416 {
				t.Errorf("%s: %+v", value, got)
			}
		}
	})
}

// For one range that is well formed, net/http's file server is the reference.
func FuzzRange(f *testing.F) {
	for _, value := range []string{"bytes=0-8", "bytes=-2", "bytes=1-", "bytes=-0", "bytes=100-200", "bytes=1-0", "bytes=0-1,2-3", "x"} {
		f.Add(value, 10)
	}
	wellFormed := regexp.MustCompile(`^bytes=([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})$`)
	f.Fuzz(func(t *testing.T, value string, size int) {
		if size < 0 || size > 1000 {
			return
		}
		part, kind := parseRange(value, int64(size))
		switch kind {
		case partOfObject:
			if part.start < 0 || part.length <= 0 || part.start+part.length > int64(size) {
				t.Fatalf("%q of %d: %+v", value, size, part)
			}
		case wholeObject, unsatisfiable:
			if part != (span{}) {
				t.Fatalf("%q of %d: %+v", value, size, part)
			}
		}
		if !wellFormed.MatchString(value) {
			if kind != wholeObject && strings.Trim(value, "bytes=-0123456789") != "" {
				t.Fatalf("%q is not a range", value)
			}
			return
		}
		fsys := fstest.MapFS{"x": {Data: make([]byte, size)}}
		r := httptest.NewRequest("GET", "/x", nil)
		r.Header.Set("Range", value)
		w := httptest.NewRecorder()
		http.FileServerFS(fsys).ServeHTTP(w, r)
		want := w.Header().Get("Content-Range")
		switch {
		case kind == partOfObject && part.contentRange(int64(size)) != want:
			t.Fatalf("%q of %d: %+v, want %q", value, size, part, want)
		case kind == unsatisfiable && w.Code != 416 && size > 0 && !strings.HasSuffix(strings.TrimRight(value, "0"), "-"):
			t.Fatalf("%q of %d is unsatisfiable, net/http says %d %q", value, size, w.Code, want)
		case kind == wholeObject && w.Code == 206:
			t.Fatalf("%q of %d is the whole object, net/http says %q", value, size, want)
		}
	})
}

func TestConditions(t *testing.T) {
	const (
		other  = `"0cc175b9c0f1b6a831c399e269772661"`
		before = "Tue, 30 Apr 2024 10:00:00 GMT"
		same   = lastModified
		after  = "Wed, 01 May 2024 10:00:01 GMT"
		future = "Fri, 03 May 2024 10:00:00 GMT"
	)
	bare := strings.Trim(digitsETag, `"`)
	tests := []struct {
		name   string
		fields []string
		status int
		detail string // Condition, or Content-Range
	}{
		{"If-Match equal", []string{"If-Match: " + digitsETag}, 200, ""},
		{"If-Match without quotes", []string{"If-Match: " + bare}, 200, ""},
		{"If-Match *", []string{"If-Match: *"}, 200, ""},
		{"If-Match in a list", []string{"If-Match: " + other + ", " + digitsETag}, 200, ""},
		{"If-Match other", []string{"If-Match: " + other}, 412, "If-Match"},
		{"If-Unmodified-Since later", []string{"If-Unmodified-Since: " + after}, 200, ""},
		{"If-Unmodified-Since same", []string{"If-Unmodified-Since: " + same}, 200, ""},
		{"If-Unmodified-Since earlier", []string{"If-Unmodified-Since: " + before}, 412, "If-Unmodified-Since"},
		{"If-Match goes before If-Unmodified-Since", []string{"If-Unmodified-Since: " + before, "If-Match: " + digitsETag}, 200, ""},
		{"If-None-Match equal", []string{"If-None-Match: " + digitsETag}, 304, ""},
		{"If-None-Match weak", []string{"If-None-Match: W/" + digitsETag}, 304, ""},
		{"If-None-Match without quotes", []string{"If-None-Match: " + bare}, 304, ""},
		{"If-None-Match *", []string{"If-None-Match: *"}, 304, ""},
		{"If-None-Match other", []string{"If-None-Match: " + other}, 200, ""},
		{"If-None-Match goes before If-Modified-Since", []string{"If-Modified-Since: " + after, "If-None-Match: " + other}, 200, ""},
		{"If-Modified-Since earlier", []string{"If-Modified-Since: " + before}, 200, ""},
		{"If-Modified-Since same", []string{"If-Modified-Since: " + same}, 304, ""},
		{"If-Modified-Since later", []string{"If-Modified-Since: " + after}, 304, ""},
		{"If-Modified-Since in the future", []string{"If-Modified-Since: " + future}, 200, ""},
		{"If-Modified-Since no date", []string{"If-Modified-Since: yesterday"}, 200, ""},
		{"412 goes before 304", []string{"If-None-Match: " + digitsETag, "If-Match: " + other}, 412, "If-Match"},
		{"304 goes before 206", []string{"Range: bytes=0-1", "If-None-Match: " + digitsETag}, 304, ""},
		{"304 goes before 416", []string{"Range: bytes=99-", "If-None-Match: " + digitsETag}, 304, ""},
		{"If-Range equal", []string{"Range: bytes=0-1", "If-Range: " + digitsETag}, 206, "bytes 0-1/10"},
		{"If-Range other", []string{"Range: bytes=0-1", "If-Range: " + other}, 200, ""},
		{"If-Range weak", []string{"Range: bytes=0-1", "If-Range: W/" + digitsETag}, 200, ""},
		{"If-Range date", []string{"Range: bytes=0-1", "If-Range: " + same}, 206, "bytes 0-1/10"},
		{"If-Range later date", []string{"Range: bytes=0-1", "If-Range: " + after}, 200, ""},
		{"If-Range other, unsatisfiable", []string{"Range: bytes=99-", "If-Range: " + other}, 200, ""},
	}
	h := bucket(t, map[string]string{"x": digits}, Options{})
	for _, tt := range tests {
		t.Run("REQ-501/"+tt.name, func(t *testing.T) {
			got := ask(t, h, request("GET /x", tt.fields...))
			if got.Status != tt.status {
				t.Fatalf("%+v, want %d", got, tt.status)
			}
			switch tt.status {
			case 304:
				want := answer{Status: 304, Fields: [][2]string{{"Date", date}, {"Last-Modified", lastModified}, {"ETag", digitsETag},
					{"x-amz-server-side-encryption", "AES256"}, {"Server", "AmazonS3"}}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			case 412:
				if !strings.Contains(got.Body, "<Condition>"+tt.detail+"</Condition></Error>") {
					t.Errorf("body %q", got.Body)
				}
				if head := ask(t, h, request("HEAD /x", tt.fields...)); head.Status != 412 || head.Body != "" {
					t.Errorf("HEAD: %+v", head)
				}
			default:
				if got.field("Content-Range") != tt.detail {
					t.Errorf("%v", got.Fields)
				}
			}
		})
	}
}

func TestQuery(t *testing.T) {
	tests := []struct {
		name, rule, query string
		signed            bool
		status            int
		want              string
	}{
		{"override, unsigned", "REQ-399", "response-content-type=text/x", false, 400, "<Code>InvalidRequest</Code>"},
		{"override, signed", "REQ-399", "response-content-type=text%2Fx", true, 200, "text/x"},
		{"override with a line break", "REQ-399", "response-content-type=a%0D%0Ab", true, 200, "text/html"},
		{"sub-resource", "REQ-399", "acl", false, 403, denied},
		{"sub-resource with value", "REQ-399", "a=b&tagging=", true, 403, denied},
		{"version", "REQ-399", "versionId=null", false, 403, denied},
		{"signed URL", "OBS-055", "Expires=1&Signature=x&Key-Pair-Id=K", false, 403,
			"<Message>Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters</Message>"},
		{"unknown", "REQ-399", "page=2&acls", false, 200, "text/html"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			h := bucket(t, map[string]string{"x.html": digits}, Options{Signed: tt.signed})
			got := ask(t, h, request("GET /x.html?"+tt.query))
			if got.Status != tt.status || !strings.Contains(got.Body+got.field("Content-Type"), tt.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestHeaderSection(t *testing.T) {
	h := bucket(t, map[string]string{"x": digits}, Options{})
	room := maxHeaderSection - len("Cookie: \r\n")
	if got := ask(t, h, request("GET /x", "Cookie: "+strings.Repeat("c", room))); got.Status != 200 {
		t.Errorf("REQ-153: 8192 bytes: %d", got.Status)
	}
	got := ask(t, h, request("GET /x", "Cookie: "+strings.Repeat("c", room+1)))
	if got.Status != 400 || !strings.Contains(got.Body, "<Code>RequestHeaderSectionTooLarge</Code>") {
		t.Errorf("REQ-153: 8193 bytes: %+v", got)
	}
}

func TestList(t *testing.T) {
	files := map[string]string{"a/b": "1", "a/c": "1", "a-b": "1", "z&": digits}
	h := bucket(t, files, Options{ListBucket: true, Bucket: "site"})
	contents := func(key, sum, size string) string {
		return "<Contents><Key>" + key + "</Key><LastModified>2024-05-01T10:00:00.500Z</LastModified><ETag>&#34;" + sum +
			"&#34;</ETag><Size>" + size + "</Size><StorageClass>STANDARD</StorageClass></Contents>"
	}
	const one = "c4ca4238a0b923820dcc509a6f75849b"
	tests := []struct{ name, query, want string }{
		{"all", "", "<Name>site</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>" +
			contents("a-b", one, "1") + contents("a/b", one, "1") + contents("a/c", one, "1") + contents("z&amp;", strings.Trim(digitsETag, `"`), "10")},
		{"prefix", "?prefix=a/&marker=a/b", "<Name>site</Name><Prefix>a/</Prefix><Marker>a/b</Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>" +
			contents("a/c", one, "1")},
		{"delimiter", "?delimiter=/&max-keys=2", "<Name>site</Name><Prefix></Prefix><Marker></Marker><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter>" +
			"<IsTruncated>true</IsTruncated><NextMarker>a/</NextMarker>" + contents("a-b", one, "1") + "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"},
		{"after a common prefix", "?delimiter=/&marker=a/&prefix=a", "<Name>site</Name><Prefix>a</Prefix><Marker>a/</Marker><MaxKeys>1000</MaxKeys>" +
			"<Delimiter>/</Delimiter><IsTruncated>false</IsTruncated>"},
		{"version 2", "?list-type=2&max-keys=1&start-after=a-b", "<Name>site</Name><Prefix></Prefix><KeyCount>1</KeyCount><MaxKeys>1</MaxKeys>" +
			"<IsTruncated>true</IsTruncated><NextContinuationToken>YS9i</NextContinuationToken>" + contents("a/b", one, "1")},
		{"version 2, next page", "?list-type=2&max-keys=1&continuation-token=YS9i", "<Name>site</Name><Prefix></Prefix><KeyCount>1</KeyCount><MaxKeys>1</MaxKeys>" +
			"<IsTruncated>true</IsTruncated><NextContinuationToken>YS9j</NextContinuationToken>" + contents("a/c", one, "1")},
		{"no keys asked for", "?max-keys=0", "<Name>site</Name><Prefix></Prefix><Marker></Marker><MaxKeys>0</MaxKeys><IsTruncated>false</IsTruncated>"},
	}
	for _, tt := range tests {
		t.Run("REQ-400/"+tt.name, func(t *testing.T) {
			got := ask(t, h, request("GET /"+tt.query))
			want := answer{Status: 200, Fields: errorFields, Body: `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
				`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` + tt.want + "</ListBucketResult>"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestContentType(t *testing.T) {
	for key, want := range map[string]string{
		"index.html": "text/html", "A/B.CSS": "text/css", "app.js": "text/javascript", "app.js.gz": "text/javascript",
		"app.js.map": defaultType, "x": defaultType, ".html": defaultType, "a.gz": defaultType, "a.tar.gz": "application/x-tar",
		"dir.html/x": defaultType, "i.svg": "image/svg+xml", "f.woff2": "font/woff2", "m.webmanifest": "application/manifest+json",
	} {
		if got := contentType(key); got != want {
			t.Errorf("REQ-389: %s: %s, want %s", key, got, want)
		}
	}
}

func TestVariant(t *testing.T) {
	fsys := fstest.MapFS{"Docs/A.txt": {}, "docs/a.txt": {}, "x/Y/z": {ModTime: time.Time{}}}
	for key, want := range map[string]string{
		"docs/a.txt": "docs/a.txt", "Docs/A.txt": "Docs/A.txt", "DOCS/a.TXT": "Docs/A.txt", "x/y/Z": "x/Y/z", "x/y/": "x/Y", "nope": "", "x/nope/z": "",
	} {
		if got := variant(fsys, key); got != want {
			t.Errorf("REQ-388: %s: %q, want %q", key, got, want)
		}
	}
}
