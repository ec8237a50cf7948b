//go:build django || compose

package main_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
)

const (
	// refusal is the size of CloudFront's page for a method that a behavior does not allow.
	refusal = 1053

	emailCheck = `{"email": "test@example.gov"}`
)

// A client is a viewer of one address. It follows no redirect and keeps no cookie.
type client struct {
	url string
	http.Client
}

func newClient(t *testing.T, url string) *client {
	t.Helper()
	transport := &http.Transport{
		ForceAttemptHTTP2:  true,
		DisableCompression: true,
		// The local authority is made for the test and trusted by nobody.
		TLSClientConfig: &tls.Config{ServerName: "plane.example.gov", InsecureSkipVerify: true},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{url, http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// An answer is a response that has been read to its end.
type answer struct {
	status int
	proto  string
	header http.Header
	body   string
}

// json decodes the answer's body.
func (a answer) json(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%d with %q is no JSON: %v", a.status, a.body, err)
	}
}

// do sends a request and reads the answer. Fields are pairs of a name and a value.
func (c *client) do(t *testing.T, method, path string, body []byte, fields ...string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	a, err := c.try(ctx, method, path, bytes.NewReader(body), fields...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// try is do for other goroutines than the test's.
func (c *client) try(ctx context.Context, method, path string, body io.Reader, fields ...string) (answer, error) {
	resp, err := c.open(ctx, method, path, body, fields...)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Proto, resp.Header, string(text)}, err
}

// open sends a request and returns once the answer's head is there.
func (c *client) open(ctx context.Context, method, path string, body io.Reader, fields ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, body)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(fields); i += 2 {
		switch name, value := fields[i], fields[i+1]; name {
		case "Host":
			req.Host = value
		case "Content-Length":
			if req.ContentLength, err = strconv.ParseInt(value, 10, 64); err != nil {
				return nil, err
			}
		default:
			req.Header.Add(name, value)
		}
	}
	return c.Do(req)
}

func postEmail(t *testing.T, viewer *client) answer {
	t.Helper()
	return viewer.do(t, "POST", "/auth/email-check/", []byte(emailCheck), "Content-Type", "application/json")
}
