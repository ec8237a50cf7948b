package application

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine is how long a line of a list may be, in bytes.
const maxLine = 64 << 10

const listHint = "a line is METHOD /path, or /path alone; several methods with commas between them; # begins a comment"

// ReadList reads a list of routes: lines of "METHOD /path", of "GET,POST /path", or of "/path" alone, which may take any
// method. Paths may have placeholders: /users/{id}, /users/<int:id>, /users/:id, /files/*.
func ReadList(r io.Reader, name string) (*Routes, error) {
	found := newTally(name)
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimSpace(string(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff"))))
		if text == "" || text[0] == '#' {
			continue
		}
		route, err := parseLine(text)
		if err != nil {
			return nil, errorAt(fmt.Sprintf("%s:%d", name, n), listHint, "%s", err)
		}
		route.At = Place{name, n}
		if !found.add(route) {
			return nil, errorAt(fmt.Sprintf("%s:%d", name, n), "", "there are more than %d routes", MaxRoutes)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, errorAt(fmt.Sprintf("%s:%d", name, n+1), listHint, "the line is longer than %d bytes", maxLine)
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return found.routes(), nil
}

// parseLine reads one line.
func parseLine(text string) (Route, error) {
	words := strings.Fields(text)
	if i := slices.IndexFunc(words, func(w string) bool { return w[0] == '#' }); i >= 0 {
		words = words[:i]
	}
	var r Route
	switch {
	case len(words) == 1:
		r.Assumed = anyMethod()
	case len(words) == 2:
		for m := range strings.SplitSeq(words[0], ",") {
			upper := strings.ToUpper(m)
			switch {
			case m == "":
			case upper == "ANY" || upper == "ALL" || upper == "*":
				r.Assumed = anyMethod()
			case slices.Contains(methods, upper):
				r.Methods = append(r.Methods, upper)
			default:
				return r, fmt.Errorf("%q is no method that CloudFront passes on; there are %s", m, strings.Join(methods, " "))
			}
		}
		if r.Methods == nil && r.Assumed == nil {
			return r, fmt.Errorf("%q has no method", text)
		}
	default:
		return r, fmt.Errorf("%q is no route", text)
	}
	path := words[len(words)-1]
	if !strings.HasPrefix(path, "/") {
		return r, fmt.Errorf("%q is no path: a path begins with /", path)
	}
	example, pattern := fromTemplate(path)
	r.Path, r.Pattern = cleanPath(example), cleanPath(pattern)
	if r.Path == "" {
		return r, fmt.Errorf("the path is longer than %d bytes", maxPath)
	}
	return r, nil
}
