package origins

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

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
