package revision

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A work is a repository of a test's own.
type work struct {
	*testing.T
	dir string
}

func newWork(t *testing.T) *work {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("TMPDIR", t.TempDir())
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &work{t, dir}
	w.git("init", "-q", "-b", "main")
	w.git("config", "user.name", "n")
	w.git("config", "user.email", "e@example.org")
	return w
}

func (w *work) git(args ...string) string {
	w.Helper()
	cmd := exec.Command("git", append([]string{"-C", w.dir}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w *work) write(name, content string) {
	w.Helper()
	name = filepath.Join(w.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(content), 0o666)); err != nil {
		w.Fatal(err)
	}
}

func (w *work) link(name, to string) {
	w.Helper()
	if err := os.Symlink(to, filepath.Join(w.dir, name)); err != nil {
		w.Fatal(err)
	}
}

func (w *work) commit() {
	w.Helper()
	w.git("add", "-A")
	w.git("commit", "-q", "-m", "x")
}

// tree opens HEAD.
func (w *work) tree() *Tree {
	w.Helper()
	r, err := Open(w.Context(), w.dir)
	if err != nil {
		w.Fatal(err)
	}
	commit, err := r.Commit(w.Context(), "HEAD")
	if err != nil {
		w.Fatal(err)
	}
	t, err := r.Tree(w.Context(), commit)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := t.Close(); err != nil {
			w.Error(err)
		}
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
			w.Errorf("left behind: %v", left)
		}
	})
	return t
}

