package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/config/terraform"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
)

func initCommand(p *process, f *flags) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init [PATH]",
		Short: "write edgecase.hcl and a first test file from what is found",
		Long: `  edgecase init
  edgecase init infra/terraform

Writes an edgecase.hcl into this folder: where the Terraform is, and for each of its origins a line
that says where it could be on this machine. Lines that are only guessed are comments.

Where there are no route tests yet, it writes routes.edgetest.hcl, too: a run for each behavior, and
for what surprises people. All of them pass; edgecase test runs them.

Without PATH the Terraform is looked for here and in the folders below. An edgecase.hcl that is
there is kept, unless --force is given; route tests are never written over.`,
		Args: atMostOnePath,
		RunE: func(_ *cobra.Command, args []string) error {
			return initialize(p, f, append(args, "")[0], force)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace an edgecase.hcl that is there")
	return cmd
}

// initialize writes the file.
func initialize(p *process, f *flags, path string, force bool) error {
	target := configName
	if f.config != "" && f.config != "none" {
		target = f.config
	}
	if _, err := os.Lstat(target); err == nil && !force {
		return initializeTests(p, f, path, target)
	}
	alone := *f
	alone.config = "none" // what it says is about to be replaced
	if path == "" && f.terraform == "" {
		path = findTerraform()
	}
	pr, err := openProject(p, &alone, path)
	if err != nil {
		return err
	}
	loaded, diags := pr.load()
	if len(loaded.Config.Distributions) == 0 {
		p.diagnostics(p.stderr, loaded.Files, diags)
		return &exitError{code: exitConfig, hint: "edgecase init PATH names the Terraform directory"}
	}
	sketch := newSketch(pr, target, loaded)
	if err := writeNew(target, sketch.render(), force); err != nil {
		return &exitError{code: exitRuntime, err: err}
	}
	fmt.Fprintf(p.stdout, "wrote %s for %s\n", printable(target), printable(pr.path))
	for _, o := range sketch.origins {
		fmt.Fprintf(p.stdout, "  %s   %s\n", pad(printable(o.origin.ID.String()), sketch.longest()), o.outcome())
	}
	if _, err := writeFirstTests(pr, target, loaded, diags); err != nil {
		return err
	}
	if diags.HasErrors() {
		fmt.Fprintln(p.stdout, "\nThe configuration has errors; edgecase routes shows them.")
	} else {
		fmt.Fprintln(p.stdout, "\nLook through it, then run: edgecase serve")
	}
	return nil
}

// writeNew writes a file that must not be there yet, or replaces it.
func writeNew(name, content string, replace bool) error {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if replace {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, how, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// The folders that are looked through for Terraform: so deep, and so many.
const (
	searchDepth   = 4
	searchFolders = 2000
)

// findTerraform returns the folder nearest to this one that has a distribution, or "" for this one.
func findTerraform() string {
	level := []string{"."}
	seen := 0
	for range searchDepth {
		var below []string
		for _, dir := range level {
			if seen++; seen > searchFolders {
				return ""
			}
			if hasDistribution(dir) {
				return dir
			}
			below = append(below, foldersIn(dir)...)
		}
		level = below
	}
	return ""
}

// foldersIn returns the folders in a folder that people write in.
func foldersIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "node_modules" && e.Name() != "vendor" {
			list = append(list, filepath.Join(dir, e.Name()))
		}
	}
	return list
}

// hasDistribution reports whether one of a folder's Terraform files names the resource.
func hasDistribution(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*.tf"))
	for _, name := range files {
		if src, err := terraform.ReadFile(name, maxConfig); err == nil && strings.Contains(string(src), `"aws_cloudfront_distribution"`) {
			return true
		}
	}
	return false
}

// A sketch is the edgecase.hcl that init writes.
type sketch struct {
	terraform string   // as the file says it
	variables []string // that have no value
	needs     []string // addresses of unknown values that decide something
	origins   []sketched
}

