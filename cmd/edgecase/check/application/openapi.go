package application

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi3"
)

// maxDocument is how large a document may be, in bytes.
const maxDocument = 32 << 20

const openAPIHint = "--openapi wants an OpenAPI 3 or Swagger 2 document, in JSON or YAML"

// OpenAPI reads the operations of an OpenAPI 3 or Swagger 2 document, in JSON or YAML, below the paths of its servers. name
// is the file that it was read from: other documents that it refers to are read beside it and below, never from the
// network.
func OpenAPI(ctx context.Context, r io.Reader, name string) (*Routes, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case len(text) > maxDocument:
		return nil, errorAt(name, "", "it is larger than %d MB", maxDocument>>20)
	case len(bytes.TrimSpace(text)) == 0:
		return nil, errorAt(name, openAPIHint, "it is empty")
	}
	found := newTally(name)
	if swagger.Match(text) {
		err = readSwagger(text, found)
	} else {
		err = readOpenAPI(ctx, text, name, found)
	}
	if err != nil {
		return nil, documentError(name, err)
	}
	if len(found.list) == 0 {
		return nil, errorAt(name, openAPIHint, "it has no operation: its paths are empty or missing")
	}
	if found.left > 0 {
		return nil, errorAt(name, "", "it has more than %d operations", MaxRoutes)
	}
	return found.routes(), nil
}

// swagger finds the version of Swagger 2 documents.
var swagger = regexp.MustCompile(`(?m)^[ \t{,]*["']?swagger["']?[ \t]*:[ \t]*["']?2`)

// readOpenAPI reads a document of version 3. Lines are those of its paths.
func readOpenAPI(ctx context.Context, text []byte, name string, found *tally) (err error) {
	defer recovered(&err)
	folder := filepath.Dir(name)
	loader := openapi3.NewLoader()
	loader.Context, loader.IncludeOrigin = ctx, true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, u *url.URL) ([]byte, error) { return readBeside(folder, u) }
	doc, err := loader.LoadFromDataWithPath(text, &url.URL{Path: filepath.ToSlash(name)})
	switch {
	case err != nil:
		return err
	case doc.OpenAPI == "":
		return errors.New(`it does not say which version it has: "openapi" or "swagger" is missing`)
	case doc.Paths == nil:
		return nil
	}
	for _, p := range doc.Paths.Keys() {
		item := doc.Paths.Value(p)
		if item == nil {
			continue
		}
		for method, operation := range item.Operations() {
			servers := doc.Servers
			if len(item.Servers) > 0 {
				servers = item.Servers
			}
			if operation.Servers != nil && len(*operation.Servers) > 0 {
				servers = *operation.Servers
			}
			for _, base := range basePaths(servers) {
				found.operation(base+p, method, operation.OperationID, originOf(item.Origin, name))
			}
		}
	}
	return nil
}

// readBeside reads a document that another one refers to: a file in its folder or below.
func readBeside(folder string, u *url.URL) ([]byte, error) {
	if u.Scheme != "" && u.Scheme != "file" || u.Host != "" {
		return nil, fmt.Errorf("it refers to %s, and nothing is fetched from the network: bundle it into one document", u)
	}
	rel, err := filepath.Rel(folder, filepath.FromSlash(u.Path))
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(rel)
	if err != nil {
		return nil, fmt.Errorf("it refers to %s: %w", filepath.FromSlash(u.Path), err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err == nil && len(text) > maxDocument {
		err = fmt.Errorf("it refers to %s, which is larger than %d MB", u.Path, maxDocument>>20)
	}
	return text, err
}

// basePaths returns the paths of servers, without a final "/"; "" where there is none.
func basePaths(servers openapi3.Servers) []string {
	var list []string
	for _, s := range servers {
		base, err := s.BasePath()
		if err != nil { // a relative one that url.ParseRequestURI refuses: "v1", "./v1"
			base = path.Join("/", s.URL)
		}
		if base = strings.TrimRight(base, "/"); !slices.Contains(list, base) {
			list = append(list, base)
		}
	}
	if list == nil {
		return []string{""}
	}
	return list
}

// originOf returns where the document says it.
func originOf(o *openapi3.Origin, name string) Place {
	if o == nil || o.Key == nil {
		return Place{File: name}
	}
	file := filepath.FromSlash(o.Key.File)
	if file == "" {
		file = name
	}
	return Place{file, o.Key.Line}
}

// readSwagger reads a document of version 2.
func readSwagger(text []byte, found *tally) (err error) {
	defer recovered(&err)
	var doc openapi2.T
	if err := openapi2.UnmarshalFromData(text, &doc); err != nil {
		return err
	}
	for p, item := range doc.Paths {
		if item == nil {
			continue
		}
		for method, operation := range item.Operations() {
			found.operation(strings.TrimRight(doc.BasePath, "/")+p, method, operation.OperationID, Place{found.from, lineOf(text, p)})
		}
	}
	return nil
}

// lineOf returns the line on which a path stands as a key, or 0.
func lineOf(text []byte, p string) int {
	for _, quote := range []string{`"`, `'`, ""} {
		key := []byte(quote + p + quote + ":")
		if i := bytes.Index(text, key); i >= 0 && !bytes.Contains(text[i+1:], key) {
			return 1 + bytes.Count(text[:i], []byte("\n"))
		}
	}
	return 0
}

// operation adds one operation.
func (t *tally) operation(template, method, id string, at Place) {
	if !slices.Contains(methods, method) {
		return // TRACE
	}
	example, pattern := fromTemplate(template)
	r := Route{Path: cleanPath(example), Pattern: cleanPath(pattern), Methods: []string{method}, Name: id, At: at}
	if r.Path != "" {
		t.add(r)
	}
}

// recovered makes an error of a panic: documents come from anywhere, and their reader is not ours.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("it cannot be understood: %v", p)
	}
}

// documentError says what is wrong with a document, with the line where the reader tells it.
func documentError(name string, err error) error {
	what := strings.TrimPrefix(err.Error(), "failed to unmarshal data: ")
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		name += ":" + m[1]
	}
	if i := strings.Index(what, "yaml error: "); i >= 0 {
		what = strings.Trim(what[i+len("yaml error: "):], " ,")
	}
	const most = 300
	if len(what) > most {
		what = strings.ToValidUTF8(what[:most], "") + "…"
	}
	return errorAt(name, openAPIHint, "it cannot be read: %s", strings.ReplaceAll(what, "\n", " "))
}

// yamlLine finds a line in what the reader says.
var yamlLine = regexp.MustCompile(`\bline (\d+)`)
