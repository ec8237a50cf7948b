package edge

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"
)

// directory makes files, all of the same old time.
func directory(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	old := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuckets(t *testing.T) {
	const rest = "bucket.s3.eu-west-1.amazonaws.com"
	dir := "dir:" + directory(t, map[string]string{"index.html": "<p>home", "a b.txt": "hello", "docs/index.html": "<p>docs", "v1/index.html": "<p>v1"})
	bucket := func(edits ...func(*cloudfront.Origin)) change {
		return hasOrigin("app", cloudfront.KindS3, rest, edits...)
	}
	listable := func(o *cloudfront.Origin) {
		o.Bucket = &cloudfront.Bucket{Name: cloudfront.Known("bucket"), ListBucket: cloudfront.Granted, GetObject: cloudfront.Granted}
	}
	identified := func(o *cloudfront.Origin) {
		o.OriginAccessIdentity = cloudfront.Known("origin-access-identity/cloudfront/E127EXAMPLE51Z")
	}
	withheld := func(o *cloudfront.Origin) {
		o.Bucket = &cloudfront.Bucket{Name: cloudfront.Known("bucket"), GetObject: cloudfront.Withheld}
	}
	everyCookie := byDefault(legacy(func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }))
	all := byDefault(allow(readWrite))
	// xml is an error of S3 at the viewer: in chunks, as it comes from S3 (REQ-395).
	xml := func(status, region, body string) string {
		return back(status, "Content-Type: application/xml\nTransfer-Encoding: chunked", region+"Date: {NOW}\nServer: AmazonS3", "Error", chunk(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+body))
	}
	denied := xml("403 Forbidden", "x-amz-bucket-region: eu-west-1\n", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
	home := back("200 OK", "Content-Type: text/html\nContent-Length: 7",
		"Date: {NOW}\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\nETag: \"879080cdb3a7c56380a82d83e2d7616f\"\nx-amz-server-side-encryption: AES256\nAccept-Ranges: bytes\nServer: AmazonS3", "Miss", "<p>home")
	notModified := back("304 Not Modified", "", "Date: {NOW}\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\n"+
		"ETag: \"879080cdb3a7c56380a82d83e2d7616f\"\nx-amz-server-side-encryption: AES256\nServer: AmazonS3", "Miss", "")
	served := func(name, rule, req, want string, site ...change) row {
		return row{name: name, rule: rule, site: append([]change{bucket()}, site...), answer: dir, request: req, want: want, reason: OriginAnswered}
	}
	refusedBy := func(r row, reason Reason) row { r.reason = reason; return r }

	run(t, []row{
		served("object", "REQ-389", request("GET /index.html"), home),
		served("head", "REQ-389", request("HEAD /index.html"), headOnly(home)),
		served("missing key", "REQ-391", request("GET /nothing"), denied),
		served("head of a missing key", "REQ-395", request("HEAD /nothing"), strings.Replace(headOnly(denied), "Transfer-Encoding: chunked\n", "", 1)),
		served("missing key of a bucket that can be listed", "REQ-390", request("GET /nothing"),
			xml("404 Not Found", "", "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>nothing</Key></Error>"), bucket(listable)),
		served("object that may not be read", "REQ-393", request("GET /index.html"), denied, bucket(withheld)),
		served("missing key of a bucket that may not be read", "REQ-393", request("GET /nothing"), denied, bucket(withheld)),
		served("missing root object", "REQ-181", request("GET /"), denied, rootObject("home.html")),
		served("missing root object of a bucket that can be listed", "REQ-181", request("GET /"),
			xml("404 Not Found", "", "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>home.html</Key></Error>"), bucket(listable), rootObject("home.html")),
		served("cookies", "REQ-227", request("GET /index.html", "Cookie: a=1"), home, everyCookie),
		served("condition", "REQ-496", request("GET /index.html", "If-None-Match: \"879080cdb3a7c56380a82d83e2d7616f\""), notModified),
		served("condition beside cookies", "REQ-226", request("GET /index.html", "If-None-Match: \"879080cdb3a7c56380a82d83e2d7616f\""), home, everyCookie),
		served("case of a key", "REQ-388", request("GET /INDEX.html"), denied),
		served("no index documents", "REQ-380", request("GET /docs/"), denied),
		served("root", "REQ-400", request("GET /"), denied),
		served("root object below the origin path", "REQ-402", request("GET /"), strings.NewReplacer("<p>home", "<p>v1", "Content-Length: 7", "Content-Length: 5", "879080cdb3a7c56380a82d83e2d7616f", "152007fe477328c51711e7324800b29b").Replace(home),
			rootObject("index.html"), bucket(func(o *cloudfront.Origin) { o.OriginPath = "/v1" })),
		served("page for a missing key", "REQ-460", request("GET /route"), strings.Replace(home, "X-Cache: Miss", "X-Cache: Error", 1), errorPage(403, "/index.html", 200)),
		served("missing page", "REQ-444", request("GET /route"), denied, errorPage(403, "/missing.html", 200)),

		refusedBy(served("post that is not allowed", "REQ-104", request("POST /index.html"), refused("403 Forbidden", methodRefused, "keep-alive")), MethodNotAllowed),
		served("post", "REQ-102", request("POST /index.html"),
			xml("405 Method Not Allowed", "", "<Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message><Method>POST</Method><ResourceType>OBJECT</ResourceType></Error>"), all),
		served("post for an identity", "REQ-105", request("POST /index.html"),
			xml("405 Method Not Allowed", "", "<Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message><Method>POST</Method><ResourceType>OBJECT</ResourceType></Error>"), all, bucket(identified)),
		served("put for an identity", "REQ-105", request("PUT /index.html", "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD"), denied, all, bucket(identified)),
		served("put", "REQ-102", request("PUT /index.html"), denied, all),
		served("delete", "REQ-102", request("DELETE /index.html"), denied, all),
		served("host of the viewer", "REQ-397", request("GET /index.html"),
			xml("404 Not Found", "", "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>www.example.com</BucketName></Error>"),
			byDefault(forwards("Managed-AllViewer"))),
	})
}