// laid lists what lies in the temporary directory: files with their content, folders, links.
func laid(t *testing.T, tree *Tree) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(tree.Dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || p == tree.Dir {
			return err
		}
		rel, _ := filepath.Rel(tree.Dir, p)
		switch {
		case d.IsDir():
			rel += "/"
		case d.Type()&os.ModeSymlink != 0:
			to, err := os.Readlink(p)
			if err != nil {
				return err
			}
			rel += " -> " + to
		default:
			content, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			rel += " " + string(content)
		}
		list = append(list, rel)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func bring(t *testing.T, tree *Tree, paths ...string) bool {
	t.Helper()
	more, err := tree.Bring(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return more
}

// Only what is asked for is laid down: of a folder the names, and what Terraform reads of every folder.
func TestBring(t *testing.T) {
	w := newWork(t)
	w.write("infra/main.tf", "main")
	w.write("infra/readme.md", "long")
	w.write("infra/deep/x.tf", "deep")
	w.write("elsewhere/big.bin", "big")
	w.commit()
	w.write("infra/main.tf", "changed since")
	w.write("infra/new.tf", "not committed")
	tree := w.tree()

	if !bring(t, tree, "infra") || bring(t, tree, "infra", "infra/main.tf", "infra/nothing", "nothing/at/all", "infra/main.tf/x", "../up", "/etc/passwd") {
		t.Error("what is new is not what was new")
	}
	want := []string{"infra/", "infra/deep/", "infra/main.tf main", "infra/readme.md "}
	if diff := cmp.Diff(want, laid(t, tree)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	bring(t, tree, "infra/readme.md", "infra/deep")
	want = []string{"infra/", "infra/deep/", "infra/deep/x.tf deep", "infra/main.tf main", "infra/readme.md long"}
	if diff := cmp.Diff(want, laid(t, tree)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for p, want := range map[string]bool{".": true, "infra": true, "infra/main.tf": true, "infra/new.tf": false, "..": false} {
		if has, err := tree.Has(p); has != want || err != nil {
			t.Errorf("%s is there: %v, %v", p, has, err)
		}
	}
}

// No link leads out, whatever it passes through, and those that stay inside lead to what they name.
func TestLinks(t *testing.T) {
	w := newWork(t)
	w.write("modules/cdn/main.tf", "cdn")
	w.write("infra/main.tf", "main")
	w.link("infra/modules", "../modules")
	w.link("infra/absolute", "/etc")
	w.link("infra/up", "../../etc/passwd")
	w.link("infra/round", "round")
	w.link("here", ".")
	w.link("infra/through", "../here/../../etc/passwd") // cleaned it stays inside, as the system reads it it does not
	w.link("modules/first", "second")
	w.link("modules/second", "first")
	w.commit()
	tree := w.tree()
	bring(t, tree, "infra", "infra/modules/cdn", "infra/absolute/passwd", "infra/up", "infra/round", "infra/through", "modules/first/x", "here/infra/main.tf")
	want := []string{
		"here -> .", "infra/", "infra/main.tf main", "infra/modules -> ../modules", "infra/round -> round",
		"modules/", "modules/cdn/", "modules/cdn/main.tf cdn", "modules/first -> second", "modules/second -> first",
	}
	var got []string
	for _, s := range laid(t, tree) {
		if !strings.HasPrefix(s, "infra/through") {
			got = append(got, s)
			continue
		}
		if to, err := filepath.EvalSymlinks(filepath.Join(tree.Dir, "infra/through")); err == nil && !strings.HasPrefix(to, tree.Dir) {
			t.Errorf("infra/through leads to %s", to)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if skipped := strings.Join(tree.Skip, "\n"); !strings.Contains(skipped, "infra/absolute is a link that leads out") || !strings.Contains(skipped, "infra/up is a link") {
		t.Errorf("skipped: %s", skipped)
	}
}

// A tree that git itself would not write cannot lead out either.
func TestHostileNames(t *testing.T) {
	w := newWork(t)
	w.write("x", "content")
	w.commit()
	blob := w.git("rev-parse", "HEAD:x")
	raw := ""
	for _, name := range []string{"..", "../evil", ".git", "a/b", `c\d`, "good"} {
		id := ""
		for i := 0; i < len(blob); i += 2 {
			var c byte
			for _, d := range blob[i : i+2] {
				c = c<<4 | byte(strings.IndexRune("0123456789abcdef", d))
			}
			id += string([]byte{c})
		}
		raw += "100644 " + name + "\x00" + id
	}
	cmd := exec.Command("git", "-C", w.dir, "hash-object", "--literally", "-t", "tree", "-w", "--stdin")
	cmd.Stdin = strings.NewReader(raw)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	commit := w.git("commit-tree", "-m", "x", strings.TrimSpace(string(out)))
	w.git("reset", "-q", "--soft", commit)
	tree := w.tree()
	bring(t, tree, ".", "..", "../evil", ".git", "a/b", "good")
	if diff := cmp.Diff([]string{"good content"}, laid(t, tree)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSubmodule(t *testing.T) {
	w := newWork(t)
	w.write("main.tf", "main")
	w.commit()
	w.git("update-index", "--add", "--cacheinfo", "160000,"+w.git("rev-parse", "HEAD")+",modules")
	w.git("commit", "-q", "-m", "x")
	tree := w.tree()
	bring(t, tree, ".", "modules", "modules/main.tf")
	if diff := cmp.Diff([]string{"main.tf main", "modules/"}, laid(t, tree)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(tree.Skip) != 1 || !strings.Contains(tree.Skip[0], "modules is a submodule") {
		t.Errorf("skipped: %v", tree.Skip)
	}
}

func TestCommit(t *testing.T) {
	w := newWork(t)
	w.write("main.tf", "main")
	w.commit()
	w.git("tag", "-a", "v1", "-m", "x")
	r, err := Open(t.Context(), filepath.Join(w.dir, "not/there"))
	if err != nil {
		t.Fatal(err)
	}
	head := w.git("rev-parse", "HEAD")
	for _, good := range []string{"HEAD", "main", "v1", head, "HEAD@{0}", ":/x"} {
		if got, err := r.Commit(t.Context(), good); got != head || err != nil {
			t.Errorf("%s is %s, %v", good, got, err)
		}
	}
	for _, bad := range []string{"", "nowhere", "a b", "-q", "--all", "HEAD:main.tf", "HEAD^{tree}", "main..HEAD", "x\ny", "$(touch x)", strings.Repeat("a", 5000)} {
		if got, err := r.Commit(t.Context(), bad); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q is %q, %v", bad, got, err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Commit(cancelled, "HEAD"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestPath(t *testing.T) {
	w := newWork(t)
	w.write("infra/prod/main.tf", "main")
	w.link("linked", "infra/prod")
	r, err := Open(t.Context(), filepath.Join(w.dir, "infra"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		w.dir: ".", w.dir + "/infra": "infra", w.dir + "/linked": "infra/prod", w.dir + "/infra/gone/too": "infra/gone/too",
		w.dir + "/linked/main.tf": "infra/prod/main.tf", t.TempDir(): "", w.dir + "/..": "",
	} {
		got, err := r.Path(path)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s is %q, %v, want %q", path, got, err, want)
		}
	}
	if _, err := Open(t.Context(), t.TempDir()); !errors.Is(err, ErrNoRepository) {
		t.Errorf("no repository: %v", err)
	}
}

// An object that is not there (a partial clone) is said, and not fetched.
func TestMissingObject(t *testing.T) {
	w := newWork(t)
	w.write("main.tf", "main")
	w.commit()
	blob := w.git("rev-parse", "HEAD:main.tf")
	if err := os.Remove(filepath.Join(w.dir, ".git/objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	tree := w.tree()
	_, err := tree.Bring(".")
	if known, ok := errors.AsType[*Error](err); !ok || !strings.Contains(known.What, "does not have the object "+blob) {
		t.Errorf("got %v", err)
	}
}
