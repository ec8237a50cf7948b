package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rogpeppe/go-internal/testscript"
)

// A question is what get was asked.
type question struct {
	method, scheme, address, target string
	fields                          []string
	body                            string
	hasBody, http2                  bool
	until                           string
}

// cmdGet asks the running edgecase, or anybody else.
func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	q, err := parseQuestion(args)
	if err != nil {
		ts.Fatalf("usage: get METHOD URL [-H FIELD] [-d BODY] [-until TEXT] [-2]: %v", err)
	}
	ask := q.ask
	if q.http2 {
		ask = q.askHTTP2
	}
	switch err := ask(ts); {
	case neg && err == nil:
		ts.Fatalf("the answer came whole")
	case neg:
		ts.Logf("[%v]", err)
	default:
		ts.Check(err)
	}
}

func parseQuestion(args []string) (*question, error) {
	if len(args) < 2 {
		return nil, errors.New("METHOD and URL are missing")
	}
	q := &question{method: args[0]}
	scheme, rest, found := strings.Cut(args[1], "://")
	if !found {
		return nil, fmt.Errorf("%q is no URL", args[1])
	}
	end := strings.IndexAny(rest+"/", "/?")
	q.scheme, q.address, q.target = scheme, rest[:end], rest[end:]
	if !strings.HasPrefix(q.target, "/") {
		q.target = "/" + q.target
	}
	for args = args[2:]; len(args) > 0; args = args[1:] {
		if args[0] == "-2" {
			q.http2 = true
			continue
		}
		if len(args) < 2 {
			return nil, fmt.Errorf("%s has no value", args[0])
		}
		switch value := args[1]; args[0] {
		case "-H":
			q.fields = append(q.fields, value)
		case "-d":
			q.body, q.hasBody = value, true
		case "-until":
			q.until = value
		default:
			return nil, fmt.Errorf("%s is not known", args[0])
		}
		args = args[1:]
	}
	return q, nil
}

// host returns the Host field that was given, or the address.
func (q *question) host() (host string, given bool) {
	for _, f := range q.fields {
		if name, value, _ := strings.Cut(f, ":"); strings.EqualFold(name, "Host") {
			return strings.TrimSpace(value), true
		}
	}
	return q.address, false
}

// head writes the request as it is, so that nothing is cleaned on the way.
func (q *question) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", q.method, q.target)
	if host, given := q.host(); !given {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for _, f := range q.fields {
		b.WriteString(f + "\r\n")
	}
	if q.hasBody {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(q.body))
	}
	return b.String() + "\r\n" + q.body
}

// ask sends the request over a connection of its own and prints the answer as it came, line ends apart.
func (q *question) ask(ts *testscript.TestScript) error {
	c, err := q.dial(ts)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c, q.head()); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return readAnswer(ts, bufio.NewReader(c), q.method, q.until)
}

func (q *question) dial(ts *testscript.TestScript) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", q.address, scriptPatience)
	if err != nil {
		return nil, err
	}
	if err := c.SetDeadline(time.Now().Add(scriptPatience)); err != nil {
		return nil, err
	}
	if q.scheme != "https" {
		return c, nil
	}
	return tls.Client(c, q.tls(ts)), nil
}

// tls returns the settings of a viewer that trusts the local authority alone.
func (q *question) tls(ts *testscript.TestScript) *tls.Config {
	data, err := os.ReadFile(filepath.Join(ts.Getenv("EDGECASE_STATE"), "rootCA.pem"))
	ts.Check(err)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		ts.Fatalf("the local authority has no certificate")
	}
	host, _ := q.host()
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return &tls.Config{RootCAs: pool, ServerName: host}
}