// sketched is what the file says of one origin.
type sketched struct {
	origin   *cloudfront.Origin
	patterns []string // of the behaviors that ask it
	place    origins.Place
	known    bool // the place is given or has been found; else it is a guess
}

// maxSketched is how many values are asked for.
const maxSketched = 30

// newSketch gathers what there is to say. Paths are relative to the file.
func newSketch(pr *project, target string, loaded *config.Loaded) *sketch {
	c := loaded.Config
	s := &sketch{terraform: relativeTo(target, pr.path)}
	for _, v := range loaded.Placeholders {
		if v.Module == "" && len(s.variables) < maxSketched {
			s.variables = append(s.variables, v.Name)
		}
	}
	for _, address := range loaded.Needs {
		if !strings.HasPrefix(address, "var.") && len(s.needs) < maxSketched {
			s.needs = append(s.needs, address)
		}
	}
	guesser := newGuesser(filepath.Dir(target))
	seen := map[string]bool{}
	for _, d := range c.Distributions {
		for _, o := range d.Origins {
			if seen[o.ID.Value] { // one block names them all
				continue
			}
			seen[o.ID.Value] = true
			place, known := pr.places.For(o)
			if known && place.Kind == origins.PlaceDir {
				place.Dir = relativeTo(target, place.Dir)
			}
			if !known {
				place, known = guesser.guess(o, asking(d, o))
			}
			s.origins = append(s.origins, sketched{o, asking(d, o), place, known})
		}
	}
	return s
}

// relativeTo returns a path as a file in another folder says it.
func relativeTo(file, path string) string {
	from, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return path
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rel, err := filepath.Rel(from, to)
	if err != nil {
		return path
	}
	if rel = filepath.ToSlash(rel); rel != "." && !strings.HasPrefix(rel, "../") {
		rel = "./" + rel
	}
	return rel
}

// asking returns the names of the behaviors that ask an origin.
func asking(d *cloudfront.Distribution, o *cloudfront.Origin) []string {
	var list []string
	for _, b := range d.Behaviors {
		for _, member := range d.Members(b.TargetOriginID.Value) {
			if member == o {
				list = append(list, b.Name())
			}
		}
	}
	return list
}

func (s *sketch) longest() int {
	longest := 0
	for _, o := range s.origins {
		longest = max(longest, width(printable(o.origin.ID.String())))
	}
	return longest
}

// outcome says what the file does with an origin.
func (o sketched) outcome() string {
	if o.known {
		return printable(o.place.String())
	}
	return "echo, until you say where it is"
}

// render writes the file.
func (s *sketch) render() string {
	var b strings.Builder
	b.WriteString("# Where the origins of the Terraform are on this machine. Every edgecase command reads this file, here and\n" +
		"# in the folders below; flags go before it.\n\n")
	fmt.Fprintf(&b, "terraform = %s\n\n", quoteHCL(s.terraform))
	b.WriteString(s.renderValues() +
		"# listen {\n#   http  = \"127.0.0.1:8080\"\n#   https = \"127.0.0.1:8443\"\n#   admin = \"127.0.0.1:8081\"\n# }\n")
	for _, o := range s.origins {
		b.WriteString("\n" + o.render())
	}
	return b.String()
}

// renderValues writes, as comments, what the Terraform does not say and nobody but its author knows.
func (s *sketch) renderValues() string {
	text := "# variables = { environment = \"dev\" }\n\n"
	if len(s.variables) > 0 {
		text = "# These variables have no value.\n# variables = {\n"
		for _, name := range s.variables {
			text += "#   " + printable(name) + " = \"\"\n"
		}
		text += "# }\n\n"
	}
	if len(s.needs) > 0 {
		text += "# Only AWS can tell these values, and something depends on them.\n# values {\n"
		for _, address := range s.needs {
			text += "#   " + printable(quoteHCL(address)) + " = \"\"\n"
		}
		text += "# }\n\n"
	}
	return text
}

