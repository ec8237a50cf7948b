package origins

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A PlaceKind says what stands at a place.
type PlaceKind string

// The kinds of place.
const (
	PlaceURL  PlaceKind = "url"  // a server on this machine or in the compose network
	PlaceDir  PlaceKind = "dir"  // a directory that answers like a bucket
	PlaceS3   PlaceKind = "s3"   // a bucket of an S3-compatible store
	PlaceEcho PlaceKind = "echo" // answers with what the origin would have received
	PlaceNone PlaceKind = "none" // refuses, like a dead origin
)

// A Place is where an origin is on this machine.
type Place struct {
	Kind   PlaceKind
	URL    string // of PlaceURL, and the endpoint of PlaceS3: "http://localhost:8000", without a "/" at its end
	Dir    string // of PlaceDir, as it was written
	Bucket string // of PlaceS3
}

// Echo is the place of every origin that nobody mapped.
var Echo = Place{Kind: PlaceEcho}

// ParsePlace reads a place as users write it: "http://host:port[/path]", "https://…", a directory,
// "s3://bucket@http://host:port", "echo" or "none". A directory with one of the last two names is written "./echo".
func ParsePlace(s string) (Place, error) {
	switch s {
	case "":
		return Place{}, errors.New(`a place is missing: give a URL, a directory, "echo" or "none"`)
	case string(PlaceEcho):
		return Echo, nil
	case string(PlaceNone):
		return Place{Kind: PlaceNone}, nil
	}
	if strings.ContainsAny(s, "\x00\r\n") {
		return Place{}, fmt.Errorf("%q is not a place: it holds a control character", s)
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return parseDir(s)
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		address, err := parseURL(s)
		return Place{Kind: PlaceURL, URL: address}, err
	case "s3":
		return parseStore(s, rest)
	case "file":
		return Place{}, fmt.Errorf("%q is not a place: write the directory without file://", s)
	case "ws", "wss":
		return Place{}, fmt.Errorf("%q is not a place: write http://%s, which carries WebSockets, too", s, rest)
	}
	return Place{}, fmt.Errorf("%q is not a place: its scheme must be http, https or s3", s)
}

// parseDir takes what has no scheme for a directory, unless it looks like an address whose scheme was forgotten.
func parseDir(s string) (Place, error) {
	host, port, err := net.SplitHostPort(s)
	if _, number := strconv.ParseUint(port, 10, 16); err == nil && number == nil && !strings.ContainsAny(host, `/\`) {
		if host == "" {
			host = "localhost"
		}
		return Place{}, fmt.Errorf("%q is not a place: did you mean http://%s?", s, net.JoinHostPort(host, port))
	}
	return Place{Kind: PlaceDir, Dir: s}, nil
}

// bucketLetters are what names of buckets are made of, those of old included.
const bucketLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

// parseStore reads what follows "s3://": a bucket and the endpoint of its store.
func parseStore(s, rest string) (Place, error) {
	bucket, endpoint, ok := strings.Cut(rest, "@")
	switch {
	case !ok:
		return Place{}, fmt.Errorf("%q names no store: write s3://bucket@http://host:port; "+
			"a bucket at AWS is never asked", s)
	case bucket == "" || strings.Trim(bucket, bucketLetters) != "":
		return Place{}, fmt.Errorf("%q: %q is not the name of a bucket; write s3://bucket@http://host:port", s, bucket)
	case !strings.Contains(endpoint, "://"):
		return Place{}, fmt.Errorf("%q: the endpoint has no scheme; write s3://%s@http://%s", s, bucket, endpoint)
	}
	address, err := parseURL(endpoint)
	if err != nil {
		return Place{}, err
	}
	return Place{Kind: PlaceS3, Bucket: bucket, URL: address}, nil
}

// parseURL checks an http or https address and returns it without the "/" at its end.
func parseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil {
		if cause, ok := errors.AsType[*url.Error](err); ok {
			err = cause.Err
		}
		return "", fmt.Errorf("%q is not a URL: %w", s, err)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("%q: the scheme must be http or https", s)
	case u.Hostname() == "":
		return "", fmt.Errorf("%q has no host", s)
	case u.User != nil:
		return "", fmt.Errorf("%q: a user and a password cannot be given here", s)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", fmt.Errorf("%q: a query string or a fragment cannot be given here", s)
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "", fmt.Errorf("%q: a port is a number from 1 to 65535", s)
		}
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// String returns the place as a banner prints it: "http://localhost:8000", "./apps/web/dist", "echo".
func (p Place) String() string {
	switch p.Kind {
	case PlaceURL:
		return p.URL
	case PlaceDir:
		if filepath.IsAbs(p.Dir) || strings.HasPrefix(p.Dir, ".") {
			return p.Dir
		}
		return "./" + p.Dir
	case PlaceS3:
		return "s3://" + p.Bucket + "@" + p.URL
	case PlaceEcho, PlaceNone:
		return string(p.Kind)
	}
	return "nowhere"
}

// Check reports a directory that is missing or is none. Whether a server answers is found out when it is asked.
func (p Place) Check() error {
	if p.Kind != PlaceDir {
		return nil
	}
	info, err := os.Stat(p.Dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist; build the site, or name the address of its dev server", p)
	case err != nil:
		return fmt.Errorf("look for the directory %s: %w", p, err)
	case !info.IsDir():
		return fmt.Errorf("%s is a file; name the directory that holds the origin's files", p)
	}
	return nil
}
