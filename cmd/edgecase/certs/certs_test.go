package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// open opens a directory on a machine without mkcert.
func open(t *testing.T, dir string) *Authority {
	t.Helper()
	t.Setenv("CAROOT", t.TempDir())
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// handshake connects to a listener of the authority as a viewer that trusts its root and asks for a name.
func handshake(t *testing.T, a *Authority, pool *x509.CertPool, address, name string) (*x509.Certificate, error) {
	t.Helper()
	ln, err := tls.Listen("tcp", address, &tls.Config{GetCertificate: a.Certificate})
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.Copy(io.Discard, c)
	})
	defer served.Wait()
	defer ln.Close()
	c, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{RootCAs: pool, ServerName: name})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0], nil
}

func TestHandshake(t *testing.T) {
	a := open(t, t.TempDir())
	data, err := os.ReadFile(a.Path())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		t.Fatalf("%s holds no certificate", a.Path())
	}
	type shown struct {
		Names     []string
		Addresses []string
	}
	machine := shown{[]string{"localhost"}, []string{"127.0.0.1", "::1"}}
	tests := []struct {
		name    string
		address string
		ask     string
		want    shown
	}{
		{"alias", "127.0.0.1:0", "plane.example.gov", shown{Names: []string{"plane.example.gov"}}},
		{"upper case", "127.0.0.1:0", "Plane.Example.GOV", shown{Names: []string{"plane.example.gov"}}},
		{"dot at the end", "127.0.0.1:0", "plane.example.gov.", shown{Names: []string{"plane.example.gov"}}},
		{"underscore", "127.0.0.1:0", "my_edge", shown{Names: []string{"my_edge"}}},
		{"localhost", "127.0.0.1:0", "localhost", machine},
		{"address", "127.0.0.1:0", "127.0.0.1", machine},
		{"another loopback address", "127.0.0.9:0", "127.0.0.9", shown{
			[]string{"localhost"}, []string{"127.0.0.1", "::1", "127.0.0.9"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := handshake(t, a, pool, tt.address, tt.ask)
			if err != nil {
				t.Fatal(err)
			}
			got := shown{Names: c.DNSNames}
			for _, ip := range c.IPAddresses {
				got.Addresses = append(got.Addresses, ip.String())
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("mismatch (-want +got)\n%s", d)
			}
			if c.Subject.CommonName != "" {
				t.Errorf("common name is %q, want none", c.Subject.CommonName)
			}
			if life := c.NotAfter.Sub(c.NotBefore); life > 398*24*time.Hour {
				t.Errorf("certificate is valid for %v, more than platforms take", life)
			}
		})
	}
	if _, err := handshake(t, a, x509.NewCertPool(), "127.0.0.1:0", "plane.example.gov"); err == nil {
		t.Error("a viewer that does not trust the root accepted the certificate")
	}
}

// TestSubject holds what no handshake of Go's client can ask for.
func TestSubject(t *testing.T) {
	long := string(bytes.Repeat([]byte("a"), 64))
	tests := []struct {
		name string
		want string
	}{
		{"", "localhost"},
		{"a..example.com", "localhost"},
		{"*.example.com", "localhost"},
		{"b\u00fccher.example", "localhost"},
		{"xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"evil\x00.example.com", "localhost"},
		{long + ".example.com", "localhost"},
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"fe80::1%eth0", "fe80::1"},
		{"::1", "localhost"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := subjectOf(&tls.ClientHelloInfo{ServerName: tt.name}).String(); got != tt.want {
				t.Errorf("subjectOf(%q) = %s, want %s", tt.name, got, tt.want)
			}
		})
	}
}

func TestOpenAtOnce(t *testing.T) {
	t.Setenv("CAROOT", t.TempDir())
	dir := filepath.Join(t.TempDir(), "a", "b")
	var wait sync.WaitGroup
	got := make([][]byte, 16)
	for i := range got {
		wait.Go(func() {
			a, err := Open(dir)
			if err == nil && !a.Ephemeral() {
				got[i] = a.PEM()
			}
		})
	}
	wait.Wait()
	kept, err := os.ReadFile(filepath.Join(dir, certificateFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if !bytes.Equal(got[i], kept) {
			t.Errorf("authority %d is not the one that is kept", i)
		}
	}
	info, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the key has mode %v, want 0600", mode)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if d := cmp.Diff([]string{keyFile, lockFile, certificateFile}, names); d != "" {
		t.Errorf("files left in the directory (-want +got)\n%s", d)
	}
}

func TestOpenAgain(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir), open(t, dir)
	if !bytes.Equal(first.PEM(), second.PEM()) {
		t.Error("the second time brought another authority")
	}
}