func (o sketched) render() string {
	id := o.origin.ID.Value
	asked := "no behavior"
	if len(o.patterns) > 0 {
		asked = strings.Join(o.patterns, ", ")
	}
	head := fmt.Sprintf("# %s: %s, asked by %s", o.origin.Kind, o.origin.DomainName, asked)
	if !o.origin.Source.IsZero() {
		head += " (" + o.origin.Source.String() + ")"
	}
	argument := "url = " + quoteHCL(o.place.URL)
	switch o.place.Kind {
	case origins.PlaceDir:
		argument = "dir = " + quoteHCL(o.place.Dir)
	case origins.PlaceS3:
		argument = fmt.Sprintf("s3 = { endpoint = %s, bucket = %s }", quoteHCL(o.place.URL), quoteHCL(o.place.Bucket))
	case origins.PlaceEcho, origins.PlaceNone:
		argument = "place = " + quoteHCL(string(o.place.Kind))
	}
	line := fmt.Sprintf("origin %s { %s }", quoteHCL(id), argument)
	if !o.known {
		line = "# " + line
	}
	return printable(head) + "\n" + line + "\n"
}

// quoteHCL writes a string as HCL does.
func quoteHCL(s string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
}

// A guesser thinks of places for origins.
type guesser struct {
	dir  string
	dirs []string // folders that look like built sites, relative to dir
}

// builds are the names of folders that tools build sites into.
var builds = []string{"dist", "build", "out", "public", "www", "_site"}

func newGuesser(dir string) *guesser {
	g := &guesser{dir: dir}
	level := []string{dir}
	for range searchDepth {
		var below []string
		for _, folder := range level {
			for _, sub := range foldersIn(folder) {
				if len(g.dirs)+len(below) > searchFolders {
					return g
				}
				below = append(below, sub)
				if _, err := os.Stat(filepath.Join(sub, "index.html")); err == nil {
					g.dirs = append(g.dirs, sub)
				}
			}
		}
		level = below
	}
	return g
}

// guess returns where an origin could be, and whether it is there: a bucket in a folder that has a part of the origin's
// id in its path, anything else at the port that development servers like.
func (g *guesser) guess(o *cloudfront.Origin, patterns []string) (place origins.Place, found bool) {
	if o.Kind != cloudfront.KindS3 && o.Kind != cloudfront.KindS3Website {
		return origins.Place{Kind: origins.PlaceURL, URL: "http://localhost:8000"}, false
	}
	for _, dir := range g.dirs {
		if shareWord(dir, o.ID.Value) {
			dir = relativeTo(filepath.Join(g.dir, configName), withoutPrefix(dir, patterns))
			return origins.Place{Kind: origins.PlaceDir, Dir: dir}, true
		}
	}
	return origins.Place{Kind: origins.PlaceDir, Dir: "./dist"}, false
}

// withoutPrefix returns the folder that stands for the bucket: CloudFront asks it for whole paths, so that the folder of
// "/god-mode/*" is in it.
func withoutPrefix(dir string, patterns []string) string {
	for _, p := range patterns {
		prefix, _, _ := strings.Cut(p, "*")
		prefix = strings.Trim(prefix, "/")
		if rest, found := strings.CutSuffix(filepath.ToSlash(dir), "/"+prefix); found && prefix != "" {
			return rest
		}
	}
	return dir
}

// shareWord reports whether a folder's path names what an origin id does, "apps/web/dist" and "S3-web" for instance.
func shareWord(dir, id string) bool {
	dull := map[string]bool{"s3": true, "origin": true, "bucket": true, "static": true, "assets": true}
	for _, b := range builds {
		dull[b] = true
	}
	words := strings.FieldsFunc(strings.ToLower(id), notWord)
	for _, folder := range strings.Split(strings.ToLower(filepath.ToSlash(dir)), "/") {
		for _, w := range words {
			if w == folder && !dull[w] {
				return true
			}
		}
	}
	return false
}

func notWord(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9')
}
