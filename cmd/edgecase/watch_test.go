package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLook finds changes that no event tells of.
func TestLook(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	write(t, in("main.tf"), "# one\n")
	write(t, in("code.js"), "// one\n")
	if err := os.Symlink("code.js", in("link.js")); err != nil {
		t.Fatal(err)
	}
	w := newWatch()
	defer w.close()
	w.set([]string{dir, in("main.tf"), in("link.js"), in("modules/later/main.tf")})

	later := time.Now()
	touch := func(name string) { // the clock of a file system may be too coarse to tell two writes apart
		t.Helper()
		later = later.Add(time.Second)
		if err := os.Chtimes(in(name), later, later); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name   string
		change func()
		want   []string
	}{
		{"nothing", func() {}, nil},
		{"in place, of another size", func() { write(t, in("main.tf"), "# one more\n") }, []string{"main.tf"}},
		{"nothing more", func() {}, nil},
		{"in place, of the same size", func() { write(t, in("main.tf"), "# two more\n"); touch("main.tf") }, []string{"main.tf"}},
		{"by rename", func() { save(t, in("main.tf"), "# three\n"); touch("main.tf") }, []string{"main.tf"}},
		{"behind a link", func() { write(t, in("code.js"), "// of another size\n") }, []string{"code.js", "link.js"}},
		{"a file more", func() { write(t, in("more.tf"), "") }, []string{"."}},
		{"a file that is not Terraform's", func() { write(t, in(".main.tf.swp"), "") }, nil},
		{"gone", func() { _ = os.Remove(in("main.tf")) }, []string{".", "main.tf"}},
		{"a directory that was missing", func() { _ = os.MkdirAll(in("modules/later"), 0o755) }, []string{"modules", "modules/later"}},
		{"the file in it", func() { write(t, in("modules/later/main.tf"), "") }, []string{"modules/later/main.tf"}},
	} {
		step.change()
		got := map[string]bool{}
		for _, path := range w.look() {
			name, err := filepath.Rel(dir, path)
			if err != nil {
				t.Fatal(err)
			}
			got[filepath.ToSlash(name)] = true
		}
		want := map[string]bool{}
		for _, name := range step.want {
			want[name] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

// TestWatchWithoutEvents changes files where the system tells of nothing, as in a container that shares them with a Mac.
func TestWatchWithoutEvents(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.tf")
	write(t, file, "# one\n")
	synctest.Test(t, func(t *testing.T) {
		w := newWatch()
		w.close()
		w.fs = nil
		w.set([]string{file})
		ctx, cancel := context.WithCancel(t.Context())
		batches := make(chan []string)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			w.run(ctx, func(paths map[string]bool) { batches <- slices.Collect(maps.Keys(paths)) })
		}()
		for _, change := range []func(){
			func() { write(t, file, "# in place\n") },
			func() { save(t, file, "# by rename, \n") },
			func() { _ = os.Remove(file) },
		} {
			change()
			began := time.Now()
			got := <-batches
			if took := time.Since(began); !slices.Equal(got, []string{file}) || took > lookAgain+debounce {
				t.Errorf("after %v: %q", took, got)
			}
		}
		cancel()
		<-ended
	})
}

// BenchmarkLook is what a look costs that finds nothing: lookAgain bounds how often it is paid.
func BenchmarkLook(b *testing.B) {
	w := newWatch()
	defer w.close()
	files, _ := filepath.Glob("../../testdata/terraform/plane/*")
	w.set(append(files, "../../testdata/terraform/plane"))
	for b.Loop() {
		if changed := w.look(); len(changed) > 0 {
			b.Fatal(changed)
		}
	}
}
