package capture

import (
	"crypto/rand"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"edgecase/config"
)

//go:embed terraform
var embedded embed.FS

// written returns the files of a directory as Write writes them, by their slashed paths in it.
func written() map[string]string {
	files := map[string]string{}
	err := fs.WalkDir(embedded, "terraform", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := embedded.ReadFile(name)
		files[strings.TrimPrefix(name, "terraform/")] = string(text)
		return err
	})
	if err != nil {
		panic(err) // what is linked into the program can be read
	}
	return files
}

// folder is a key of the bucket that ends in a slash: no file of the directory, but a folder where it stands for the bucket.
const folder = "site/s3/folder"

// markerName is the file by which a directory is known.
const markerName = "capture.json"

// A marker makes a directory, and the distribution that it deploys, one of ours.
type marker struct {
	Format int    `json:"edgecase_capture"`
	Token  string `json:"token"` // which only this directory's distribution can know
}

var isToken = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Write writes the Terraform directory of a throw-away distribution. The directory must be new or empty.
func Write(dir string) error {
	token := make([]byte, 16)
	rand.Read(token) // which never fails
	return write(dir, written(), hex.EncodeToString(token))
}

func write(dir string, files map[string]string, token string) error {
	if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(folder)), 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(marker{format, token}, "", "  ")
	if err != nil {
		return err
	}
	all := maps.Clone(files)
	all[markerName] = string(text) + "\n"
	for _, name := range slices.Sorted(maps.Keys(all)) {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, []byte(all[name]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// A Directory is one that Write wrote.
type Directory struct {
	Dir    string
	Token  string
	Edited []string // files that are not as Write wrote them, or gone

	files map[string]string // as they are now
}

// ErrNoMarker says that a directory is none that Write wrote.
var ErrNoMarker = errors.New("is no directory that edgecase capture init wrote")

// maxFile is the largest file of a directory, in bytes.
const maxFile = 1 << 18

// Open reads a directory that Write wrote.
func Open(dir string) (*Directory, error) {
	text, err := readFile(filepath.Join(dir, markerName))
	var m marker
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s %w: it has no %s", dir, ErrNoMarker, markerName)
	case err != nil:
		return nil, err
	case json.Unmarshal([]byte(text), &m) != nil || !isToken.MatchString(m.Token):
		return nil, fmt.Errorf("%s %w: its %s is not what was written there", dir, ErrNoMarker, markerName)
	case m.Format != format:
		return nil, fmt.Errorf("%s is of the format %d, and this edgecase knows %d", dir, m.Format, format)
	}
	d := &Directory{Dir: dir, Token: m.Token, files: map[string]string{}}
	original := written()
	delete(original, "README.md") // which decides nothing
	for _, name := range slices.Sorted(maps.Keys(original)) {
		text, err := readFile(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			d.Edited = append(d.Edited, name)
			continue
		case err != nil:
			return nil, err
		case text != original[name]:
			d.Edited = append(d.Edited, name)
		}
		d.files[name] = text
	}
	return d, nil
}

// Admits refuses a host that cannot be a distribution of the directory: it is no name of CloudFront's, and the Terraform
// gives it to none as an alias.
func (d *Directory) Admits(host string) error {
	if !hostName.MatchString(host) {
		return &NotOursError{Host: host, Why: "is no host name"}
	}
	if strings.HasSuffix(host, ".cloudfront.net") {
		return nil
	}
	loaded, _ := config.Load(d.Dir, config.Options{})
	for _, distribution := range loaded.Config.Distributions {
		if slices.Contains(distribution.Aliases, host) {
			return nil
		}
	}
	return &NotOursError{Host: host, Why: "is neither a name of CloudFront's nor an alias of the distributions in " + d.Dir}
}

// readFile reads a file of at most maxFile bytes.
func readFile(name string) (string, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes to keeps nobody waiting
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxFile)
	}
	return string(text), err
}

// ReadOrigin reads what a directory's program answers: what the origin's program answers.
func ReadOrigin(dir string) (Origin, error) {
	names, err := filepath.Glob(filepath.Join(dir, "answers", "*.http"))
	if err != nil {
		return nil, err
	}
	a := Origin{}
	for _, name := range names {
		if a[strings.TrimSuffix(path.Base(filepath.ToSlash(name)), ".http")], err = readFile(name); err != nil {
			return nil, err
		}
	}
	return a, nil
}
