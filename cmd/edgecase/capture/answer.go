package capture

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"edgecase/edge/http1"
)

// An Answer is what came back for one request.
type Answer struct {
	Head      string `json:"head"`                  // as it arrived: interim answers, status line, fields, the empty line
	Body      string `json:"body,omitempty"`        // without its transfer coding; left out if it is long or no text
	BodyBytes int    `json:"body_bytes"`            // as it arrived
	BodySum   string `json:"body_sha256,omitempty"` // of the body with its stand-ins
	End       End    `json:"end"`
	Trouble   string `json:"trouble,omitempty"` // why there is no answer to judge by: the network, or time

	body string // whole and as it arrived, until the stand-ins are in their place
	err  error  // behind Trouble
}

// An End says how an answer, and its connection, came to an end.
type End string

// The ends.
const (
	Kept     End = "whole"                                 // and another request could follow
	Closed   End = "whole, then the connection was closed" // as announced, or as HTTP/1.0 does it
	LeftOpen End = "whole, and the connection stayed open" // though its end had been announced
	Broken   End = "broken off"                            // within the answer
	NoAnswer End = "the connection was closed, unanswered" // before the first byte
)

// How much of a body is kept as text, and how long is waited for the end of a connection that was announced, and for a
// 100 Continue that was asked for.
const (
	maxBodyText  = 4096
	closeWait    = 3 * time.Second
	continueWait = 3 * time.Second
)

// A recorder keeps what is read through it.
type recorder struct {
	net.Conn
	first chan struct{} // closed after the first read

	mu   sync.Mutex
	read bytes.Buffer
}

// Read reads, and keeps a copy.
func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.read.Len() == 0 && n > 0 {
		close(r.first)
	}
	if r.read.Len() < maxAnswer {
		r.read.Write(p[:n])
	}
	return n, err
}

// send writes a request. One that expects 100 Continue keeps its body back until something has been read.
func (r *recorder) send(ctx context.Context, request string) {
	head, body, _ := strings.Cut(request, emptyLine)
	if !strings.Contains(head, "\r\nExpect: 100-continue") {
		_, _ = io.WriteString(r.Conn, request) // a refusal may come before the end of what is refused
		return
	}
	_, _ = io.WriteString(r.Conn, head+emptyLine)
	wait, cancel := context.WithTimeout(ctx, continueWait)
	defer cancel()
	select {
	case <-r.first:
	case <-wait.Done():
	}
	_, _ = io.WriteString(r.Conn, body)
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.read.Bytes()[:min(r.read.Len(), maxAnswer)])
}

// exchange writes the bytes of a request, reads the answer and closes the connection. The end of ctx closes it, too.
func exchange(ctx context.Context, conn net.Conn, request string) Answer {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	in := &recorder{Conn: conn, first: make(chan struct{})}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		in.send(ctx, request)
	}()
	defer func() { conn.Close(); <-sent }()
	method, _, _ := strings.Cut(request, " ")
	resp, err := http1.NewClientConn(in, http1.ClientOptions{}).ReadResponse(&http1.Request{Method: method})
	if err != nil {
		return unreadable(ctx, in.text(), err)
	}
	a := Answer{Head: headOf(in.text())}
	body, err := readBody(resp)
	a.body, a.BodyBytes = string(body), len(body)
	switch {
	case ctx.Err() != nil:
		a.trouble("the answer did not end in time", context.Cause(ctx))
	case err != nil:
		a.End = Broken
	default:
		a.End = endOf(conn, resp)
	}
	return a
}

// unreadable is the answer whose head could not be read.
func unreadable(ctx context.Context, got string, err error) Answer {
	a := Answer{Head: got}
	malformed, _ := errors.AsType[*http1.Error](err)
	switch {
	case ctx.Err() != nil:
		a.trouble("no answer in time", context.Cause(ctx))
	case malformed != nil && got == "" && (malformed.Err == nil || errors.Is(malformed.Err, io.EOF)):
		a.End = NoAnswer
	default:
		a.trouble("the answer cannot be read", err)
	}
	return a
}

func (a *Answer) trouble(what string, err error) {
	a.Trouble, a.err = what+": "+err.Error(), err
}

func readBody(resp *http1.Response) ([]byte, error) {
	if resp.Body == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
}

