//go:build django

// Django as it is in production: behind Daphne, with production settings, asked at a local address.

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

const daphneHost = "plane.example.gov"

// A daphneTest is the stack of these tests: one for all of them, as Django takes seconds to start.
type daphneTest struct {
	django *djangoProject
	edge   *serving
}

func TestDaphne(t *testing.T) {
	d := runDjango(t, "start.py", "DJANGO_ALLOWED_HOSTS="+daphneHost, "DJANGO_SSL_REDIRECT=1",
		"DJANGO_SUPERUSER_USERNAME=admin@example.gov", "DJANGO_SUPERUSER_EMAIL=admin@example.gov",
		"DJANGO_SUPERUSER_PASSWORD=only-in-this-test")
	s := daphneTest{d, serveEdgecase(t, buildEdgecase(t), mendedPlane, d, "--as-alias", "--assume-https")}
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, s daphneTest)
	}{
		{"REQ-595/an account: sign up, out and in", testAccount},
		{"REQ-250/a form uploads a file", testAttachment},
		{"REQ-254/a body without a length reaches the view", testUnsized},
		{"REQ-475/a socket knows who has signed in", testRoom},
		{"REQ-484/events arrive as they are made", testClock},
		{"REQ-283/a download in chunks", testChunks},
		{"REQ-044/the admin and its static files", testAdmin},
		{"POL-028/what the load balancer asks, and what CloudFront does not say", testDirect},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, s) })
	}
}

// user returns somebody with a browser's cookies, at the plain local address.
func (s daphneTest) user(t *testing.T) *client {
	t.Helper()
	c := newClient(t, s.edge.http.url)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Jar = jar
	return c
}

// hiddenToken is where Django's forms have their token.
var hiddenToken = regexp.MustCompile(`name="csrfmiddlewaretoken" value="(\w+)"`)

