package s3

import (
	"container/list"
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// DefaultSums is how many ETags are remembered where nobody says otherwise.
const DefaultSums = 10_000

// Sums remembers the MD5 sums of files by name, size and time, the least recently used ones last. One may be shared
// by several buckets. It is safe for concurrent use.
type Sums struct {
	limit int

	mu     sync.Mutex
	known  map[version]*list.Element
	recent *list.List // of entries
}

// A version is one state of one file.
type version struct {
	name     string
	size     int64
	modified time.Time
}

// An entry is a sum that is known, or being computed until done is closed.
type entry struct {
	version version
	done    chan struct{}
	sum     string
	err     error
}

// NewSums returns a memory for at most limit sums.
func NewSums(limit int) *Sums {
	return &Sums{limit: limit, known: map[version]*list.Element{}, recent: list.New()}
}

// settled is the age from which a file's time is trusted: two writes within one tick of the file system's clock leave
// the same time.
const settled = 2 * time.Second

// sum returns the MD5 sum of a file in hexadecimal. Requests for the same file wait for the one that reads it.
func (s *Sums) sum(ctx context.Context, f *os.File, info fs.FileInfo, now time.Time) (string, error) {
	if age := now.Sub(info.ModTime()); age < settled {
		return digest(ctx, f, info.Size())
	}
	v := version{f.Name(), info.Size(), info.ModTime()}
	for {
		e, mine := s.claim(v)
		if mine {
			e.sum, e.err = digest(ctx, f, info.Size())
			close(e.done)
			if e.err != nil {
				s.forget(e)
			}
			return e.sum, e.err
		}
		select {
		case <-e.done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		if e.err == nil {
			return e.sum, nil
		}
		// The other request was given up; this one reads on its own behalf.
	}
}

// claim returns the entry of a version, and whether the caller is the one to compute it.
func (s *Sums) claim(v version) (e *entry, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if element, ok := s.known[v]; ok {
		s.recent.MoveToFront(element)
		return element.Value.(*entry), false
	}
	e = &entry{version: v, done: make(chan struct{})}
	s.known[v] = s.recent.PushFront(e)
	for s.recent.Len() > s.limit {
		s.remove(s.recent.Back())
	}
	return e, true
}

// forget removes an entry, unless another has taken its place.
func (s *Sums) forget(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if element, ok := s.known[e.version]; ok && element.Value == any(e) {
		s.remove(element)
	}
}

// remove drops an element; mu is held.
func (s *Sums) remove(element *list.Element) {
	s.recent.Remove(element)
	delete(s.known, element.Value.(*entry).version)
}

// digest reads size bytes of a file, wherever its offset is, and leaves the offset alone.
func digest(ctx context.Context, f *os.File, size int64) (string, error) {
	hash := md5.New()
	n, err := io.Copy(hash, cancelable{ctx, io.NewSectionReader(f, 0, size)})
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	return hex.EncodeToString(hash.Sum(nil)), err
}

// cancelable is a reader that ends with its context.
type cancelable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
