// Package certs is the local certificate authority: it makes certificates for whatever name a viewer asks, signed by a
// root that the user may choose to trust once.
//
// Where mkcert is installed its root is used, read-only: whoever trusts that trusts edgecase. Else a root of our own is
// kept in a directory, shared by every process that opens it; where the directory cannot be written, the root lives in
// memory and ends with the process.
//
// The package touches no trust store and knows no distribution.
package certs

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// An Authority makes certificates. It is safe for concurrent use.
type Authority struct {
	root    *root
	path    string // of the root's certificate; "" if it lives in memory
	trouble error  // why it does
	leaves  *leaves
}

// Open returns the authority of a directory, and makes one if there is none: several processes that do so at once end
// with the same. An empty dir keeps it in memory. A directory that cannot be written is no error: see
// [Authority.Ephemeral].
func Open(dir string) (*Authority, error) {
	now := time.Now()
	if r, path := mkcert(now); r != nil {
		return newAuthority(r, path, nil), nil
	}
	trouble := errors.New("no directory is given")
	if dir != "" {
		r, path, err := keep(dir, now)
		if err == nil {
			return newAuthority(r, path, nil), nil
		}
		trouble = err
	}
	r, err := newRoot(now)
	if err != nil {
		return nil, fmt.Errorf("make a certificate authority: %w", err)
	}
	return newAuthority(r, "", trouble), nil
}

// Dir returns where the authority is kept: EDGECASE_STATE, else a folder in the user's configuration folder, else ""
// where there is none.
func Dir() string {
	if dir := os.Getenv("EDGECASE_STATE"); dir != "" {
		return dir
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "edgecase")
}

func newAuthority(r *root, path string, trouble error) *Authority {
	return &Authority{root: r, path: path, trouble: trouble, leaves: newLeaves(maxLeaves)}
}

// Certificate returns a certificate for the name that a viewer asks for (SNI), and without one for localhost and the
// addresses of this machine. It is made for [tls.Config.GetCertificate].
func (a *Authority) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return a.leaves.get(subjectOf(hello), time.Now(), a.root.issue)
}

// Path returns the file that holds the root's certificate, or "" if the authority lives in memory.
func (a *Authority) Path() string { return a.path }

// Ephemeral reports whether the authority ends with this process.
func (a *Authority) Ephemeral() bool { return a.path == "" }

// Trouble returns why the authority is ephemeral, or nil.
func (a *Authority) Trouble() error { return a.trouble }

// PEM returns the root's certificate as a viewer needs it to trust the others.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.certificate.Raw})
}

// Pool returns a pool with the root alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.root.certificate)
	return pool
}
