package application

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const openAPI3 = `openapi: 3.0.3
info: {title: t, version: "1"}
servers:
  - url: https://{name}.example.com/v1/
    variables:
      name: {default: api}
paths:
  /users/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getUser
      responses: {"200": {description: ok}}
    delete:
      responses: {"204": {description: gone}}
  /login:
    post:
      responses: {"200": {description: ok}}
    trace:
      responses: {"200": {description: ok}}
`

const swagger2 = `{
  "swagger": "2.0",
  "info": {"title": "t", "version": "1"},
  "host": "api.example.com",
  "basePath": "/v2",
  "paths": {
    "/pets/{petId}": {
      "get": {"responses": {"200": {"description": "ok"}}}
    },
    "/pets": {
      "post": {"responses": {"201": {"description": "ok"}}}
    }
  }
}`

func TestOpenAPI(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		err        string // how it begins
	}{
		{"version 3", openAPI3, []string{"POST /v1/login @d.yaml:16", "DELETE,GET /v1/users/1 (/v1/users/*) @d.yaml:8"}, ""},
		{"version 3.1 in JSON", `{"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
"paths": {
"/a": {
"put": {"responses": {"200": {"description": "ok"}}}}}}`, []string{"PUT /a @d.yaml:3"}, ""},
		{"version 2", swagger2, []string{"POST /v2/pets @d.yaml:10", "GET /v2/pets/1 (/v2/pets/*) @d.yaml:7"}, ""},
		{"version 2 in YAML", "swagger: \"2.0\"\ninfo: {title: t, version: \"1\"}\npaths:\n  /a:\n    get:\n      responses: {\"200\": {description: ok}}\n", []string{"GET /a @d.yaml:4"}, ""},
		{"several servers", strings.Replace(openAPI3, "paths:", "  - url: /v1\n  - url: /v2\npaths:", 1), []string{
			"POST /v1/login @d.yaml:18", "DELETE,GET /v1/users/1 (/v1/users/*) @d.yaml:10", "POST /v2/login @d.yaml:18", "DELETE,GET /v2/users/1 (/v2/users/*) @d.yaml:10"}, ""},
		{"a server of its own", strings.Replace(openAPI3, "  /login:\n", "  /login:\n    servers: [{url: /own}]\n", 1), []string{
			"POST /own/login @d.yaml:16", "DELETE,GET /v1/users/1 (/v1/users/*) @d.yaml:8"}, ""},
		{"a relative server", strings.Replace(openAPI3, "https://{name}.example.com/v1/", "api/v3", 1), []string{
			"POST /api/v3/login @d.yaml:16", "DELETE,GET /api/v3/users/1 (/api/v3/users/*) @d.yaml:8"}, ""},
		{"another file", "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths:\n  /x:\n    $ref: paths/x.yaml\n", []string{"PATCH /x @paths/x.yaml:1"}, ""},
		{"empty", " \n", nil, "d.yaml: it is empty"},
		{"no document", "hello", nil, "d.yaml:1: it cannot be read: "},
		{"another document", "a: 1\n", nil, `d.yaml: it cannot be read: it does not say which version it has: "openapi" or "swagger" is missing`},
		{"no paths", "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\n", nil, "d.yaml: it has no operation: its paths are empty or missing"},
		{"broken", "openapi: 3.0.3\npaths:\n  /a:\n   get: {\n", nil, "d.yaml:"},
		{"wrong type", "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths:\n  /a: 7\n", nil, "d.yaml"},
		{"a missing file", "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths:\n  /x:\n    $ref: none.yaml\n", nil, "d.yaml: it cannot be read: "},
		{"a file above", "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths:\n  /x:\n    $ref: ../secret.yaml\n", nil, "d.yaml: it cannot be read: "},
		{"the network", "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths:\n  /x:\n    $ref: http://192.0.2.1/x.yaml\n", nil, "d.yaml: it cannot be read: "},
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"in/paths/x.yaml": "patch:\n  responses: {\"200\": {description: ok}}\n",
		"secret.yaml":     "patch:\n  responses: {\"200\": {description: ok}}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "in"))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := OpenAPI(t.Context(), strings.NewReader(tt.text), "d.yaml")
			if tt.err != "" || err != nil {
				if err == nil || tt.err == "" || !strings.HasPrefix(err.Error(), tt.err) {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				t.Log(err)
				return
			}
			if diff := cmp.Diff(tt.want, allInShort(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzOpenAPI holds the reader against its promises: it neither panics nor gives what cannot be asked for.
func FuzzOpenAPI(f *testing.F) {
	f.Add(openAPI3)
	f.Add(swagger2)
	f.Add("openapi: 3.1.0\npaths: {/a: {$ref: '#/paths/~1a'}}\n")
	f.Add("swagger: '2.0'\npaths: {a: null}\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := OpenAPI(t.Context(), strings.NewReader(text), filepath.Join(t.TempDir(), "d.yaml"))
		if err == nil {
			wantSound(t, r)
		} else if !errors.As(err, new(*Error)) {
			t.Errorf("error %v says no place", err)
		}
	})
}
