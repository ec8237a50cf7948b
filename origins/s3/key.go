package s3

import (
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
)

// maxKey is the longest key in bytes.
const maxKey = 1024

// parseKey returns the key that an escaped path names: without its first "/", percent-decoded once and not normalized
// (REQ-388). The key of the bucket itself is "".
func parseKey(path string) (string, *failure) {
	key, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	if err != nil {
		f := invalidURI(path)
		return "", &f
	}
	if len(key) > maxKey {
		f := keyTooLong(len(key))
		return "", &f
	}
	return key, nil
}

// localName returns the name of the file, relative to the bucket's directory, that can hold a key. Keys such as
// "a//b", "a/../b" and "a/" are keys like any other to S3, but no file has such a name, and a device of Windows is none.
func localName(key string) (string, bool) {
	if key == "." || !fs.ValidPath(key) {
		return "", false
	}
	name, err := filepath.Localize(key)
	return name, err == nil
}

// escapePath writes a key as the path of a URL.
func escapePath(key string) string { return (&url.URL{Path: key}).EscapedPath() }
