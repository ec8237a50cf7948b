package http1

// Limits bound what is read of one message. A zero field stands for CloudFront's own limit.
type Limits struct {
	URL  int   // "https://" + host + path + "?" + query; 8,192 (REQ-141)
	Head int   // first line, fields and empty line; 32,768 (REQ-140, REQ-149)
	Body int64 // of a request, in bytes; 64 GB (REQ-146)
}

func (l Limits) orDefault() Limits {
	if l.URL <= 0 {
		l.URL = 8192
	}
	if l.Head <= 0 {
		l.Head = 32768
	}
	if l.Body <= 0 {
		l.Body = 64 << 30
	}
	return l
}

const (
	maxEmptyLines = 4        // before a request line (RFC 9112 section 2.2 asks for at least one)
	maxChunkLine  = 1024     // a chunk's size with its extensions
	freeExtension = 16 << 10 // bytes of chunk extensions a body may have beyond its own length
	maxInforms    = 32       // 1xx answers before the final one
)
