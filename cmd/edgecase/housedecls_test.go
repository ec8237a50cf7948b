package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A housePackage is the declarations of one folder, tests apart.
type housePackage struct {
	name  string
	fset  *token.FileSet
	files []*ast.File
	vars  map[string]bool // its variables, by name
}

// parseHouse parses the Go files that are not tests, by their folder: text is what each file says, by its slashed path.
func parseHouse(t *testing.T, text map[string]string) map[string]*housePackage {
	t.Helper()
	packages := make(map[string]*housePackage)
	for file, text := range text {
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "testdata/") {
			continue
		}
		p := packages[path.Dir(file)]
		if p == nil {
			p = &housePackage{fset: token.NewFileSet(), vars: make(map[string]bool)}
			packages[path.Dir(file)] = p
		}
		parsed, err := parser.ParseFile(p.fset, file, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("parse: %v", err)
			continue
		}
		p.name = parsed.Name.Name
		p.files = append(p.files, parsed)
		for _, spec := range specsOf[*ast.ValueSpec](parsed, token.VAR) {
			for _, name := range spec.Names {
				p.vars[name.Name] = name.Name != "_"
			}
		}
	}
	return packages
}

// specsOf gives the declarations at the top of a file that are of one kind.
func specsOf[S ast.Spec](file *ast.File, kind token.Token) []S {
	var specs []S
	for _, decl := range file.Decls {
		if g, ok := decl.(*ast.GenDecl); ok && g.Tok == kind {
			for _, s := range g.Specs {
				specs = append(specs, s.(S))
			}
		}
	}
	return specs
}

// TestHouseVariables refuses package-level state: what is declared at the top of a file is written there and nowhere
// else. A second edge in the same process, or a test beside another, must not be able to tell that it is not alone.
func TestHouseVariables(t *testing.T) {
	for _, p := range parseHouse(t, houseFiles(t)) {
		for _, problem := range p.mutations() {
			t.Error(problem)
		}
	}
}

// mutations lists what the package's functions write to variables of packages, and the variables that are there to be
// written to.
func (p *housePackage) mutations() []string {
	var problems []string
	report := func(n ast.Node, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s: %s", p.fset.Position(n.Pos()), fmt.Sprintf(format, args...)))
	}
	for _, file := range p.files {
		for _, spec := range specsOf[*ast.ValueSpec](file, token.VAR) {
			if why := statefulType(spec); why != "" {
				report(spec, "a variable of the package, of type %s; give it an owner", why)
			}
		}
		imported := importNames(file)
		for _, decl := range file.Decls {
			locals := localNames(decl)
			ast.Inspect(decl, func(n ast.Node) bool {
				for _, target := range writtenBy(n) {
					root, selected := rootOf(target)
					switch {
					case root == "" || locals[root]:
					case p.vars[root]:
						report(n, "writes to %s, a variable of the package; give what changes an owner", root)
					case imported[root] && ast.IsExported(selected):
						report(n, "writes to %s.%s, a variable of another package", root, selected)
					}
				}
				return true
			})
		}
	}
	slices.Sort(problems)
	return problems
}

// statefulType names the type of a variable that could only be there to change. A sync.Pool is not one: nobody can tell
// what is in it.
func statefulType(spec *ast.ValueSpec) string {
	types := append([]ast.Expr{spec.Type}, spec.Values...)
	for _, e := range types {
		switch x := e.(type) {
		case *ast.CompositeLit:
			e = x.Type
		case *ast.UnaryExpr:
			if lit, ok := x.X.(*ast.CompositeLit); ok && x.Op == token.AND {
				e = lit.Type
			}
		case *ast.CallExpr:
			if f, ok := x.Fun.(*ast.Ident); ok && f.Name == "make" {
				if _, ok := x.Args[0].(*ast.ChanType); ok {
					return "channel"
				}
			}
		case *ast.ChanType:
			return "channel"
		}
		if index, ok := e.(*ast.IndexExpr); ok {
			e = index.X
		}
		if s, ok := e.(*ast.SelectorExpr); ok {
			root, name := rootOf(s)
			if root == "atomic" || root == "sync" && slices.Contains([]string{"Mutex", "RWMutex", "Map", "Once", "WaitGroup", "Cond"}, name) {
				return root + "." + name
			}
		}
	}
	return ""
}

// writtenBy gives what a statement or a call writes to, as far as its form tells; who takes an address may only read.
func writtenBy(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.SendStmt:
		return []ast.Expr{n.Chan}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy", "close"}, f.Name) && len(n.Args) > 0 {
			return n.Args[:1]
		}
	}
	return nil
}

// rootOf gives the name that an expression begins with, and what is first selected of it: x and y of x.y[0].z.
func rootOf(e ast.Expr) (root, selected string) {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x.Name, selected
		case *ast.SelectorExpr:
			e, selected = x.X, x.Sel.Name
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return "", ""
		}
	}
}

