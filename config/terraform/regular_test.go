//go:build unix

package terraform

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// TestFilesThatAreNone: whatever a name leads to, who reads it hears soon that it is no file to read.
func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := syscall.Mkfifo(at("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Mkdir(at("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("large"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(at("large"), 8<<30); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"loop": "loop", "zero": "/dev/zero", "dangling": "nowhere"} {
		if err := os.Symlink(to, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ file, want string }{
		{"pipe", "it is a pipe and not a regular file"},
		{"socket", "it is a socket and not a regular file"},
		{"folder", "it is a directory"},
		{"zero", "it is a device and not a regular file"},
		{"large", "it has 8192 MiB"},
		{"loop", "too many levels of symbolic links"},
		{"dangling", "no file exists"},
	}
	functions := []string{"file", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512", "filebase64sha256", "filebase64sha512", "templatefile"}
	m, _ := Load(dir, Options{})
	for _, tt := range tests {
		for _, f := range functions {
			t.Run("TF-044/"+f+" of "+tt.file, func(t *testing.T) {
				rest := ""
				if f == "templatefile" {
					rest = ", {}"
				}
				began := time.Now()
				_, diags := m.value(expression(t, f+`("`+tt.file+`"`+rest+`)`), m.root.ctx)
				if !diags.HasErrors() || !strings.Contains(diags.Error(), tt.want) {
					t.Errorf("got %v, want %s", diags, tt.want)
				}
				if took := time.Since(began); took > patience/2 {
					t.Errorf("took %s", took)
				}
			})
		}
		for _, name := range []string{"main.tf", "x.tf.json", "terraform.tfvars", "a.auto.tfvars.json"} {
			t.Run("TF-044/"+name+" that is "+tt.file, func(t *testing.T) {
				root := write(t, map[string]string{"other.tf": "locals { a = 1 }"})
				if err := os.Symlink(at(tt.file), filepath.Join(root, name)); err != nil {
					t.Fatal(err)
				}
				_, diags := Load(root, Options{})
				if tt.file == "folder" || tt.file == "dangling" && strings.Contains(name, "tfvars") {
					return // not of the names that count
				}
				if !diags.HasErrors() || diags[0].Subject == nil {
					t.Errorf("got %v", diags)
				}
			})
		}
	}
}

// TestReaderKeptWaiting: a file that promises bytes and never gives them is given up.
func TestReaderKeptWaiting(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if err := r.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	err = consume(r, 1<<20, func([]byte) {})
	if err == nil || !strings.Contains(err.Error(), "keeps its reader waiting") {
		t.Errorf("TF-044: got %v", err)
	}
}

// TestFileWithoutEnd: the size is counted while reading, whatever the file system said before.
func TestFileWithoutEnd(t *testing.T) {
	f, err := os.Open("/dev/zero")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = consume(f, 1<<20, func([]byte) {})
	if err == nil || !strings.Contains(err.Error(), "no end") {
		t.Errorf("TF-044: got %v", err)
	}
}

// TestFilesInAll: many files are not read without end either, and one is hashed once.
func TestFilesInAll(t *testing.T) {
	dir := write(t, map[string]string{"main.tf": "locals { a = 1 }", "f": "text"})
	m, _ := Load(dir, Options{})
	hash := expression(t, `filemd5("f")`)
	v, diags := m.value(hash, m.root.ctx)
	if diags.HasErrors() || v.AsString() != "1cb251ec0d568de6a929b520c4aed8d1" {
		t.Fatal(v, diags)
	}
	m.taken = maxRead
	if _, diags := m.value(hash, m.root.ctx); diags.HasErrors() {
		t.Errorf("hashed again: %v", diags)
	}
	if _, diags := m.value(expression(t, `file("f")`), m.root.ctx); !strings.Contains(diags.Error(), "in all") {
		t.Errorf("TF-044: got %v", diags)
	}
}

// TestFilesetThroughLinks: a folder that is a link is looked through, one that leads back is not followed.
func TestFilesetThroughLinks(t *testing.T) {
	dir := write(t, map[string]string{"main.tf": "locals { a = 1 }", "real/a.txt": "a", "real/deep/b.txt": "b"})
	for link, to := range map[string]string{"link": "real", "real/deep/up": "..", "real/loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	m, _ := Load(dir, Options{})
	v, diags := m.value(expression(t, `join(",", fileset("link", "**"))`), m.root.ctx)
	if diags.HasErrors() || v.AsString() != "a.txt,deep/b.txt" {
		t.Errorf("TF-044: got %#v %v", v, diags)
	}
}

func expression(t *testing.T, text string) hclsyntax.Expression {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(text), "test.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return expr
}
