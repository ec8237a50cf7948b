package origins

import (
	"context"
	"time"

	"edgecase/edge/http1"
	"edgecase/origins/s3"
)

// inBucketsPlace is a server that stands where Terraform has a bucket: a dev server, usually. S3's rules about methods
// hold there as well, so that nobody relies on a POST that production refuses (REQ-102).
type inBucketsPlace struct {
	remote *remote
	bucket s3.Options // what Terraform knows of the bucket
}

// RoundTrip passes GET and HEAD on, and answers everything else as S3 would.
func (t *inBucketsPlace) RoundTrip(ctx context.Context, req *http1.Request) (*Result, error) {
	place := t.remote.place
	began := time.Now()
	if answer := s3.Refuse(t.bucket, s3Request(req)); answer != nil {
		result := s3Result(answer, place, time.Since(began))
		result.Notes = append(result.Notes, Note{place + " was not asked: S3 refuses " + req.Method + " itself", "REQ-102"})
		return result, nil
	}
	result, err := t.remote.RoundTrip(ctx, req)
	if err == nil {
		result.Notes = append(result.Notes, Note{place + " answers in place of a bucket: headers, types and errors are its own", ""})
	}
	return result, err
}