// localNames gives the names that a function declares anywhere within it: they hide those of the package. A name that
// hides one in part of the function only is taken to hide it in all of it.
func localNames(decl ast.Decl) map[string]bool {
	names := make(map[string]bool)
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			names[id.Name] = true
		}
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field: // receivers, parameters, results
			for _, id := range n.Names {
				add(id)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					add(e)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key)
				add(n.Value)
			}
		case *ast.DeclStmt:
			for _, spec := range n.Decl.(*ast.GenDecl).Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, id := range v.Names {
						add(id)
					}
				}
			}
		}
		return true
	})
	return names
}

// importNames gives the names under which a file knows other packages: the last element of a path that is no version
// where the file gives none.
func importNames(file *ast.File) map[string]bool {
	names := make(map[string]bool)
	for _, spec := range file.Imports {
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		} else if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			name = path.Base(p)
			if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
				name = path.Base(path.Dir(p))
			}
		}
		names[name] = true
	}
	return names
}

// TestHouseComments wants a sentence above every package, and above every exported name that other rooms can use.
func TestHouseComments(t *testing.T) {
	for dir, p := range parseHouse(t, houseFiles(t)) {
		for _, problem := range p.uncommented(dir) {
			t.Error(problem)
		}
	}
}

// uncommented lists the exported declarations of a package that have no comment, and the package if it has none.
func (p *housePackage) uncommented(dir string) []string {
	var problems []string
	report := func(n ast.Node, name string) {
		problems = append(problems, fmt.Sprintf("%s: %s is exported and has no comment", p.fset.Position(n.Pos()), name))
	}
	if !slices.ContainsFunc(p.files, func(f *ast.File) bool { return f.Doc != nil }) {
		problems = append(problems, dir+": the package has no comment: what it is, how to use it, what it does not know")
	}
	for _, file := range p.files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && isExportedReceiver(d.Recv) {
					report(d, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if name, commented := exportedSpec(spec); name != "" && !commented && d.Doc == nil {
						report(spec, name)
					}
				}
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// isExportedReceiver reports whether a method's type, if it is a method, can be named elsewhere.
func isExportedReceiver(receiver *ast.FieldList) bool {
	if receiver == nil {
		return true
	}
	name, _ := rootOf(receiver.List[0].Type)
	return ast.IsExported(name)
}

// exportedSpec gives the first exported name of a declaration, and whether it has a comment of its own, above or behind it.
func exportedSpec(spec ast.Spec) (name string, commented bool) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() {
			return s.Name.Name, s.Doc != nil || s.Comment != nil
		}
	case *ast.ValueSpec:
		for _, id := range s.Names {
			if id.IsExported() {
				return id.Name, s.Doc != nil || s.Comment != nil
			}
		}
	}
	return "", false
}

// TestHouseDeclarations proves on made-up packages that the two searches find what they are there to find, and nothing else.
func TestHouseDeclarations(t *testing.T) {
	const head = "// Package a is made up.\npackage a\n"
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"constant table", "var table = map[string]int{}\nfunc f() int { return table[\"a\"] }", nil},
		{"assigned", "var n int\nfunc f() { n = 1 }", []string{"a/a.go:4:12: writes to n, a variable of the package; give what changes an owner"}},
		{"counted", "var n int\nfunc f() { n++ }", []string{"a/a.go:4:12: writes to n, a variable of the package; give what changes an owner"}},
		{"filled", "var m = map[string]int{}\nvar g = func() { m[\"a\"] = 1 }", []string{"a/a.go:4:18: writes to m, a variable of the package; give what changes an owner"}},
		{"emptied", "var m = map[string]int{}\nfunc f() { delete(m, \"a\") }", []string{"a/a.go:4:12: writes to m, a variable of the package; give what changes an owner"}},
		{"field", "var s struct{ n int }\nfunc f() { s.n = 1 }", []string{"a/a.go:4:12: writes to s, a variable of the package; give what changes an owner"}},
		{"blank", "var _ = 1\nfunc f() { _ = 1 }", nil},
		{"hidden", "var n int\nfunc f(n int) { n = 1 }", nil},
		{"of another package", "import \"net/http\"\nfunc f() { http.DefaultClient = nil }", []string{"a/a.go:4:12: writes to http.DefaultClient, a variable of another package"}},
		{"lock", "import \"sync\"\nvar mu sync.Mutex", []string{"a/a.go:4:5: a variable of the package, of type sync.Mutex; give it an owner"}},
		{"counter", "import \"sync/atomic\"\nvar n = &atomic.Pointer[int]{}", []string{"a/a.go:4:5: a variable of the package, of type atomic.Pointer; give it an owner"}},
		{"channel", "var c = make(chan int)", []string{"a/a.go:3:5: a variable of the package, of type channel; give it an owner"}},
		{"pool", "import \"sync\"\nvar p = sync.Pool{}", nil},
		{"computed once", "import \"sync\"\nvar table = sync.OnceValue(func() int { return 1 })", nil},
		{"no comment", "func F() {}\ntype t struct{}\nfunc (t) M() {}\nconst C = 1 // C is commented.", []string{"a/a.go:3:1: F is exported and has no comment"}},
		{"one for a group", "// The sizes.\nvar (\n\tA = 1\n\tB = 2\n)", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := parseHouse(t, map[string]string{"a/a.go": head + tt.text})["a"]
			if got := append(p.mutations(), p.uncommented("a")...); !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}
