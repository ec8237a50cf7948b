package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// houseRoot is the module's root, seen from this package.
const houseRoot = "../.."

// A houseRoom is one package of the house: what it may import of ours and of other people, and what it must not know of.
// The standard library is open to it, but for what never names.
type houseRoom struct {
	path   string            // below the module
	ours   []string          // packages of this module; all of them if it is anyImport
	others []string          // modules of other people; all of go.mod if it is anyImport
	never  map[string]string // what is forbidden, packages or "prefix/...", and why
}

var anyImport = []string{"..."}

var (
	terraformModules = []string{"github.com/hashicorp/hcl/v2", "github.com/zclconf/go-cty"}
	testModules      = []string{
		"github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "golang.org/x/tools/txtar",
		"github.com/gorilla/websocket", "github.com/chromedp/chromedp", "github.com/chromedp/cdproto",
	}
)

// forbidImports puts the rows of one room together: pairs of an import and the reason why it is not for this room.
func forbidImports(rows ...[2]string) map[string]string {
	never := make(map[string]string, len(rows))
	for _, row := range rows {
		never[row[0]] = row[1]
	}
	return never
}

// forbidOurs forbids everything of ours, for packages that must stay usable and testable alone.
func forbidOurs(why string, more ...[2]string) map[string]string {
	return forbidImports(append(more, [2]string{"edgecase/...", why})...)
}

// houseRooms is the table of who may know whom; imports go down. A new package needs a row, and a row needs its reasons.
func houseRooms() []houseRoom {
	noHTTP := [2]string{"net/http/...", "it decides on plain values; requests belong to the edge"}
	noTerraform := [2]string{"github.com/hashicorp/hcl/v2/...", "Terraform ends in config; the edge and the origins see only the model"}
	noConfig := [2]string{"edgecase/config", "the edge and the origins are given the model, they never load it"}
	noCommand := [2]string{"edgecase/cmd/...", "imports go down, the command is on top"}
	noFiles := [2]string{"os", "it works on what it is given and touches nothing of this machine"}
	noSibling := func(name string) [2]string {
		return [2]string{"edgecase/cmd/edgecase/" + name, "what is built on the edge does not know its neighbors"}
	}
	siblings := func(self string, more ...[2]string) map[string]string {
		for _, name := range []string{"check", "diff", "scenario", "capture", "inspector", "api"} {
			if name != self {
				more = append(more, noSibling(name))
			}
		}
		return forbidImports(more...)
	}
	return []houseRoom{
		{path: "config/cloudfront", never: forbidOurs("the vocabulary is at the bottom, everybody reads it", noHTTP, noFiles, noTerraform,
			[2]string{"log/slog", "pure packages do not log"})},
		{path: "config/terraform", others: append([]string{"github.com/hashicorp/go-cty-funcs", "github.com/zclconf/go-cty-yaml"}, terraformModules...),
			never: forbidOurs("it evaluates Terraform and knows no CloudFront", noHTTP)},
		{path: "config", ours: []string{"config/terraform", "config/cloudfront"}, others: terraformModules,
			never: forbidImports([2]string{"edgecase/edge/...", "the loader never sees a request"},
				[2]string{"edgecase/origins/...", "where origins live is no matter of Terraform"}, noHTTP, noCommand)},
		{path: "origins/s3", never: forbidOurs("the stand-in for a bucket knows a directory and nothing of CloudFront")},
		{path: "origins/echo", others: []string{"github.com/gorilla/websocket"}, never: forbidOurs("the stand-in for an unknown origin says what it was sent and knows nothing of CloudFront")},
		{path: "origins", ours: []string{"origins/s3", "origins/echo", "edge/http1", "config/cloudfront"}, others: []string{"github.com/aws/aws-sdk-go-v2"},
			never: forbidImports([2]string{"edgecase/edge", "the edge asks the origins, never the reverse"}, noConfig, noTerraform, noCommand)},
		{path: "edge/policy", ours: []string{"config/cloudfront", "edge/http1"},
			never: forbidImports([2]string{"edgecase/edge", "the edge uses its parts, not they the edge"}, noHTTP, noFiles, noTerraform, noConfig, noCommand,
				[2]string{"net", "it opens no connection"})},
		{path: "edge/http1", never: forbidOurs("a leaf that both legs share: bytes on the wire, no CloudFront")},
		{path: "edge/cache", never: forbidOurs("it stores what it is given; TTLs arrive as durations")},
		{path: "edge/functions", others: []string{"github.com/dop251/goja", "github.com/dlclark/regexp2"},
			never: forbidOurs("it runs JavaScript on events, the edge makes the events", noHTTP, noFiles)},
		{path: "edge/lambda", never: forbidOurs("it runs the user's code on events, the edge makes the events")},
		{path: "edge/signing", never: forbidOurs("it verifies signatures of plain values", noHTTP)},
		{path: "edge/accesslog", never: forbidOurs("it writes records, the edge fills them")},
		{path: "edge", others: []string{"github.com/andybalholm/brotli", "golang.org/x/net", "golang.org/x/sync", "github.com/quic-go/quic-go"},
			ours: []string{"config/cloudfront", "origins", "edge/http1", "edge/policy", "edge/cache", "edge/functions", "edge/lambda", "edge/signing", "edge/accesslog"},
			never: forbidImports(noConfig, noCommand, noTerraform, noFiles,
				[2]string{"flag", "options arrive as values"})},
		{path: "cmd/edgecase/check/application", others: []string{"github.com/getkin/kin-openapi"},
			never: forbidOurs("it reads what an application serves; what CloudFront makes of it is for check")},
		{path: "cmd/edgecase/check", ours: []string{"cmd/edgecase/check/application", "edge", "edge/http1", "config", "config/cloudfront"},
			others: terraformModules, never: siblings("check")},
		{path: "cmd/edgecase/diff", ours: []string{"edge", "edge/policy", "edge/http1", "config/cloudfront"}, never: siblings("diff", noTerraform, noConfig)},
		{path: "cmd/edgecase/revision", never: forbidOurs("it brings files of a revision, whatever they are")},
		{path: "cmd/edgecase/scenario", ours: []string{"edge", "edge/http1", "config", "config/cloudfront", "config/terraform"}, others: terraformModules, never: siblings("scenario")},
		{path: "cmd/edgecase/capture", ours: []string{"edge", "edge/http1", "origins", "config", "config/cloudfront"}, never: siblings("capture", noTerraform)},
		{path: "cmd/edgecase/inspector", ours: []string{"edge", "config/cloudfront"}, others: []string{"github.com/gorilla/websocket"}, never: siblings("inspector", noTerraform, noConfig)},
		{path: "cmd/edgecase/api", ours: []string{"edge", "config/cloudfront"}, never: siblings("api", noTerraform, noConfig)},
		{path: "cmd/edgecase/certs", others: []string{"github.com/smallstep/truststore"}, never: forbidOurs("certificates are made of names and keys alone")},
		{path: "cmd/edgecase", ours: anyImport, others: anyImport},
	}
}

