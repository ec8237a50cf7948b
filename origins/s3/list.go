package s3

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a list of keys.
const (
	maxKeys   = 1000    // on one page, as at S3
	maxListed = 100_000 // files that are looked at
	maxSummed = 8 << 20 // bytes of a file whose ETag is worth reading it for
)

// root answers for the bucket itself: a list where listing is allowed, else 403 (REQ-400).
func (h *Handler) root(ctx context.Context, req *Request) *Response {
	if !h.opts.ListBucket {
		res := h.failure(req, accessDenied()).note("REQ-400", `"/" lists the bucket, which takes s3:ListBucket; `+
			"usually default_root_object is missing")
		return res
	}
	query, _ := url.ParseQuery(req.RawQuery)
	body := h.list(ctx, query)
	return &Response{
		Status: http.StatusOK,
		Fields: [][2]string{{"Content-Type", "application/xml"}, {"Transfer-Encoding", "chunked"}, h.date(), server},
		Body:   io.NopCloser(bytes.NewReader(body)),
		Length: -1,
	}
}

// A page is one answer of ListObjects: keys and common prefixes in order.
type page struct {
	keys      []string
	prefixes  []string
	truncated bool
	last      string // where the next page begins
}

// list returns the XML of ListObjects, or with list-type=2 of ListObjectsV2.
func (h *Handler) list(ctx context.Context, query url.Values) []byte {
	second := query.Get("list-type") == "2"
	after := query.Get("marker")
	if second {
		after = query.Get("start-after")
		if token, err := base64.StdEncoding.DecodeString(query.Get("continuation-token")); err == nil && len(token) > 0 {
			after = string(token)
		}
	}
	limit := maxKeys
	if n, err := strconv.Atoi(query.Get("max-keys")); err == nil && n >= 0 && n < limit {
		limit = n
	}
	prefix, delimiter := query.Get("prefix"), query.Get("delimiter")
	p := paginate(h.keys(ctx), prefix, delimiter, after, limit)

	var b bytes.Buffer
	b.WriteString(xmlHead + `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	writeElement(&b, "Name", h.opts.Bucket)
	writeElement(&b, "Prefix", prefix)
	if second {
		writeElement(&b, "KeyCount", strconv.Itoa(len(p.keys)+len(p.prefixes)))
	} else {
		writeElement(&b, "Marker", query.Get("marker"))
	}
	writeElement(&b, "MaxKeys", strconv.Itoa(limit))
	if delimiter != "" {
		writeElement(&b, "Delimiter", delimiter)
	}
	writeElement(&b, "IsTruncated", strconv.FormatBool(p.truncated))
	if p.truncated && second {
		writeElement(&b, "NextContinuationToken", base64.StdEncoding.EncodeToString([]byte(p.last)))
	} else if p.truncated && delimiter != "" {
		writeElement(&b, "NextMarker", p.last)
	}
	for _, key := range p.keys {
		h.writeContents(ctx, &b, key)
	}
	for _, common := range p.prefixes {
		b.WriteString("<CommonPrefixes>")
		writeElement(&b, "Prefix", common)
		b.WriteString("</CommonPrefixes>")
	}
	b.WriteString("</ListBucketResult>")
	return b.Bytes()
}

// paginate selects a page from sorted keys.
func paginate(keys []string, prefix, delimiter, after string, limit int) page {
	var p page
	for _, key := range keys {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		common := ""
		if i := strings.Index(key[len(prefix):], delimiter); delimiter != "" && i >= 0 {
			common = key[:len(prefix)+i+len(delimiter)]
		}
		if name := max(common, key); name <= after || common != "" && common <= after {
			continue
		}
		if common != "" && len(p.prefixes) > 0 && p.prefixes[len(p.prefixes)-1] == common {
			continue
		}
		if len(p.keys)+len(p.prefixes) == limit {
			p.truncated = limit > 0
			return p
		}
		if common != "" {
			p.prefixes, p.last = append(p.prefixes, common), common
		} else {
			p.keys, p.last = append(p.keys, key), key
		}
	}
	return p
}

// writeContents writes one key. A file that has gone in the meantime is left out, a large one has no ETag.
func (h *Handler) writeContents(ctx context.Context, b *bytes.Buffer, key string) {
	f, info, err := h.open(key)
	if err != nil {
		return
	}
	defer f.Close()
	b.WriteString("<Contents>")
	writeElement(b, "Key", key)
	writeElement(b, "LastModified", info.ModTime().UTC().Format("2006-01-02T15:04:05.000Z"))
	if info.Size() <= maxSummed {
		if sum, err := h.opts.Sums.sum(ctx, f, info, h.opts.Now()); err == nil {
			writeElement(b, "ETag", `"`+sum+`"`)
		}
	}
	writeElement(b, "Size", strconv.FormatInt(info.Size(), 10))
	writeElement(b, "StorageClass", "STANDARD")
	b.WriteString("</Contents>")
}

// keys returns the keys of all files in the order of their bytes, which is S3's.
func (h *Handler) keys(ctx context.Context) []string {
	root, err := os.OpenRoot(h.opts.Dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	var keys []string
	seen := 0
	_ = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if seen++; seen > maxListed || ctx.Err() != nil {
			return fs.SkipAll
		}
		if err == nil && !d.IsDir() {
			if info, err := root.Stat(name); err == nil && info.Mode().IsRegular() {
				keys = append(keys, path.Clean(name))
			}
		}
		return nil
	})
	slices.Sort(keys)
	return keys
}
