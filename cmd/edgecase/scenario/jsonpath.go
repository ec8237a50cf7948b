package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxSteps is how deep a path may lead.
const maxSteps = 64

// A step leads from a JSON value to one in it: to a member by its name, or to an element by its index.
type step struct {
	name  string
	index int // -1 for a name
}

// parsePath reads a path to a JSON value: "user.email", "items[0].id", "[2]"; a "$" or "$." in front is allowed. A name
// with other characters stands in brackets and quotation marks: ["first name"].
func parsePath(s string) ([]step, error) {
	rest := strings.TrimPrefix(s, "$")
	var path []step
	for first := true; rest != ""; first = false {
		if len(path) == maxSteps {
			return nil, fmt.Errorf("it has more than %d steps", maxSteps)
		}
		if rest[0] == '[' {
			end := strings.IndexByte(rest, ']')
			if strings.HasPrefix(rest, `["`) {
				end = strings.Index(rest, `"]`) + 1
			}
			if end <= 1 {
				return nil, errors.New("a bracket is not closed")
			}
			at, err := parseIndex(rest[1:end])
			if err != nil {
				return nil, err
			}
			path, rest = append(path, at), rest[end+1:]
			continue
		}
		if rest[0] == '.' {
			rest = rest[1:]
		} else if !first || strings.HasPrefix(s, "$") {
			return nil, errors.New("a dot is missing")
		}
		end := strings.IndexAny(rest+".", ".[")
		if end == 0 {
			return nil, errors.New("a name is missing")
		}
		path, rest = append(path, step{rest[:end], -1}), rest[end:]
	}
	return path, nil
}

// parseIndex reads what stands in brackets.
func parseIndex(s string) (step, error) {
	if name, err := strconv.Unquote(s); err == nil {
		return step{name, -1}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return step{}, fmt.Errorf("%q is no index", s)
	}
	return step{"", n}, nil
}

// valueAt returns the value at a path of a JSON document: a text as it is, anything else as JSON writes it; written is
// how JSON writes either. there is false if the path leads nowhere.
func valueAt(document []byte, path string) (text, written string, there bool, err error) {
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return "", "", false, errors.New("the body is no JSON")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return "", "", false, errors.New("the body is more than one JSON value")
	}
	there = true
	steps, err := parsePath(path)
	if err != nil {
		return "", "", false, err
	}
	for _, s := range steps {
		switch in := v.(type) {
		case map[string]any:
			v, there = in[s.name]
			there = there && s.index < 0
		case []any:
			there = s.index >= 0 && s.index < len(in)
			if there {
				v = in[s.index]
			}
		default:
			there = false
		}
		if !there {
			return "", "", false, nil
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", "", false, err
	}
	written = strings.TrimSpace(b.String())
	if s, ok := v.(string); ok {
		return s, written, true, nil
	}
	return written, written, true, nil
}
