package origins

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins/s3"
)

// A bucket answers from a directory, as S3 would.
type bucket struct {
	handler *s3.Handler
	place   string
	note    *Note // what is peculiar about the whole origin; nil if nothing is
	now     func() time.Time
}

// newBucket returns the stand-in for an origin that is mapped to a directory. A custom origin there answers like a
// website endpoint, which is what a server of static files is closest to.
func newBucket(o *cloudfront.Origin, place Place, sums *s3.Sums, now func() time.Time) *bucket {
	opts := bucketOptions(o)
	opts.Dir, opts.Place, opts.Sums, opts.Now = place.Dir, place.String(), sums, now
	b := &bucket{place: opts.Place, now: now}
	switch o.Kind {
	case cloudfront.KindS3Website:
		opts.Website = website(o.Bucket)
	case cloudfront.KindCustom, cloudfront.KindVPC:
		opts.Website = &s3.Website{}
		opts.Hosts = nil
		opts.ListBucket = true // a server of files answers 404 for one that is missing
		b.note = &Note{Text: "the custom origin " + o.ID.String() + " is mapped to a directory, which answers like the website of a bucket"}
	}
	b.handler = s3.New(opts)
	return b
}

// bucketOptions says what Terraform knows of an origin's bucket.
func bucketOptions(o *cloudfront.Origin) s3.Options {
	opts := s3.Options{
		Prefix: o.OriginPath,
		Region: bucketRegion(o.DomainName.Wire()),
		Hosts:  []string{o.DomainName.Wire()},
		Signed: o.OriginAccessIdentity.Value != "" ||
			o.OriginAccessControl != nil && o.OriginAccessControl.SigningBehavior != "never",
	}
	opts.Bucket, _, _ = strings.Cut(o.DomainName.Wire(), ".s3")
	b := o.Bucket
	if b == nil {
		return opts
	}
	opts.Bucket = b.Name.Wire()
	// REQ-420: a bucket that is named like the viewer's host is found by it.
	opts.Hosts = append(opts.Hosts, b.Name.Wire())
	opts.ListBucket = b.ListBucket == cloudfront.Granted
	opts.Denied = b.GetObject == cloudfront.Withheld
	opts.CORS = corsRules(b.CORSRules)
	opts.Objects = make(map[string]s3.Meta, len(b.Objects))
	for _, object := range b.Objects {
		opts.Objects[object.Key] = s3.Meta{
			ContentType:        object.ContentType,
			CacheControl:       object.CacheControl,
			ContentEncoding:    object.ContentEncoding,
			ContentDisposition: object.ContentDisposition,
			ContentLanguage:    object.ContentLanguage,
			WebsiteRedirect:    object.WebsiteRedirect,
			User:               object.Metadata,
		}
	}
	return opts
}

// corsRules are a bucket's rules as the stand-in takes them.
func corsRules(rules []cloudfront.CORSRule) []s3.CORSRule {
	list := make([]s3.CORSRule, len(rules))
	for i, r := range rules {
		list[i] = s3.CORSRule{AllowedOrigins: r.AllowedOrigins, AllowedMethods: r.AllowedMethods,
			AllowedHeaders: r.AllowedHeaders, ExposeHeaders: r.ExposeHeaders, MaxAge: r.MaxAgeSeconds}
	}
	return list
}

// website is what Terraform says of a bucket's website; without a word, index.html is the index document.
func website(b *cloudfront.Bucket) *s3.Website {
	if b == nil || b.Website == nil {
		return &s3.Website{}
	}
	return &s3.Website{IndexDocument: b.Website.IndexDocument, ErrorDocument: b.Website.ErrorDocument,
		RedirectAll: b.Website.RedirectAllRequestsTo}
}

// bucketRegion returns the region in the name of a REST endpoint, "bucket.s3.eu-west-1.amazonaws.com", or "".
func bucketRegion(domainName string) string {
	_, rest, ok := strings.Cut(domainName, ".s3.")
	if !ok {
		return ""
	}
	region, _, ok := strings.Cut(rest, ".amazonaws.com")
	if !ok || strings.ContainsAny(region, ".{}") {
		return ""
	}
	return region
}

// RoundTrip answers from the directory.
func (b *bucket) RoundTrip(ctx context.Context, req *http1.Request) (*Result, error) {
	start := b.now()
	answer := b.handler.Respond(ctx, s3Request(req))
	if err := ctx.Err(); err != nil {
		if answer.Body != nil {
			answer.Body.Close()
		}
		return nil, &Error{Kind: Canceled, Place: b.place, Err: err}
	}
	result := s3Result(answer, b.place, b.now().Sub(start))
	if b.note != nil {
		result.Notes = append(result.Notes, *b.note)
	}
	return result, nil
}

// s3Request is a request as the stand-in reads it. A port in Host is none of the bucket's name.
func s3Request(req *http1.Request) *s3.Request {
	host := req.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return &s3.Request{Method: req.Method, Path: req.Path, RawQuery: req.RawQuery, Host: host, Fields: pairs(req.Fields)}
}

// pairs and fields turn our fields into those of the stand-ins, which know none of our types, and back.
func pairs(fields http1.Fields) [][2]string {
	list := make([][2]string, len(fields))
	for i, f := range fields {
		list[i] = [2]string{f.Name, f.Value}
	}
	return list
}

func fields(pairs [][2]string) http1.Fields {
	list := make(http1.Fields, len(pairs))
	for i, p := range pairs {
		list[i] = http1.Field{Name: p[0], Value: p[1]}
	}
	return list
}

// s3Result turns the stand-in's answer into ours.
func s3Result(answer *s3.Response, place string, took time.Duration) *Result {
	res := &http1.Response{Status: answer.Status, Major: 1, Minor: 1, Fields: fields(answer.Fields),
		ContentLength: max(answer.Length, 0)}
	if answer.Body != nil {
		res.Body = &objectBody{answer.Body, place, max(answer.Length, 0)}
		if answer.Length < 0 {
			res.ContentLength, res.Chunked = -1, true
		}
	}
	result := &Result{Response: res, Place: place, Attempts: []Attempt{{Took: took}}}
	for _, note := range answer.Notes {
		result.Notes = append(result.Notes, Note(note))
	}
	return result
}

// objectBody ends with an Error if the file became shorter while it was sent (REQ-289).
type objectBody struct {
	io.ReadCloser
	place string
	left  int64 // 0 if it is not known
}

// Buffered returns what is left, since nobody waits for a file.
func (o *objectBody) Buffered() int { return int(min(o.left, 1<<20)) }

func (o *objectBody) Read(p []byte) (int, error) {
	n, err := o.ReadCloser.Read(p)
	o.left = max(o.left-int64(n), 0)
	if err != nil && err != io.EOF {
		err = &Error{Kind: Closed, Place: o.place, Err: fmt.Errorf("read %s: %w", o.place, err)}
	}
	return n, err
}
