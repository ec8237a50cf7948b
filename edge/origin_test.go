package edge

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A server stands for an origin: it records what it receives, byte by byte, and answers with fixed text.
type server struct {
	answers map[string]string // by "METHOD /target"; "" is for everything else
	listen  net.Listener

	mu    sync.Mutex
	got   []string
	conns []net.Conn
	wait  sync.WaitGroup
}

// hangUp is the answer of an origin that closes the connection instead.
const hangUp = "(hang up)"

// silent is the end of an answer after which the origin says nothing more, and keeps the connection.
const silent = "(silent)"

// startServer starts an origin. In answers, lines of the head end in LF; an answer without a length ends with its
// connection.
func startServer(t testing.TB, answers map[string]string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{answers: answers, listen: l}
	s.wait.Go(s.accept)
	t.Cleanup(s.close)
	return s
}

func (s *server) url() string { return "http://" + s.listen.Addr().String() }

// received returns the requests so far.
func (s *server) received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.got...)
}

func (s *server) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		s.wait.Go(func() { s.serve(c) })
	}
}

func (s *server) close() {
	s.listen.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.wait.Wait()
}

func (s *server) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		text, target := readMessage(r)
		if target == "" {
			return
		}
		s.mu.Lock()
		s.got = append(s.got, text)
		s.mu.Unlock()
		answer, ok := s.answers[target]
		if !ok {
			answer = s.answers[""]
		}
		if answer == hangUp {
			return
		}
		answer, mute := strings.CutSuffix(answer, silent)
		head, body := wire(answer)
		if mute {
			io.WriteString(c, head+body)
			io.Copy(io.Discard, r)
			return
		}
		if strings.HasPrefix(target, "HEAD ") {
			body = ""
		}
		io.WriteString(c, head+body)
		if !measured(answer, body) {
			return
		}
	}
}

// wire returns a message's head with the line ends of the wire, and its body as it is.
func wire(text string) (head, body string) {
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return text, ""
	}
	return strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n", body
}

// measured reports whether an answer ends by itself, with all of its body.
func measured(answer, body string) bool {
	for _, l := range strings.Split(answer, "\n") {
		switch name, value, _ := strings.Cut(l, ": "); name {
		case "Content-Length":
			return body == "" || value == strconv.Itoa(len(body))
		case "Transfer-Encoding":
			return body == "" || strings.HasSuffix(body, "0\r\n\r\n")
		}
	}
	status, _, _ := strings.Cut(answer, "\n")
	return strings.Contains(status, " 204 ") || strings.Contains(status, " 304 ")
}

// readMessage reads a request and returns it as it came, and its method and target.
func readMessage(r *bufio.Reader) (text, target string) {
	var all strings.Builder
	length, chunked := 0, false
	for {
		l, err := r.ReadString('\n')
		if err != nil {
			return all.String(), ""
		}
		all.WriteString(l)
		name, value, _ := strings.Cut(strings.TrimSpace(l), ": ")
		switch {
		case target == "":
			words := strings.Fields(l)
			target = words[0] + " " + words[1]
		case strings.EqualFold(name, "Content-Length"):
			length, _ = strconv.Atoi(value)
		case strings.EqualFold(name, "Transfer-Encoding"):
			chunked = true
		}
		if l == "\r\n" {
			break
		}
	}
	for chunked && !strings.HasSuffix(all.String(), "\r\n0\r\n\r\n") {
		l, err := r.ReadString('\n')
		if err != nil {
			break
		}
		all.WriteString(l)
	}
	io.CopyN(&all, r, int64(length))
	return all.String(), target
}
