package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"
)

const (
	rootYears = 10
	// Apple's platforms refuse certificates of more than 825 days even below a root that the user installed. Ours stay
	// far below, and are made anew in time.
	leafLife = 90 * 24 * time.Hour
	// Clocks of virtual machines and containers lag behind.
	skew = time.Hour
)

// A root is a certificate that signs others, and its key.
type root struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// newRoot makes a root.
func newRoot(now time.Time) (*root, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	name := "edgecase local CA"
	if host, err := os.Hostname(); err == nil && len(host) < 40 { // X.509 allows a common name of 64 characters
		name += " " + host
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{Organization: []string{"edgecase"}, CommonName: name},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.AddDate(rootYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &root{certificate, key}, nil
}

// issue makes a certificate.
func (r *root) issue(s subject, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for %s: %w", s, err)
	}
	end := now.Add(leafLife)
	if end.After(r.certificate.NotAfter) {
		end = r.certificate.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: []string{"edgecase development certificate"}},
		NotBefore:    now.Add(-skew),
		NotAfter:     end,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		// Browsers read the names here only, never from the common name.
		DNSNames:    s.names(),
		IPAddresses: s.addresses(),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, r.certificate, key.Public(), r.key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", s, err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", s, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// serial returns a serial number of 128 bits.
func serial() *big.Int {
	var b [16]byte
	rand.Read(b[:])
	b[0] &= 0x7f // a serial number is positive
	return new(big.Int).SetBytes(b[:])
}

// encode returns the two files of a root.
func (r *root) encode() (certificate, key []byte, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(r.key)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.certificate.Raw}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// parseRoot reads the two files of a root, and refuses one that could not sign what a viewer accepts now.
func parseRoot(certificate, key []byte, now time.Time) (*root, error) {
	block, _ := pem.Decode(certificate)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("the root certificate is not in PEM form")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the root certificate: %w", err)
	}
	signer, err := parseKey(key)
	if err != nil {
		return nil, err
	}
	public, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	switch {
	case !ok || !public.Equal(signer.Public()):
		return nil, errors.New("the root's certificate and its key do not belong together")
	case !c.IsCA || c.KeyUsage&x509.KeyUsageCertSign == 0:
		return nil, errors.New("the root certificate is not one of a certificate authority")
	case now.Before(c.NotBefore) || now.AddDate(0, 0, 1).After(c.NotAfter):
		return nil, fmt.Errorf("the root certificate is valid from %s to %s",
			c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
	}
	return &root{c, signer}, nil
}

// parseKey reads a private key in one of the three forms that OpenSSL and mkcert write.
func parseKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("the root's key is not in PEM form")
	}
	var key any
	var err error
	switch block.Type {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, fmt.Errorf("read the root's key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("the root's key cannot sign")
	}
	return signer, nil
}