// A listedPackage is what the go command tells of one.
type listedPackage struct {
	ImportPath, Name                             string
	Imports, TestImports, XTestImports, CgoFiles []string
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags=django,compose", "-json=ImportPath,Name,Imports,TestImports,XTestImports,CgoFiles", "./...")
	cmd.Dir = houseRoot
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %v\n%s", cmd, err, exit.Stderr)
		}
		t.Fatalf("%v: %v", cmd, err)
	}
	var all []listedPackage
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p listedPackage
		if err := d.Decode(&p); err != nil {
			t.Fatalf("read the answer of %v: %v", cmd, err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatalf("%v lists no package", cmd)
	}
	return all
}

// TestHouseImports holds the imports of every package against its row of the table.
func TestHouseImports(t *testing.T) {
	table := make(map[string]houseRoom)
	for _, r := range houseRooms() {
		table["edgecase/"+r.path] = r
	}
	for _, p := range listPackages(t) {
		r, ok := table[p.ImportPath]
		if !ok {
			t.Errorf("%s is not in the table of rooms: find the room its lines belong in, or give it a row with what it may import and why", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if problem := r.refuses(imported); problem != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, problem)
			}
		}
		tests := r
		tests.others = append(slices.Clone(r.others), testModules...)
		tests.never = nil
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if problem := tests.refuses(imported); problem != "" && imported != p.ImportPath {
				t.Errorf("a test of %s imports %s: %s", p.ImportPath, imported, problem)
			}
		}
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s uses cgo in %v; edgecase is built with CGO_ENABLED=0", p.ImportPath, p.CgoFiles)
		}
	}
}

// refuses says why the room must not import a package, or nothing if it may.
func (r houseRoom) refuses(imported string) string {
	for _, pattern := range slices.Sorted(maps.Keys(r.never)) {
		if matchImport(pattern, imported) && !r.owns(imported) {
			return r.never[pattern]
		}
	}
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case first == "edgecase" && !r.owns(imported):
		return "its row of the table of rooms does not name that package"
	case strings.Contains(first, ".") && !slices.ContainsFunc(r.others, func(m string) bool { return m == "..." || matchImport(m+"/...", imported) }):
		return "its row of the table of rooms does not name that module"
	}
	return ""
}

func (r houseRoom) owns(imported string) bool {
	own, ok := strings.CutPrefix(imported, "edgecase/")
	return ok && (slices.Contains(r.ours, own) || slices.Equal(r.ours, anyImport))
}

// matchImport reports whether the pattern, an import path or "prefix/...", covers the path.
func matchImport(pattern, imported string) bool {
	prefix, tree := strings.CutSuffix(pattern, "/...")
	return imported == prefix || tree && strings.HasPrefix(imported, prefix+"/")
}

