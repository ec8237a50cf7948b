package application

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// djangoScript is what the project's Python runs.
//
//go:embed django.py
var djangoScript string

// djangoMark begins the line of djangoScript's answer.
const djangoMark = "edgecase-routes:"

const (
	djangoPatience = 60 * time.Second // imports of a large project take seconds
	maxDjango      = 32 << 20         // bytes of an answer
	maxStderr      = 64 << 10         // bytes that are kept of what the project prints
)

// A DjangoProject is a project whose URLs are to be listed.
type DjangoProject struct {
	Manage   string                      // its manage.py
	Python   string                      // "" finds the one of a virtual environment, else python3
	Env      func(string) (string, bool) // os.LookupEnv, for VIRTUAL_ENV
	Patience time.Duration               // 0 means a minute
}

// Django asks a project for its URLs: its own Python is run once, sets Django up as manage.py does, and lists the URL
// patterns with the methods of their views. No server is started, no database is asked, and no connection leaves the
// machine.
func Django(ctx context.Context, p DjangoProject) (*Routes, error) {
	info, err := os.Stat(p.Manage)
	switch {
	case err != nil:
		return nil, errorAt(p.Manage, "--django wants the manage.py of a Django project", "there is no such file")
	case info.IsDir():
		return nil, errorAt(p.Manage, "did you mean "+filepath.Join(p.Manage, "manage.py")+"?", "it is a folder")
	}
	python, err := p.python()
	if err != nil {
		return nil, err
	}
	answer, err := p.ask(ctx, python)
	if err != nil {
		return nil, err
	}
	if answer.Stage != "" {
		return nil, p.explain(answer)
	}
	return answer.routes(p.Manage), nil
}

// python returns the interpreter: the one that was named, that of a virtual environment, or python3.
func (p DjangoProject) python() (string, error) {
	if p.Python != "" {
		found, err := exec.LookPath(p.Python)
		if err != nil && !errors.Is(err, exec.ErrDot) {
			return "", errorAt("--python "+p.Python, "name a Python, as in --python .venv/bin/python", "there is no such program")
		}
		return found, nil
	}
	var places []string
	if dir, ok := p.Env("VIRTUAL_ENV"); ok && dir != "" {
		places = append(places, dir)
	}
	folder := filepath.Dir(p.Manage)
	places = append(places, filepath.Join(folder, ".venv"), filepath.Join(folder, "venv"), filepath.Join(folder, "..", ".venv"), filepath.Join(folder, "..", "venv"))
	for _, dir := range places {
		name := filepath.Join(dir, "bin", "python")
		if runtime.GOOS == "windows" {
			name = filepath.Join(dir, "Scripts", "python.exe")
		}
		if info, err := os.Stat(name); err == nil && !info.IsDir() {
			return filepath.Abs(name)
		}
	}
	for _, name := range []string{"python3", "python"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errorAt(p.Manage, "name the project's Python with --python", "there is no Python here to ask the project with")
}

// A djangoAnswer is what djangoScript prints: routes, or what went wrong.
type djangoAnswer struct {
	Routes []struct {
		Path, Pattern, Kind, Name string
		Methods, Assumed          []string
		At, View                  djangoPlace
	}
	Notes     []string
	Truncated bool

	Stage, Type, Message, Module string
	Traceback                    string
	Python, Executable           string
}

// A djangoPlace is a file and a line.
type djangoPlace struct {
	File string
	Line int
}

// UnmarshalJSON reads ["urls.py", 14].
func (p *djangoPlace) UnmarshalJSON(text []byte) error {
	pair := [2]any{&p.File, &p.Line}
	return json.Unmarshal(text, &pair)
}

// ask runs the script.
func (p DjangoProject) ask(ctx context.Context, python string) (*djangoAnswer, error) {
	patience := p.Patience
	if patience == 0 {
		patience = djangoPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	manage, err := filepath.Abs(p.Manage)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", p.Manage, err)
	}
	stdout, stderr := &bounded{most: maxDjango, end: cancel}, &bounded{most: maxStderr}
	cmd := exec.CommandContext(ctx, python, "-c", djangoScript, manage)
	cmd.Dir = filepath.Dir(manage)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "PYTHONIOENCODING=utf-8", "PYTHONUNBUFFERED=1")
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = 2 * time.Second // what the project has started may hold the pipes open
	err = cmd.Run()
	if answer, found := readAnswer(stdout.kept.Bytes()); found {
		return answer, nil
	}
	switch {
	case stdout.overflowed:
		return nil, p.noAnswer(python, stderr, "it has printed more than %d bytes", maxDjango)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, p.noAnswer(python, stderr, "it has not answered within %s", patience)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, p.noAnswer(python, stderr, "%s ended with %s", python, err)
	}
	return nil, p.noAnswer(python, stderr, "%s ended without an answer", python)
}