// submit opens the page of a form, fills it in, and posts it as a browser does. Fields are pairs of a name and a value.
func (c *client) submit(t *testing.T, page, action string, fields ...string) answer {
	t.Helper()
	form := url.Values{"csrfmiddlewaretoken": {c.token(t, page)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return c.do(t, "POST", action, []byte(form.Encode()), "Content-Type", "application/x-www-form-urlencoded",
		"Origin", c.url, "Referer", c.url+page)
}

// token returns the token in a page's form.
func (c *client) token(t *testing.T, page string) string {
	t.Helper()
	got := c.do(t, "GET", page, nil)
	match := hiddenToken.FindStringSubmatch(got.body)
	if match == nil {
		t.Fatalf("GET %s: %d without a form: %q", page, got.status, got.body)
	}
	return match[1]
}

// signUp makes an account and leaves it signed in.
func (c *client) signUp(t *testing.T, email string) {
	t.Helper()
	got := c.submit(t, "/auth/sign-up/", "/auth/sign-up/", "email", email, "password1", "secret-words", "password2", "secret-words")
	c.leadsTo(t, got, "/auth/account/")
}

// leadsTo wants a redirect.
func (c *client) leadsTo(t *testing.T, got answer, path string) {
	t.Helper()
	if location := strings.TrimPrefix(got.header.Get("Location"), c.url); got.status != 302 || location != path {
		t.Fatalf("%d to %q, not 302 to %s: %q", got.status, location, path, got.body)
	}
}

// who returns what /api/me says.
func (c *client) who(t *testing.T) string {
	t.Helper()
	return c.do(t, "GET", "/api/me", nil).body
}

func testAccount(t *testing.T, s daphneTest) {
	const ada = `{"email": "ada@example.gov"}`
	u := s.user(t)
	known := func() string {
		return u.do(t, "POST", "/auth/email-check/", []byte(ada), "Content-Type", "application/json").body
	}
	if got := known(); got != `{"existing": false}` {
		t.Errorf("before: %s", got)
	}
	if page := u.do(t, "GET", "/auth/sign-up/?email=ada%40example.gov", nil); !strings.Contains(page.body, `value="ada@example.gov"`) {
		t.Errorf("the form does not know the address of the query: %q", page.body)
	}
	u.signUp(t, "ada@example.gov")
	if got := u.who(t); got != ada {
		t.Errorf("signed up: %s", got)
	}
	if got := known(); got != `{"existing": true}` {
		t.Errorf("after: %s", got)
	}
	again := s.user(t)
	got := again.submit(t, "/auth/sign-up/", "/auth/sign-up/", "email", "ADA@example.gov", "password1", "secret-words", "password2", "secret-words")
	if got.status != 200 || !strings.Contains(got.body, "There is an account with this address.") {
		t.Errorf("a second account: %d %q", got.status, got.body)
	}

	u.leadsTo(t, u.submit(t, "/auth/account/", "/auth/sign-out/"), "/")
	if got := u.who(t); got == ada {
		t.Error("signed out, and still known")
	}
	u.leadsTo(t, u.do(t, "GET", "/auth/account/", nil), "/auth/sign-in/?next=/auth/account/")
	signIn := func(password string) answer {
		return u.submit(t, "/auth/sign-in/", "/auth/sign-in/", "username", "ada@example.gov", "password", password)
	}
	if got := signIn("wrong"); got.status != 200 || !strings.Contains(got.body, "Please enter a correct username and password") {
		t.Errorf("a wrong password: %d %q", got.status, got.body)
	}
	u.leadsTo(t, signIn("secret-words"), "/auth/account/")
	if got := u.who(t); got != ada {
		t.Errorf("signed in: %s", got)
	}

	forged := u.do(t, "POST", "/auth/sign-out/", nil, "Origin", "https://evil.example", "Content-Type", "application/x-www-form-urlencoded")
	if forged.status != 403 || forged.header.Get("Server") != "daphne" || u.who(t) != ada {
		t.Errorf("a forged POST: %d from %s", forged.status, forged.header.Get("Server"))
	}
}

func testAttachment(t *testing.T, s daphneTest) {
	u := s.user(t)
	u.signUp(t, "bob@example.gov")
	content := bytes.Repeat([]byte("0123456789abcdef"), 256<<10) // 4 MiB, more than Django keeps in memory
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("csrfmiddlewaretoken", u.token(t, "/auth/account/")); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", "digits.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	w.Close()
	u.leadsTo(t, u.do(t, "POST", "/auth/account/", form.Bytes(), "Content-Type", w.FormDataContentType(),
		"Origin", u.url, "Referer", u.url+"/auth/account/"), "/auth/account/")
	want := fmt.Sprintf("digits.txt, %d bytes, <code>%x</code>", len(content), sha256.Sum256(content))
	if page := u.do(t, "GET", "/auth/account/", nil); !strings.Contains(page.body, want) {
		t.Errorf("the page does not say %q:\n%s", want, page.body)
	}
}

// testUnsized sends a body whose length nobody knows: over HTTP/2 it has no Content-Length, and Django gets it in chunks.
func testUnsized(t *testing.T, s daphneTest) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	body := io.MultiReader(strings.NewReader(emailCheck)) // not a type whose length net/http knows
	got, err := s.edge.https.try(ctx, "POST", "/auth/email-check/", body, "Host", daphneHost, "Content-Type", "application/json")
	if err != nil || got.proto != "HTTP/2.0" || got.status != 200 || got.body != `{"existing": false}` {
		t.Errorf("%+v, %v", got, err)
	}
	s.django.log.await(t, "POST /auth/email-check/", `Transfer-Encoding="chunked"`)
}

// enter opens the socket of a room, as a page of an origin.
func (c *client) enter(t *testing.T, room, origin string) (*websocket.Conn, *http.Response) {
	t.Helper()
	dialer := websocket.Dialer{Jar: c.Jar, HandshakeTimeout: patience}
	socket, resp, err := dialer.Dial(strings.Replace(c.url, "http", "ws", 1)+"/live/rooms/"+room+"/", http.Header{"Origin": {origin}})
	if resp == nil {
		t.Fatal(err)
	}
	if err == nil {
		t.Cleanup(func() { socket.Close() })
		_ = socket.SetReadDeadline(time.Now().Add(patience))
	}
	return socket, resp
}

func testRoom(t *testing.T, s daphneTest) {
	type message struct{ Type, You, By, Text string }
	eve, guest := s.user(t), s.user(t)
	eve.signUp(t, "eve@example.gov")
	first, _ := eve.enter(t, "lobby", eve.url)
	hears := func(socket *websocket.Conn, want message) {
		t.Helper()
		var got message
		if err := socket.ReadJSON(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("heard (-want +got):\n%s", diff)
		}
	}
	hears(first, message{Type: "welcome", You: "eve@example.gov"})
	if err := first.WriteJSON(map[string]string{"text": "is anybody here?"}); err != nil { // Heard again, she is in the room.
		t.Fatal(err)
	}
	hears(first, message{Type: "said", By: "eve@example.gov", Text: "is anybody here?"})

	second, _ := guest.enter(t, "lobby", guest.url)
	hears(second, message{Type: "welcome", You: "somebody"})
	hears(first, message{Type: "came", By: "somebody"})
	for _, text := range []string{`{"text": "hello"}`, `["no", "object"]`} {
		if err := second.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	hears(first, message{Type: "said", By: "somebody", Text: "hello"})
	hears(first, message{Type: "said", By: "somebody"})
	second.Close()
	hears(first, message{Type: "left", By: "somebody"})

	if _, resp := guest.enter(t, "lobby", "https://evil.example"); resp.StatusCode != 403 || resp.Header.Get("Server") == "CloudFront" {
		t.Errorf("a page of another origin: %s by %s", resp.Status, resp.Header.Get("Server"))
	}
}

// testClock reads two events, of which Django makes the second a second after the first: the first has to be here by then.
func testClock(t *testing.T, s daphneTest) {
	ctx, leave := context.WithTimeout(t.Context(), patience)
	defer leave()
	resp, err := s.edge.http.open(ctx, "GET", "/live/events/", nil, "Accept", "text/event-stream")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type %q", got)
	}
	lines := bufio.NewScanner(resp.Body)
	nextEvent(lines)
	arrived := time.Now()
	made, err := time.Parse(time.RFC3339, nextEvent(lines))
	if err != nil {
		t.Fatal(err)
	}
	if made.Add(time.Second).Before(arrived) { // The clock shows whole seconds.
		t.Errorf("the first event was here at %v, after the second was made at %v", arrived, made)
	}
}

func testChunks(t *testing.T, s daphneTest) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	resp, err := s.edge.http.open(ctx, "GET", fmt.Sprintf("/api/download?bytes=%d&chunked=1", big), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, want := sum(resp.Body), sum(bigBody()); got != want || resp.ContentLength != -1 {
		t.Errorf("%d bytes with SHA-256 %s, want %s", resp.ContentLength, got, want)
	}
}

func testAdmin(t *testing.T, s daphneTest) {
	u := s.user(t)
	u.leadsTo(t, u.do(t, "GET", "/api/admin/", nil), "/api/admin/login/?next=/api/admin/")
	if got := u.do(t, "GET", "/api/attachments/", nil); got.status != 403 {
		t.Errorf("everybody's files, asked for by nobody: %d", got.status)
	}
	got := u.submit(t, "/api/admin/login/", "/api/admin/login/?next=/api/admin/", "username", "admin@example.gov", "password", "only-in-this-test")
	u.leadsTo(t, got, "/api/admin/")
	for path, text := range map[string]string{
		"/api/admin/":                        "Site administration",
		"/api/admin/api/attachment/":         "Select attachment to change",
		"/api/attachments/":                  `{"attachments": [`,
		"/api/static/admin/css/base.css":     "#header",
		"/api/static/admin/js/core.js":       "quickElement",
		"/api/static/admin/img/icon-yes.svg": "<svg",
	} {
		if got := u.do(t, "GET", path, nil); got.status != 200 || !strings.Contains(got.body, text) {
			t.Errorf("GET %s: %d without %q", path, got.status, text)
		}
	}
}

// testDirect asks Django without CloudFront, as a load balancer does.
func testDirect(t *testing.T, s daphneTest) {
	direct := newClient(t, s.django.url)
	if got := direct.do(t, "GET", "/api/health/", nil, "Host", daphneHost); got.status != 200 || got.body != `{"status": "ok"}` {
		t.Errorf("health: %d %q", got.status, got.body)
	}
	if got := direct.do(t, "GET", "/api/me", nil, "Host", daphneHost); got.status != 301 || got.header.Get("Location") != "https://"+daphneHost+"/api/me" {
		t.Errorf("without CloudFront-Forwarded-Proto: %d to %q", got.status, got.header.Get("Location"))
	}
	if got := direct.do(t, "GET", "/api/me?wrong-host", nil, "CloudFront-Forwarded-Proto", "https"); got.status != 400 {
		t.Errorf("with the address as Host: %d", got.status)
	}
	s.django.log.await(t, "GET /api/me?wrong-host", `CloudFront-Forwarded-Proto="https"`)
	for _, line := range s.django.log.all() {
		if strings.Contains(line, "/api/health/") {
			t.Errorf("the log has what the load balancer asks: %s", line)
		}
	}
}
