//go:build django

package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testErrorPage meets the trap of an error page that is meant for the applications and covers the API, too.
func testErrorPage(t *testing.T, edgecase string) {
	d := startDjango(t)
	e := serveEdgecase(t, edgecase, brokenPlane, d)
	got := e.http.do(t, "GET", "/api/me", nil)
	if got.status != 200 || !strings.Contains(got.body, "<title>Plane</title>") {
		t.Errorf("the viewer got %d %q, not the page of the application", got.status, got.body)
	}
	if diff := cmp.Diff([]string{"GET /api/me"}, d.requests(t)); diff != "" {
		t.Errorf("what Django got (-want +got):\n%s", diff)
	}
	line := lineOf(t, brokenPlane, "custom_error_response {")
	e.log.await(t, "GET", "/api/me", "404", "200", fmt.Sprintf("cloudfront.tf:%d", line))
}

// received is what /api/request/ answers.
type received struct {
	Method, Path, Host string
	Secure             bool
	Headers            map[string]string
}

func testForwarded(t *testing.T, edgecase string) {
	e := serveEdgecase(t, edgecase, brokenPlane, startDjango(t))
	for _, tt := range []struct {
		name, rule string
		viewer     *client
		scheme     string
		version    string // as Via at the origin begins
	}{
		{"over plain HTTP", "POL-028", e.http, "http", "1.1 "},
		{"over HTTPS", "POL-028", e.https, "https", "2.0 "},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var got received
			tt.viewer.do(t, "GET", "/api/request/?a=%2F&a=1", nil, "Host", "plane.example.gov",
				"X-Forwarded-Proto", "gopher", "CloudFront-Forwarded-Proto", "gopher", "X-Forwarded-For", "192.0.2.1",
				"Authorization", "Bearer x", "Cookie", "a=1; b=2").json(t, &got)
			want := received{
				Method: "GET", Path: "/api/request/?a=%2F&a=1", Host: "plane.example.gov", Secure: tt.scheme == "https",
				Headers: map[string]string{
					"Cloudfront-Forwarded-Proto": tt.scheme,
					"X-Forwarded-For":            "192.0.2.1,127.0.0.1",
					"Authorization":              "Bearer x",
					"Cookie":                     "a=1; b=2",
				},
			}
			via, id := got.Headers["Via"], got.Headers["X-Amz-Cf-Id"]
			if !strings.HasPrefix(via, tt.version) || !strings.HasSuffix(via, ".cloudfront.net (CloudFront)") || id == "" {
				t.Errorf("Via %q, X-Amz-Cf-Id %q", via, id)
			}
			shown := map[string]string{}
			for name, value := range got.Headers {
				if _, wanted := want.Headers[name]; wanted || strings.HasPrefix(name, "X-Forwarded-") {
					shown[name] = value
				}
			}
			got.Headers = shown
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what Django got (-want +got):\n%s", diff)
			}
		})
	}
}

// testForm signs up through /auth/: the token's cookie comes out, and cookie and Referer go in.
func testForm(t *testing.T, edgecase string) {
	e := serveEdgecase(t, edgecase, mendedPlane, startDjango(t))
	var token struct {
		Token string `json:"csrf_token"`
	}
	const host = "plane.example.gov"
	first := e.https.do(t, "GET", "/auth/get-csrf-token/", nil, "Host", host)
	first.json(t, &token)
	form := []byte("email=test%40example.gov&password1=secret-words&password2=secret-words&csrfmiddlewaretoken=" + token.Token)
	fields := []string{
		"Host", host, "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie(t, first, "csrftoken"),
	}

	refused := e.https.do(t, "POST", "/auth/sign-up/", form, fields...)
	if refused.status != 403 || !strings.Contains(refused.body, "CSRF verification failed") || refused.header.Get("Server") != "plane" {
		t.Errorf("without Referer: %d from %s, not Django's own 403", refused.status, refused.header.Get("Server"))
	}
	signed := e.https.do(t, "POST", "/auth/sign-up/", form, append(fields, "Referer", "https://"+host+"/")...)
	if signed.status != 302 || signed.header.Get("Location") != "/auth/account/" {
		t.Fatalf("with Referer: %+v", signed)
	}
	me := e.https.do(t, "GET", "/api/me", nil, "Host", host, "Cookie", cookie(t, signed, "sessionid"))
	if me.status != 200 || me.body != `{"email": "test@example.gov"}` {
		t.Errorf("signed in: %d %q", me.status, me.body)
	}
}

// cookie returns a cookie that an answer sets, as a viewer sends it.
func cookie(t *testing.T, a answer, name string) string {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c.Name + "=" + c.Value
		}
	}
	t.Fatalf("no cookie %s in %+v", name, a)
	return ""
}