// readAnswer prints one answer. Every byte that its head promises must come.
func readAnswer(ts *testscript.TestScript, in *bufio.Reader, method, until string) error {
	var head []string
	fields := http.Header{}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return fmt.Errorf("read the head after %q: %w", head, err)
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		head = append(head, line)
		if name, value, found := strings.Cut(line, ":"); found && len(head) > 1 {
			fields.Add(name, strings.TrimSpace(value))
		}
	}
	fmt.Fprintln(ts.Stdout(), strings.Join(head, "\n")+"\n")
	status, err := strconv.Atoi(strings.Fields(head[0] + " ? ?")[1])
	if err != nil {
		return fmt.Errorf("status line %q", head[0])
	}
	if status == 100 {
		return readAnswer(ts, in, method, until)
	}
	if method == "HEAD" || status == 204 || status == 304 {
		return nil
	}
	var body io.Reader = in
	switch length := fields.Get("Content-Length"); {
	case length != "":
		n, err := strconv.ParseInt(length, 10, 64)
		if err != nil {
			return err
		}
		body = &exactly{in, n}
	case strings.EqualFold(fields.Get("Transfer-Encoding"), "chunked"):
		body = httputil.NewChunkedReader(in)
	}
	return readBody(ts, body, until)
}

// readBody prints a body, to its end or until a text has come.
func readBody(ts *testscript.TestScript, body io.Reader, until string) error {
	var text strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := body.Read(buf)
		text.Write(buf[:n])
		if until != "" && strings.Contains(text.String(), until) || err == io.EOF && until == "" {
			fmt.Fprintln(ts.Stdout(), text.String())
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the body after %q: %w", text.String(), err)
		}
	}
}

// exactly reads so many bytes, and fails if there are fewer.
type exactly struct {
	in   io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.in.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// askHTTP2 does the same over HTTP/2.
func (q *question) askHTTP2(ts *testscript.TestScript) error {
	var body io.Reader
	if q.hasBody {
		body = strings.NewReader(q.body)
	}
	host, _ := q.host()
	r, err := http.NewRequest(q.method, q.scheme+"://"+host+q.target, body)
	if err != nil {
		return err
	}
	for _, f := range q.fields {
		name, value, _ := strings.Cut(f, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	r.Header.Del("Host")
	transport := &http.Transport{
		TLSClientConfig: q.tls(ts), ForceAttemptHTTP2: true, DisableCompression: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, q.address)
		},
	}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	fmt.Fprintf(ts.Stdout(), "%s %d\n", resp.Proto, resp.StatusCode)
	if err := resp.Header.Write(ts.Stdout()); err != nil {
		return err
	}
	fmt.Fprintln(ts.Stdout())
	return readBody(ts, resp.Body, q.until)
}

// cmdSend sends what no client would, and prints all that comes back.
func cmdSend(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: send ADDRESS FILE")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[1]), "\n", "\r\n")
	c, err := net.DialTimeout("tcp", args[0], scriptPatience)
	ts.Check(err)
	defer c.Close()
	ts.Check(c.SetDeadline(time.Now().Add(scriptPatience)))
	_, err = io.WriteString(c, text)
	ts.Check(err)
	answers, err := io.ReadAll(c)
	fmt.Fprintln(ts.Stdout(), strings.ReplaceAll(string(answers), "\r\n", "\n"))
	ts.Check(err)
}

// cmdSocket opens a WebSocket.
func cmdSocket(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: socket URL TEXT...")
	}
	u, err := url.Parse(args[0])
	ts.Check(err)
	q := &question{scheme: map[string]string{"ws": "http", "wss": "https"}[u.Scheme], address: u.Host}
	dialer := websocket.Dialer{HandshakeTimeout: scriptPatience}
	if u.Scheme == "wss" {
		q.fields = []string{"Host: localhost"}
		dialer.TLSClientConfig = q.tls(ts)
	}
	c, resp, err := dialer.Dial(args[0], nil)
	if err != nil {
		if resp != nil {
			fmt.Fprintln(ts.Stdout(), resp.Status)
		}
		ts.Fatalf("open the socket: %v", err)
	}
	defer c.Close()
	fmt.Fprintln(ts.Stdout(), resp.Status)
	ts.Check(c.SetReadDeadline(time.Now().Add(scriptPatience)))
	for _, text := range args[1:] {
		ts.Check(c.WriteMessage(websocket.TextMessage, []byte(text)))
		_, back, err := c.ReadMessage()
		ts.Check(err)
		fmt.Fprintf(ts.Stdout(), "%s\n", back)
	}
}
