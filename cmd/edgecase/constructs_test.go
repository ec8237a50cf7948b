package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	gocmp "github.com/google/go-cmp/cmp"
)

// A constructRun is one way to load a directory of testdata/terraform/constructs. Its golden files lie beside the
// Terraform: routes.txt, routes.json, and settings.txt for what routes does not show, each with the name of the run in
// front if it has one.
type constructRun struct {
	name string
	path string // PATH of the command line, from the directory
	args []string
	opts config.Options
	env  map[string]string
}

// constructRuns are the directories that take more than "edgecase routes".
var constructRuns = map[string][]constructRun{
	"variables": {{
		args: []string{"--var-file", "sizes.tfvars", "--var", `zones=["eu", "us"]`, "--var", `literal=["p"]`},
		opts: config.Options{Settings: []terraform.Setting{
			{File: "sizes.tfvars"}, {Name: "zones", Value: `["eu", "us"]`}, {Name: "literal", Value: `["p"]`},
		}},
		env: map[string]string{
			"TF_VAR_environment": "environment", "TF_VAR_terraform_tfvars": "environment", "TF_VAR_tfvars_json": "environment",
			"TF_VAR_auto": "environment", "TF_VAR_auto_json": "environment", "TF_VAR_nobody_declares_this": "x",
			"TF_VAR_pages": `{ 404 = "/404.html", 500 = "/500.html" }`, "TF_VAR_ipv6": "true",
		},
	}},
	"workspaces": {
		{},
		{name: "production", env: map[string]string{"TF_WORKSPACE": "shop-production"}},
		{name: "unknown", args: []string{"--workspace", "shop-preview"}, opts: config.Options{Workspace: "shop-preview"}},
	},
	"data-files": {{path: "terraform"}},
	"modules":    {{}, {name: "alone", path: "modules/site/edge"}},
}

// TestConstructs holds what comes of every directory of testdata/terraform/constructs against its golden files. Each
// directory says in the head of its main.tf what it is about.
func TestConstructs(t *testing.T) {
	root, err := filepath.Abs(filepath.FromSlash("../../testdata/terraform/constructs"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		runs := constructRuns[e.Name()]
		if len(runs) == 0 {
			runs = []constructRun{{}}
		}
		for _, r := range runs {
			t.Run(filepath.Join(e.Name(), r.name), func(t *testing.T) {
				t.Chdir(filepath.Join(root, e.Name()))
				r.opts.Env = func(name string) (string, bool) { v, ok := r.env[name]; return v, ok }
				golden(t, r.file("routes.txt"), r.routes("text"))
				golden(t, r.file("routes.json"), r.routes("json"))
				golden(t, r.file("settings.txt"), r.settings())
			})
		}
	}
	for name := range constructRuns {
		if !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name }) {
			t.Errorf("there is no directory %s", name)
		}
	}
}

func (r constructRun) file(name string) string {
	if r.name == "" {
		return name
	}
	return r.name + "." + name
}

// routes returns what the command prints: the result, and below it the diagnostics and the exit status where there are
// any.
func (r constructRun) routes(format string) string {
	var stdout, stderr bytes.Buffer
	args := slices.Concat([]string{"routes", "-c", "none", "--format", format, cmp.Or(r.path, ".")}, r.args)
	code := run(args, strings.NewReader(""), &stdout, &stderr, r.opts.Env)
	if stderr.Len() > 0 {
		fmt.Fprintf(&stdout, "\n-- stderr --\n%s", stderr.String())
	}
	if code != 0 && format == "text" {
		fmt.Fprintf(&stdout, "\n-- exit status %d --\n", code)
	}
	return stdout.String()
}

// settings returns what routes does not print: policies, headers, functions, buckets, notices.
func (r constructRun) settings() string {
	l, _ := config.Load(cmp.Or(r.path, "."), r.opts)
	var b strings.Builder
	for _, d := range l.Config.Distributions {
		outline(&b, 0, d.Address, reflect.ValueOf(d))
	}
	for _, n := range slices.Concat(l.Notices, l.Notes) {
		fmt.Fprintf(&b, "%s: %s [%s]\n", n.Source, n.Text, n.Rule)
	}
	for _, p := range l.Placeholders {
		fmt.Fprintf(&b, "missing: %s\n", p.Name)
	}
	return b.String()
}

// shownByRoutes are the fields that routes prints, by their structs, and those that say nothing of their own.
var shownByRoutes = map[string][]string{
	"Distribution": {"Aliases", "Buckets", "DefaultRootObject", "Enabled", "ErrorResponses", "HTTPVersion", "OriginGroups", "Staging"},
	"Origin":       {"OriginPath"},
	"Behavior":     {"AllowedMethods", "Block", "CachedMethods", "TargetOriginID", "ViewerProtocolPolicy"},
}

// outline writes what is set in a value: a line for each struct, with its plain fields, and below it those that are
// structs themselves.
func outline(b *strings.Builder, depth int, name string, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if p, ok := v.Interface().(cloudfront.CachePolicy); ok && p.Managed {
		return // its name says it all
	}
	var plain []string
	var nested []func(*strings.Builder)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Name == "Source" || f.Name == "Sources" || v.Field(i).IsZero() || slices.Contains(shownByRoutes[v.Type().Name()], f.Name) {
			continue
		}
		if text, ok := plainly(v.Field(i)); ok {
			plain = append(plain, f.Name+"="+text)
			continue
		}
		for _, element := range elements(v.Field(i)) {
			nested = append(nested, func(b *strings.Builder) { outline(b, depth+1, f.Name, element) })
		}
	}
	plain = slices.DeleteFunc(plain, func(s string) bool { return strings.HasSuffix(s, "=") })
	var below strings.Builder
	for _, write := range nested {
		write(&below)
	}
	if depth > 0 && below.Len() == 0 && (len(plain) == 0 || len(plain) == 1 && name == "Behaviors") {
		return
	}
	b.WriteString(strings.Repeat("  ", depth) + strings.Join(append([]string{name}, plain...), " ") + "\n" + below.String())
}

// plainly returns what has no fields, or is a text: "" for nothing.
func plainly(v reflect.Value) (string, bool) {
	switch x := v.Interface().(type) {
	case cloudfront.Text:
		switch {
		case x.Value == "" && x.Known:
			return "", true
		case x.StandIn == "" || x.Sensitive:
			return quoted(x.String()), true
		}
		return quoted(x.String()) + "(" + x.StandIn + ")", true
	case fmt.Stringer:
		return x.String(), true
	}
	if v.Kind() == reflect.Pointer && v.Elem().Kind() != reflect.Struct {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Pointer:
		return "", false
	case reflect.Slice:
		if e := v.Type().Elem().Kind(); e == reflect.Struct || e == reflect.Pointer {
			return "", false
		}
		if v.Len() == 0 {
			return "", true
		}
	case reflect.String:
		return quoted(v.String()), true
	}
	return fmt.Sprint(v.Interface()), true
}

// quoted returns a text as a word: in quotes only if it needs them.
func quoted(s string) string {
	if strings.ContainsAny(s, " \n\t\"=") {
		return strconv.Quote(s)
	}
	return s
}

func elements(v reflect.Value) []reflect.Value {
	if v.Kind() != reflect.Slice {
		return []reflect.Value{v}
	}
	var list []reflect.Value
	for i := range v.Len() {
		list = append(list, v.Index(i))
	}
	return list
}

// golden compares a text with a file, or writes it there.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}
