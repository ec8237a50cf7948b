package origins

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edgecase/config/cloudfront"
)

func TestTLS(t *testing.T) {
	names := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		names <- r.TLS.ServerName + " " + r.Proto
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	tests := []struct {
		name, rule   string
		roots        *x509.CertPool
		host, scheme string
		unknown      bool // the origin's name is not known
		kind         cloudfront.Kind
		now          func() time.Time
		sni          string
		note         string
	}{
		{"accepted", "REQ-333", trusted, "example.com", "https", false, cloudfront.KindCustom, nil, "example.com", ""},
		{"port in Host", "REQ-336", trusted, "example.com:8443", "https", false, cloudfront.KindCustom, nil, "example.com", ""},
		{"other name", "REQ-202", trusted, "www.example.org", "https", false, cloudfront.KindCustom, nil, "www.example.org", "valid for example.com, *.example.com, not www.example.org"},
		{"unknown authority", "REQ-334", x509.NewCertPool(), "example.com", "https", false, cloudfront.KindCustom, nil, "example.com", "unknown authority"},
		{"expired", "REQ-333", trusted, "example.com", "https", false, cloudfront.KindCustom, func() time.Time { return time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) }, "example.com", "has expired"},
		{"CloudFront would not use TLS", "REQ-310", x509.NewCertPool(), "example.com", "http", false, cloudfront.KindCustom, nil, "example.com", ""},
		{"a dev server for a bucket", "REQ-334", x509.NewCertPool(), "example.com", "https", false, cloudfront.KindS3, nil, "example.com", ""},
		{"name that only apply can tell", "REQ-336", trusted, "{aws_lb.api.dns_name}", "https", true, cloudfront.KindCustom, nil, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: server.URL}}}, PoolOptions{Roots: tt.roots, Now: tt.now})
			defer p.Close()
			tr := transport(t, p, settings(func(o *cloudfront.Origin) {
				o.Kind = tt.kind
				if tt.unknown {
					o.DomainName = cloudfront.Text{Value: tt.host}
				}
			}))
			for i := range 2 {
				req := get("/")
				req.Host, req.Scheme = tt.host, tt.scheme
				req.Fields.Set("Host", "example.com")
				result, err := tr.RoundTrip(t.Context(), req)
				read(t, result, err)
				if got, want := <-names, tt.sni+" HTTP/1.1"; got != want {
					t.Errorf("the place saw %q, want %q", got, want)
				}
				if result.Attempts[0].Reused != (i == 1) {
					t.Errorf("request %d: %+v", i+1, result.Attempts)
				}
				switch {
				case tt.note == "" && slices.ContainsFunc(result.Notes, func(n Note) bool { return n.Rule == "REQ-334" }):
					t.Errorf("notes %v", result.Notes)
				case tt.note != "" && (len(result.Notes) != 1 || result.Notes[0].Rule != "REQ-334" ||
					!strings.Contains(result.Notes[0].Text, "CloudFront would answer 502") || !strings.Contains(result.Notes[0].Text, tt.note)):
					t.Errorf("request %d: notes %v, want %q", i+1, result.Notes, tt.note)
				}
			}
		})
	}
}

func TestTLSFails(t *testing.T) {
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	tests := []struct {
		name, rule string
		config     *tls.Config // nil is a server without TLS
		protocols  []string
		want       ErrorKind
	}{
		{"no TLS", "REQ-335", nil, nil, TLSFailed},
		{"no common version", "REQ-335", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, []string{"TLSv1.2"}, TLSFailed},
		{"old version is listed", "REQ-335", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, []string{"TLSv1.1", "TLSv1.2"}, ""},
		{"wants a client certificate, 1.2", "REQ-337", &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, nil, TLSFailed},
		{"wants a client certificate, 1.3", "REQ-337", &tls.Config{ClientAuth: tls.RequireAnyClientCert}, nil, TLSFailed},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(handler)
			server.Config.ErrorLog = quietLog()
			if tt.config == nil {
				server.Start()
			} else {
				server.TLS = tt.config
				server.StartTLS()
			}
			defer server.Close()
			place := "https://" + server.Listener.Addr().String()
			p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: place}}}, PoolOptions{})
			defer p.Close()
			result, err := transport(t, p, settings(func(o *cloudfront.Origin) { o.OriginSSLProtocols = tt.protocols })).RoundTrip(t.Context(), get("/"))
			if err == nil {
				read(t, result, nil)
			}
			if kind, _ := kindOf(t, err); kind != tt.want {
				t.Errorf("%s: %v, want %s", kind, err, tt.want)
			}
		})
	}
}

func TestTLSHandshakeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) { io.Copy(io.Discard, c.in) }}
		defer w.wait.Wait()
		p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "https://place"}}}, PoolOptions{Dial: w.dial})
		defer p.Close()
		began := time.Now()
		_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), get("/"))
		if kind, attempts := kindOf(t, err); kind != ConnectTimeout || attempts != 3 || time.Since(began) != 30*time.Second {
			t.Errorf("REQ-325: %v after %d attempts and %v", err, attempts, time.Since(began))
		}
	})
}

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// A chain is complete only with what stands between the certificate and the authority.
func TestTLSIntermediate(t *testing.T) {
	root := issue(t, "root", nil)
	between := issue(t, "between", &root)
	leaf := issue(t, "example.com", &between)
	roots := x509.NewCertPool()
	roots.AddCert(root.Leaf)
	tests := []struct {
		name  string
		chain [][]byte
		notes int
	}{
		{"complete", [][]byte{leaf.Certificate[0], between.Certificate[0]}, 0},
		{"incomplete", [][]byte{leaf.Certificate[0]}, 1},
	}
	for _, tt := range tests {
		t.Run("REQ-333/"+tt.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: tt.chain, PrivateKey: leaf.PrivateKey}}}
			server.StartTLS()
			defer server.Close()
			p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: server.URL}}}, PoolOptions{Roots: roots})
			defer p.Close()
			req := get("/")
			req.Host, req.Scheme = "example.com", "https"
			result, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), req)
			read(t, result, err)
			if len(result.Notes) != tt.notes {
				t.Errorf("notes %v, want %d", result.Notes, tt.notes)
			}
		})
	}
}

// issue makes a certificate, signed by another one or by itself.
func issue(t *testing.T, name string, by *tls.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	parent, signer := template, any(key)
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: made}
}

func TestLowestVersion(t *testing.T) {
	tests := []struct {
		protocols []string
		want      uint16
	}{
		{nil, tls.VersionTLS12},
		{[]string{"TLSv1.2"}, tls.VersionTLS12},
		{[]string{"TLSv1.2", "TLSv1.1"}, tls.VersionTLS11},
		{[]string{"TLSv1", "TLSv1.2"}, tls.VersionTLS10},
		{[]string{"SSLv3"}, tls.VersionTLS10}, // SSL itself is spoken by nobody any more
	}
	for _, tt := range tests {
		if got := lowestVersion(tt.protocols); got != tt.want {
			t.Errorf("REQ-335: %v: %#x, want %#x", tt.protocols, got, tt.want)
		}
	}
}