// endOf waits for the end of a connection that the answer has announced.
func endOf(conn net.Conn, resp *http1.Response) End {
	if !resp.Fields.HasToken("Connection", "close") && (resp.Major > 1 || resp.Minor >= 1) {
		return Kept
	}
	_ = conn.SetReadDeadline(time.Now().Add(closeWait))
	if n, err := conn.Read(make([]byte, 1)); n == 0 && err != nil && !isTimeout(err) {
		return Closed
	}
	return LeftOpen
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// emptyLine ends a head.
const emptyLine = "\r\n\r\n"

// headOf returns what of the bytes that were read is head: everything to the empty line behind the first status that
// is final.
func headOf(got string) string {
	for end := 0; ; {
		status := statusOf(got[end:])
		i := strings.Index(got[end:], emptyLine)
		if i < 0 {
			return got
		}
		end += i + len(emptyLine)
		if status >= 200 || status < 100 {
			return got[:end]
		}
	}
}

// statusOf returns the status of the line that a text begins with, or 0.
func statusOf(head string) int {
	line, _, _ := strings.Cut(head, "\r\n")
	_, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	if err != nil || n < 100 || n > 999 {
		return 0
	}
	return n
}

// setBody keeps a body that has its stand-ins: its sum, and the text if it is a short one.
func (a *Answer) setBody(body string) {
	a.body, a.Body, a.BodySum = "", "", ""
	if body == "" {
		return
	}
	sum := sha256.Sum256([]byte(body))
	a.BodySum = hex.EncodeToString(sum[:])
	if len(body) <= maxBodyText && utf8.ValidString(body) {
		a.Body = body
	}
}

// text returns what is known of the body.
func (a *Answer) text() string { return cmp.Or(a.body, a.Body) }

func (a *Answer) status() int { return a.view().status }

// summary is the answer in some words, for messages.
func (a *Answer) summary() string {
	switch {
	case a.Trouble != "":
		return a.Trouble
	case a.End == NoAnswer:
		return string(NoAnswer)
	default:
		return fmt.Sprintf("%d, %d bytes", a.status(), a.BodyBytes)
	}
}

// A view is an answer taken apart.
type view struct {
	interim []string // status lines of interim answers
	status  int      // 0 if there is none
	phrase  string
	fields  http1.Fields
	body    string // the text, or the sum of one that is not kept
	end     End
	trouble string
	origin  *received // what the machine has received, if it says so
}

// A received is a request as the machine behind CloudFront got it.
type received struct {
	method, target string
	fields         http1.Fields
	body           string
}

func (a *Answer) view() view {
	v := view{body: cmp.Or(a.text(), a.BodySum), end: a.End, trouble: a.Trouble}
	for rest := a.Head; rest != ""; {
		head, more, _ := strings.Cut(rest, emptyLine)
		rest = more
		line, fields, _ := strings.Cut(head, "\r\n")
		if s := statusOf(line); s >= 100 && s < 200 {
			v.interim = append(v.interim, line)
			continue
		}
		v.status = statusOf(line)
		v.phrase = afterBlanks(line, 2)
		v.fields = fieldsOf(fields)
		break
	}
	if v.fields.Get("X-Capture-Origin") == "echo" {
		v.origin = receivedOf(a.text())
	}
	return v
}

// receivedOf takes the machine's echo apart; nil if that is none, as after HEAD.
func receivedOf(echo string) *received {
	head, body, found := strings.Cut(echo, emptyLine)
	line, fields, _ := strings.Cut(head, "\r\n")
	method, rest, _ := strings.Cut(line, " ")
	target, version, _ := strings.Cut(rest, " ")
	if !found || !strings.HasPrefix(version, "HTTP/") {
		return nil
	}
	return &received{method, target, fieldsOf(fields), strings.TrimSuffix(body, "\r\n")}
}

func fieldsOf(lines string) http1.Fields {
	var list http1.Fields
	for line := range strings.SplitSeq(lines, "\r\n") {
		if name, value, found := strings.Cut(line, ":"); found {
			list.Add(name, strings.Trim(value, " \t"))
		}
	}
	return list
}

// afterBlanks returns what follows the n-th blank of a line.
func afterBlanks(line string, n int) string {
	for range n {
		_, line, _ = strings.Cut(line, " ")
	}
	return line
}