// readAnswer finds the script's answer behind whatever has been printed before it.
func readAnswer(text []byte) (*djangoAnswer, bool) {
	i := bytes.LastIndex(text, []byte("\n"+djangoMark))
	if i < 0 {
		return nil, false
	}
	line, _, whole := bytes.Cut(text[i+1+len(djangoMark):], []byte("\n"))
	var a djangoAnswer
	return &a, whole && json.Unmarshal(line, &a) == nil
}

// noAnswer says that Python came to no answer, with the last lines that it printed.
func (p DjangoProject) noAnswer(python string, stderr *bounded, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if last := lastLines(stderr.kept.String()); last != "" {
		what += "\n" + last
	}
	return errorAt(p.Manage, "does "+python+" "+p.Manage+" check work? Name another Python with --python", "%s", what)
}

// explain says what went wrong in the project, with the last lines of Python's traceback and the next step.
func (p DjangoProject) explain(a *djangoAnswer) error {
	what := "its URLs cannot be listed"
	if a.Stage == "setup" {
		what = "its settings cannot be loaded"
	}
	hint := "python manage.py check should say the same; edgecase needs no more than that"
	switch {
	case a.Type == "ModuleNotFoundError" && a.Module == "django" || a.Type == "ImportError" && strings.Contains(a.Message, "import Django"):
		what = fmt.Sprintf("Python %s has no Django", a.Python)
		hint = fmt.Sprintf("%s was asked; name the one of the project's virtual environment with --python", a.Executable)
	case a.Type == "ModuleNotFoundError" && !p.has(a.Module):
		hint = fmt.Sprintf("%s has no module %s; name the Python of the project's virtual environment with --python", a.Executable, a.Module)
	case a.Type == "SyntaxError":
		hint = fmt.Sprintf("it was Python %s, %s; name another one with --python", a.Python, a.Executable)
	case a.Stage == "setup" && (a.Type == "KeyError" || a.Type == "ImproperlyConfigured"):
		hint = "give it the environment variables that manage.py needs, as in DJANGO_SECRET_KEY=x edgecase check …"
	case a.Type == "ConnectionRefusedError" || a.Type == "OperationalError":
		hint = "what is asked at the time of import cannot be asked here; ask for it later, or write the routes into a file for --routes"
	}
	return errorAt(p.Manage, hint, "%s: %s\n%s", what, strings.TrimSpace(a.Type+": "+firstLine(a.Message)), lastLines(a.Traceback))
}

// has reports whether a module is below one of the project's own.
func (p DjangoProject) has(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	_, err := os.Stat(filepath.Join(filepath.Dir(p.Manage), first))
	return err == nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// lastLines returns the end of what Python has printed, indented.
func lastLines(text string) string {
	const most = 12
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[max(0, len(lines)-most):]
	for i := range lines {
		lines[i] = "    " + strings.TrimRight(lines[i], " \r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), " ")
}

// routes makes routes of an answer.
func (a *djangoAnswer) routes(manage string) *Routes {
	found := newTally(manage)
	here, err := os.Getwd()
	for _, r := range a.Routes {
		route := Route{
			Path: cleanPath(r.Path), Pattern: cleanPath(r.Pattern), Methods: known(r.Methods), Assumed: known(r.Assumed), Kind: Kind(r.Kind), Name: r.Name,
			At: r.At.place(here, err),
		}
		if route.Path == "" || len(route.Methods)+len(route.Assumed) == 0 {
			continue
		}
		if route.Pattern == route.Path {
			route.Pattern = ""
		}
		if route.At.Line == 0 && r.View.Line != 0 {
			route.At = r.View.place(here, err)
		}
		found.add(route)
	}
	for _, n := range a.Notes {
		found.note(1, "%s", n)
	}
	if a.Truncated {
		found.note(1, "there are more than %d URL patterns; the rest is left out", MaxRoutes)
	}
	return found.routes()
}

// known returns those of some methods that an application can be asked with.
func known(list []string) []string {
	return slices.DeleteFunc(list, func(m string) bool { return !slices.Contains(methods, m) })
}

// place returns the place as people read it: relative to where the command runs, where that is not farther away.
func (p djangoPlace) place(here string, err error) Place {
	if err == nil && p.File != "" {
		if rel, err := filepath.Rel(here, p.File); err == nil && len(rel) < len(p.File) {
			return Place{rel, p.Line}
		}
	}
	return Place(p)
}

// A bounded keeps the first bytes that are written to it and ends the program when there are more; without an end it keeps
// the last bytes.
type bounded struct {
	kept       bytes.Buffer // not embedded: its ReadFrom would take everything
	most       int
	end        func() // what ends the program
	overflowed bool
}

// Write keeps what it may.
func (b *bounded) Write(p []byte) (int, error) {
	n := len(p)
	switch over := b.kept.Len() + n - b.most; {
	case over <= 0:
		b.kept.Write(p)
	case b.end != nil:
		b.overflowed = true
		b.end()
	case n >= b.most:
		b.kept.Reset()
		b.kept.Write(p[n-b.most:])
	default:
		b.kept.Next(over)
		b.kept.Write(p)
	}
	return n, nil
}