// TestHouseTable proves on made-up imports that the table refuses what it is there to refuse.
func TestHouseTable(t *testing.T) {
	tests := []struct {
		name, room, imported string
		refused              bool
	}{
		{"vocabulary", "config/cloudfront", "net/http", true},
		{"vocabulary logs", "config/cloudfront", "log/slog", true},
		{"loader to edge", "config", "edgecase/edge", true},
		{"loader to vocabulary", "config", "edgecase/config/cloudfront", false},
		{"part to whole", "edge/policy", "edgecase/edge", true},
		{"part to fields", "edge/policy", "edgecase/edge/http1", false},
		{"part to sibling", "edge/policy", "edgecase/edge/cache", true},
		{"addresses", "edge/policy", "net/netip", false},
		{"edge to loader", "edge", "edgecase/config", true},
		{"edge to hcl", "edge", "github.com/hashicorp/hcl/v2/hclsyntax", true},
		{"edge to files", "edge", "os", true},
		{"leaf", "edge/http1", "edgecase/config/cloudfront", true},
		{"stranger", "edge/http1", "golang.org/x/net/http2", true},
		{"neighbor", "cmd/edgecase/check", "edgecase/cmd/edgecase/diff", true},
		{"command", "cmd/edgecase", "edgecase/edge/policy", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := slices.IndexFunc(houseRooms(), func(r houseRoom) bool { return r.path == tt.room })
			if i < 0 {
				t.Fatalf("no room %s", tt.room)
			}
			if why := houseRooms()[i].refuses(tt.imported); (why != "") != tt.refused {
				t.Errorf("%s imports %s: refused with %q, want refused to be %t", tt.room, tt.imported, why, tt.refused)
			}
		})
	}
}

// TestHouseNames keeps out the packages that collect what found no home, and a sixth room at the top.
func TestHouseNames(t *testing.T) {
	homeless := []string{"util", "utils", "common", "helper", "helpers", "types", "pkg", "internal", "misc", "shared", "lib"}
	for _, p := range listPackages(t) {
		for _, name := range append(strings.Split(p.ImportPath, "/"), p.Name) {
			if slices.Contains(homeless, name) {
				t.Errorf("%s: a package is named by a noun of CloudFront or HTTP, not %q", p.ImportPath, name)
			}
		}
	}
	top := []string{
		"cmd", "config", "edge", "origins", "testdata", "docs", "go.mod", "go.sum", "docker-compose.yml", "README.md", "LICENSE",
		"Makefile", "Dockerfile", ".golangci.yml", ".ci", ".github", ".gitignore", ".gitattributes", ".dockerignore",
		"action.yml", ".pre-commit-hooks.yaml",
	}
	for file := range houseFiles(t) {
		if first, _, _ := strings.Cut(file, "/"); !slices.Contains(top, first) {
			t.Errorf("%s: the top of the repository holds the five rooms and what tools and readers expect there, not %q", file, first)
		}
	}
}

// TestHouseInit refuses init functions: nothing in this program happens because a package was linked.
func TestHouseInit(t *testing.T) {
	for file, text := range houseFiles(t) {
		if path.Ext(file) != ".go" {
			continue
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, text, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("parse: %v", err)
			continue
		}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function; make it a call somebody can see", files.Position(f.Pos()))
			}
		}
	}
}

// TestHouseStrangers keeps out of the repository what is true of one machine only.
func TestHouseStrangers(t *testing.T) {
	// Each word is in two parts, for this file is searched, too.
	strangers := []struct {
		words []string
		why   string
	}{
		{[]string{"proxy.gol" + "ang.org", "sum.gol" + "ang.org", "registry.npm" + "js.org", "deb.deb" + "ian.org", "pypi.o" + "rg"},
			"a package registry's host; the ordinary clients know where to ask"},
		{[]string{"/wo" + "rk/", "/ro" + "ot/", "/t" + "mp/"}, "a path of one machine; use t.TempDir, mktemp or a relative path"},
		{[]string{"cla" + "ude", "anth" + "ropic", "open" + "ai", "chat" + "gpt", "sub" + "agent", "coding ag" + "ent", "language mo" + "del"},
			"how a line was written is not part of the product"},
	}
	for file, text := range houseFiles(t) {
		lower := strings.ToLower(text)
		for _, s := range strangers {
			for _, word := range s.words {
				for from := 0; ; {
					i := strings.Index(lower[from:], word)
					if i < 0 {
						break
					}
					at := from + i
					from = at + len(word)
					// A path of a machine begins where a word begins: a URL's path and $DIR/… go on.
					if word[0] == '/' && at > 0 && !strings.ContainsRune(" \t\n\"'`=:(,", rune(lower[at-1])) {
						continue
					}
					t.Errorf("%s:%d: %q: %s", file, 1+strings.Count(lower[:at], "\n"), word, s.why)
				}
			}
		}
	}
}

// houseFiles gives the text files of the repository by their slashed paths: what git tracks, or, where there is no git
// (a tarball, an image that is being built), every file.
func houseFiles(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = houseRoot
	out, err := cmd.Output()
	names := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if err != nil || len(out) == 0 {
		names = walkHouse(t)
	}
	files := make(map[string]string, len(names))
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(houseRoot, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // Deleted, and not yet committed.
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.ContainsRune(text, 0) {
			files[name] = string(text)
		}
	}
	if files["go.mod"] == "" {
		t.Fatalf("no go.mod among the %d files of the repository", len(files))
	}
	return files
}

func walkHouse(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(houseRoot), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains([]string{".git", ".terraform", "node_modules", "__pycache__"}, d.Name()):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
