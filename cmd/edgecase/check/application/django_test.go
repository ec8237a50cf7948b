package application

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakePython writes a program that stands for Python, and a manage.py for it.
func fakePython(t *testing.T, script string) DjangoProject {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{"manage.py": "", "python": "#!/bin/sh\n" + script} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return DjangoProject{Manage: "manage.py", Python: filepath.Join(dir, "python"), Env: noEnv}
}

func noEnv(string) (string, bool) { return "", false }

// answered writes a program that gives an answer.
func answered(json string) string { return "cat <<'EOF'\nnoise\n\n" + djangoMark + json + "\nEOF\n" }

func TestDjangoAnswers(t *testing.T) {
	p := fakePython(t, answered(`{"routes": [{"path": "/u/1/", "pattern": "/u/*/", "methods": ["GET"], "assumed": ["OPTIONS"], "kind": "", "name": "u", "at": ["u/urls.py", 3], "view": ["u/views.py", 7]}, `+
		`{"path": "/é/", "pattern": "/é/", "methods": ["POST"], "assumed": [], "kind": "", "name": "", "at": ["u/urls.py", 0], "view": ["u/views.py", 9]}, `+
		`{"path": "/admin/", "pattern": "/admin/", "methods": [], "assumed": ["GET"], "kind": "admin", "name": "admin:index", "at": ["", 0], "view": ["", 0]}], "notes": ["x: y"], "truncated": true}`))
	got, err := Django(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"POST /%C3%A9/ @u/views.py:9", "?GET /admin/ admin", "GET?OPTIONS /u/1/ (/u/*/) @u/urls.py:3"}
	if diff := cmp.Diff(want, allInShort(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"x: y", fmt.Sprintf("there are more than %d URL patterns; the rest is left out", MaxRoutes)}, got.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestDjangoTrouble(t *testing.T) {
	trouble := func(fields string) string {
		return answered(`{"stage": "setup", "python": "3.9.1", "executable": "/usr/bin/python3", "traceback": "Traceback\n  File x\nlast line\n", ` + fields + `}`)
	}
	tests := []struct {
		name, script string
		want, hint   string
	}{
		{"no Django", trouble(`"type": "ModuleNotFoundError", "message": "No module named 'django'", "module": "django"`),
			"manage.py: Python 3.9.1 has no Django: ModuleNotFoundError: No module named 'django'\n    Traceback\n      File x\n    last line",
			"/usr/bin/python3 was asked; name the one of the project's virtual environment with --python"},
		{"another module", trouble(`"type": "ModuleNotFoundError", "message": "No module named 'environ'", "module": "environ"`),
			"manage.py: its settings cannot be loaded: ModuleNotFoundError: No module named 'environ'\n    Traceback\n      File x\n    last line",
			"/usr/bin/python3 has no module environ; name the Python of the project's virtual environment with --python"},
		{"a variable", trouble(`"type": "KeyError", "message": "'SECRET'"`),
			"manage.py: its settings cannot be loaded: KeyError: 'SECRET'\n    Traceback\n      File x\n    last line",
			"give it the environment variables that manage.py needs, as in DJANGO_SECRET_KEY=x edgecase check …"},
		{"syntax", trouble(`"type": "SyntaxError", "message": "invalid syntax"`),
			"manage.py: its settings cannot be loaded: SyntaxError: invalid syntax\n    Traceback\n      File x\n    last line",
			"it was Python 3.9.1, /usr/bin/python3; name another one with --python"},
		{"ends", "echo one >&2; echo two >&2; exit 3\n", "manage.py: PYTHON ended with exit status 3\n    one\n    two", "does PYTHON manage.py check work? Name another Python with --python"},
		{"says nothing", "exit 0\n", "manage.py: PYTHON ended without an answer", "does PYTHON manage.py check work? Name another Python with --python"},
		{"breaks off", "printf '\\n" + djangoMark + "{'\n", "manage.py: PYTHON ended without an answer", "does PYTHON manage.py check work? Name another Python with --python"},
		{"does not end", "echo waiting >&2; exec sleep 60\n", "manage.py: it has not answered within 300ms\n    waiting", "does PYTHON manage.py check work? Name another Python with --python"},
		{"leaves somebody behind", "sleep 60 & exit 1\n", "manage.py: PYTHON ended with exit status 1", "does PYTHON manage.py check work? Name another Python with --python"},
		{"does not stop", "exec yes\n", "manage.py: it has printed more than 33554432 bytes", "does PYTHON manage.py check work? Name another Python with --python"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := fakePython(t, tt.script)
			if tt.name == "does not end" {
				p.Patience = 300 * time.Millisecond
			}
			_, err := Django(t.Context(), p)
			wrong, ok := err.(*Error)
			if !ok {
				t.Fatalf("error %v", err)
			}
			short := strings.NewReplacer(p.Python, "PYTHON").Replace
			if diff := cmp.Diff(tt.want, short(wrong.Error())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.hint, short(wrong.Hint)); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := Django(t.Context(), DjangoProject{Manage: "none.py", Env: noEnv}); err == nil || err.Error() != "none.py: there is no such file" {
		t.Errorf("error %v", err)
	}
	if _, err := Django(t.Context(), DjangoProject{Manage: ".", Env: noEnv}); err == nil || err.Error() != ".: it is a folder" {
		t.Errorf("error %v", err)
	}
}

// TestPython looks for the interpreter where it may be.
func TestPython(t *testing.T) {
	dir := t.TempDir()
	put := func(parts ...string) string {
		name := filepath.Join(append([]string{dir}, parts...)...)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return name
	}
	onPath := put("bin", "python3")
	t.Setenv("PATH", filepath.Dir(onPath))
	p := DjangoProject{Manage: filepath.Join(dir, "api", "manage.py"), Env: noEnv}
	find := func(want string) {
		t.Helper()
		if got, err := p.python(); err != nil || got != want {
			t.Errorf("got %s (%v), want %s", got, err, want)
		}
	}
	find(onPath)
	above := put(".venv", "bin", "python")
	find(above)
	beside := put("api", "venv", "bin", "python")
	find(beside)
	active := put("active", "bin", "python")
	p.Env = func(name string) (string, bool) { return filepath.Join(dir, "active"), name == "VIRTUAL_ENV" }
	find(active)
	p.Python = "python3"
	find(onPath)
	p.Python = "python9"
	if _, err := p.python(); err == nil || err.Error() != "--python python9: there is no such program" {
		t.Errorf("error %v", err)
	}
	p.Python, p.Env = "", noEnv
	for _, name := range []string{onPath, above, beside} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.python(); err == nil || !strings.HasSuffix(err.Error(), "there is no Python here to ask the project with") {
		t.Errorf("error %v", err)
	}
}
