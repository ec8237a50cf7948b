package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"edgecase/cmd/edgecase/check"
	"edgecase/cmd/edgecase/check/application"
	"edgecase/config/cloudfront"

	"github.com/spf13/pflag"
)

// routeFlags say what the application serves.
type routeFlags struct {
	django, openapi, har, log, routes []string
	python                            string
	origins                           []string
}

func (f *routeFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.django, "django", nil, "routes of a Django project, asked by its own Python, as `MANAGE_PY`")
	fs.StringVar(&f.python, "python", "", "the `PYTHON` for --django (default: that of .venv, else python3)")
	fs.StringArrayVar(&f.openapi, "openapi", nil, "routes of an OpenAPI or Swagger document, JSON or YAML, as `FILE`")
	fs.StringArrayVar(&f.har, "har", nil, "requests that a browser has recorded, as `FILE`")
	fs.StringArrayVar(&f.log, "log", nil, "requests of a CloudFront access log, JSON or not, also .gz, as `FILE`")
	fs.StringArrayVar(&f.routes, "routes", nil, "a `FILE` with lines of METHOD /path; - is the standard input")
	fs.StringArrayVar(&f.origins, "app-origin", nil, "the `ID` of the origin that is the application\n(default: the server that most routes reach)")
}

// given reports whether any routes are given.
func (f *routeFlags) given() bool {
	return len(f.django)+len(f.openapi)+len(f.har)+len(f.log)+len(f.routes) > 0
}

// check refuses flags that do not go together.
func (f *routeFlags) check() error {
	stdin := 0
	for _, name := range strings.Fields(strings.Join([]string{strings.Join(f.openapi, " "), strings.Join(f.har, " "), strings.Join(f.log, " "), strings.Join(f.routes, " ")}, " ")) {
		if name == "-" {
			stdin++
		}
	}
	switch {
	case stdin > 1:
		return usageError("give the others as files", "the standard input can be read once, and - is given %d times", stdin)
	case len(f.origins) > 0 && !f.given():
		return usageError("give them with --django, --openapi, --har, --log or --routes", "--app-origin says whose routes are held against the distribution, and there are no routes")
	case f.python != "" && len(f.django) == 0:
		return usageError("give the project's manage.py with --django", "--python is for --django")
	}
	return nil
}

// read reads all of them. distributions tell which hosts of a recording are the site's.
func (f *routeFlags) read(ctx context.Context, p *process, distributions []*cloudfront.Distribution) ([]*application.Routes, error) {
	hosts := cloudfront.NewHosts(distributions)
	ours := func(host string) bool { return hosts.Owner(host) != nil || application.Local(host) }
	var list []*application.Routes
	for _, manage := range f.django {
		m := p.progress(manage, 0)
		waiting := m.wait("asking Django for its URLs")
		r, err := application.Django(ctx, application.DjangoProject{Manage: manage, Python: f.python, Env: p.env})
		waiting()
		if err != nil {
			return nil, evidenceError(ctx, err)
		}
		list = append(list, r)
	}
	for _, source := range []struct {
		files []string
		read  func(r io.Reader, name string, meter application.Meter) (*application.Routes, error)
	}{
		{f.openapi, func(r io.Reader, name string, _ application.Meter) (*application.Routes, error) {
			return application.OpenAPI(ctx, r, name)
		}},
		{f.har, func(r io.Reader, name string, meter application.Meter) (*application.Routes, error) {
			return application.ReadHAR(r, name, ours, meter)
		}},
		{f.log, application.ReadLog},
		{f.routes, func(r io.Reader, name string, _ application.Meter) (*application.Routes, error) {
			return application.ReadList(r, name)
		}},
	} {
		for _, name := range source.files {
			r, err := openEvidence(ctx, p, name, source.read)
			if err != nil {
				return nil, evidenceError(ctx, err)
			}
			list = append(list, r)
		}
	}
	return list, nil
}

// openEvidence reads one file, and says meanwhile how far it is, where somebody waits for it.
func openEvidence[T any](ctx context.Context, p *process, name string, read func(io.Reader, string, application.Meter) (T, error)) (none T, err error) {
	in, shown, size := p.stdin, "standard input", int64(0)
	if name != "-" {
		file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes to keeps nobody waiting
		if err != nil {
			return none, err
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return none, &application.Error{Where: name, What: "it is a folder", Hint: "give one of its files"}
		} else if err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		in, shown = file, name
	}
	m := p.progress(shown, size)
	defer m.clear()
	return read(&interruptible{ctx, in}, shown, m.meter())
}

// An interruptible is a reader that ends with a context.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

// Read reads, unless the context has ended.
func (i *interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// evidenceError makes an exitError of what is wrong with routes that were given.
func evidenceError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if wrong, ok := errors.AsType[*application.Error](err); ok {
		return usageError(wrong.Hint, "%w", err)
	}
	if wrong, ok := errors.AsType[*check.InputError](err); ok {
		return usageError(wrong.Hint, "%w", err)
	}
	return usageError("", "%w", err)
}

// A progress is a line on a terminal that says how far a reader is. It begins when somebody has waited for a while.
type progress struct {
	out   io.Writer // nil where nobody looks
	name  string
	size  int64 // 0 where it is not known
	began time.Time
	last  time.Time
	shown bool
}

// Times of a progress line.
const (
	progressPatience = time.Second
	progressPace     = 100 * time.Millisecond
)

// progress returns one for the terminal on stderr; without a terminal it says nothing.
func (p *process) progress(name string, size int64) *progress {
	m := &progress{name: name, size: size, began: time.Now()}
	if columns, ok := terminal(p.stderr); ok && columns > 0 {
		m.out = p.stderr
	}
	return m
}

// meter returns what a reader calls; nil where nobody looks.
func (m *progress) meter() application.Meter {
	if m.out == nil {
		return nil
	}
	return func(bytes int64, routes int) {
		now := time.Now()
		if now.Sub(m.began) < progressPatience || now.Sub(m.last) < progressPace {
			return
		}
		m.last, m.shown = now, true
		fmt.Fprintf(m.out, "\r\x1b[K%s", cut(m.line(bytes, routes), maxColumns-20))
	}
}

// wait shows a line after a while, for what cannot say how far it is; what it returns takes the line away.
func (m *progress) wait(what string) (done func()) {
	if m.out == nil {
		return func() {}
	}
	shown := time.AfterFunc(progressPatience, func() { fmt.Fprintf(m.out, "\r\x1b[K%s", cut(printable(m.name)+"  "+what, maxColumns-20)) })
	return func() {
		if !shown.Stop() {
			fmt.Fprint(m.out, "\r\x1b[K")
		}
	}
}

// line says how far the reader is.
func (m *progress) line(bytes int64, routes int) string {
	far := bytesOf(bytes)
	if m.size > 0 {
		far = fmt.Sprintf("%d %%", min(100, bytes*100/m.size))
	}
	text := printable(m.name) + "  " + far
	if routes > 0 {
		text += "  " + plural(routes, "route")
	}
	return text
}

// clear takes the line away.
func (m *progress) clear() {
	if m.shown {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}