func TestDamaged(t *testing.T) {
	foreign := t.TempDir()
	open(t, foreign)
	read := func(dir, name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	expired := func() []byte {
		r, err := newRoot(time.Now().AddDate(-rootYears-1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		certificate, _, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		return certificate
	}
	tests := []struct {
		name   string
		damage func(dir string) error
	}{
		{"empty certificate", func(dir string) error { return os.Truncate(filepath.Join(dir, certificateFile), 0) }},
		{"half a certificate", func(dir string) error { return os.Truncate(filepath.Join(dir, certificateFile), 300) }},
		{"half a key", func(dir string) error { return os.Truncate(filepath.Join(dir, keyFile), 100) }},
		{"no key", func(dir string) error { return os.Remove(filepath.Join(dir, keyFile)) }},
		{"another key", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, keyFile), read(foreign, keyFile), 0o600)
		}},
		{"no certificate", func(dir string) error { return os.Remove(filepath.Join(dir, certificateFile)) }},
		{"expired", func(dir string) error { return os.WriteFile(filepath.Join(dir, certificateFile), expired(), 0o644) }},
		{"binary", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, certificateFile), bytes.Repeat([]byte{0, 255}, 1<<20), 0o644)
		}},
		{"a directory", func(dir string) error {
			path := filepath.Join(dir, certificateFile)
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Mkdir(path, 0o755)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			before := open(t, dir)
			if err := tt.damage(dir); err != nil {
				t.Fatal(err)
			}
			after := open(t, dir)
			if after.Ephemeral() {
				t.Fatalf("lives in memory: %v", after.Trouble())
			}
			if bytes.Equal(before.PEM(), after.PEM()) {
				t.Error("the damaged authority is still in use")
			}
			if again := open(t, dir); !bytes.Equal(after.PEM(), again.PEM()) {
				t.Error("the new authority was not kept")
			}
			if _, err := handshake(t, after, after.Pool(), "127.0.0.1:0", "a.example.com"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPrivate checks that nobody else reads the key, and that the lock is a file of this directory.
func TestPrivate(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(elsewhere, filepath.Join(dir, lockFile)); err != nil {
		t.Fatal(err)
	}
	if a := open(t, dir); !a.Ephemeral() {
		t.Error("the lock is taken through a link")
	}
	if _, err := os.Lstat(elsewhere); err == nil {
		t.Error("a file was made through a link")
	}
	dir = t.TempDir()
	first := open(t, dir)
	if err := os.Chmod(filepath.Join(dir, keyFile), 0o644); err != nil {
		t.Fatal(err)
	}
	if again := open(t, dir); !bytes.Equal(first.PEM(), again.PEM()) {
		t.Error("another authority")
	}
	if info, err := os.Stat(filepath.Join(dir, keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %v, %v", info.Mode(), err)
	}
}

func TestEphemeral(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file, filepath.Join(file, "below")} {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			a := open(t, dir)
			if !a.Ephemeral() || a.Path() != "" || a.Trouble() == nil {
				t.Errorf("ephemeral %v, path %q, trouble %v; want an authority in memory and why", a.Ephemeral(), a.Path(), a.Trouble())
			}
			if _, err := handshake(t, a, a.Pool(), "127.0.0.1:0", "a.example.com"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMkcert(t *testing.T) {
	caroot, dir := t.TempDir(), t.TempDir()
	r, err := newRoot(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	// mkcert's own root has an RSA key.
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := *r.certificate
	template.SignatureAlgorithm, template.PublicKey = 0, nil
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&root{c, key}).write(caroot); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CAROOT", caroot)
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(caroot, certificateFile); a.Path() != want {
		t.Errorf("Path() = %q, want %q", a.Path(), want)
	}
	if _, err := handshake(t, a, a.Pool(), "127.0.0.1:0", "a.example.com"); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("the directory has %v (%v), want nothing of our own beside mkcert's root", files, err)
	}
}

func TestMkcertDir(t *testing.T) {
	t.Setenv("CAROOT", "")
	t.Setenv("XDG_DATA_HOME", filepath.FromSlash("/data"))
	t.Setenv("LOCALAPPDATA", filepath.FromSlash("/data"))
	if got, want := mkcertDir(), filepath.FromSlash("/data/mkcert"); got != want {
		t.Errorf("mkcertDir() = %q, want %q", got, want)
	}
}

func TestDir(t *testing.T) {
	t.Setenv("EDGECASE_STATE", "somewhere")
	if got := Dir(); got != "somewhere" {
		t.Errorf("Dir() = %q, want what EDGECASE_STATE says", got)
	}
}

func TestBounded(t *testing.T) {
	var made []string
	issue := func(s subject, now time.Time) (*tls.Certificate, error) {
		made = append(made, s.name)
		return &tls.Certificate{Leaf: &x509.Certificate{NotAfter: now.Add(leafLife)}}, nil
	}
	l := newLeaves(3)
	now := time.Now()
	ask := func(names ...string) {
		for _, n := range names {
			if _, err := l.get(subject{name: n}, now, issue); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask("a", "b", "c", "a", "a", "d") // b goes, the least recently used
	ask("a", "c", "d", "b")
	if d := cmp.Diff([]string{"a", "b", "c", "d", "b"}, made); d != "" {
		t.Errorf("certificates made (-want +got)\n%s", d)
	}
	for i := range 100 {
		ask(fmt.Sprint(i))
	}
	if len(l.entries) != 3 || l.order.Len() != 3 {
		t.Errorf("keeps %d and %d certificates, want 3", len(l.entries), l.order.Len())
	}
	made = nil
	now = now.Add(leafLife - time.Hour)
	ask("99", "99")
	if !slices.Equal(made, []string{"99"}) {
		t.Errorf("made %v, want one anew in its last day", made)
	}
}

func TestLeafEndsWithItsRoot(t *testing.T) {
	now := time.Now()
	r, err := newRoot(now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.issue(subject{name: "a.example.com"}, r.certificate.NotAfter.Add(-48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Leaf.NotAfter.Equal(r.certificate.NotAfter) {
		t.Errorf("ends at %v, want %v", c.Leaf.NotAfter, r.certificate.NotAfter)
	}
	if key, ok := c.PrivateKey.(*ecdsa.PrivateKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("key is %T, want ECDSA P-256", c.PrivateKey)
	}
}

func TestCertificateWithoutConnection(t *testing.T) {
	a := open(t, "")
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	c, err := a.Certificate(&tls.ClientHelloInfo{Conn: server})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Leaf.VerifyHostname("localhost"); err != nil {
		t.Error(err)
	}
}
