package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"edgecase/cmd/edgecase/scenario"
	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/zclconf/go-cty/cty"
)

// testFormats are the formats of the results of route tests.
var testFormats = []string{"text", "json", "junit", "github"}

// A rehearsal is what "edgecase test" was asked.
type rehearsal struct {
	*process
	flags *flags
	set   *pflag.FlagSet
	viewerFlags

	run      string // --run
	from     string // --from
	verbose  bool
	watch    bool
	overWire bool // --live
	wait     time.Duration
	against  []string
	unsafe   bool // --unsafe-methods
	cacert   string
	reports  reports

	format   string
	files    []string // as they were named
	only     *regexp.Regexp
	deployed *deployed // nil without --against
}

func testCommand(p *process, f *flags) *cobra.Command {
	t := &rehearsal{process: p, flags: f}
	cmd := &cobra.Command{
		Use:   "test [FILE...]",
		Short: "run route tests (*.edgetest.hcl)",
		Long: `  edgecase test
  edgecase test auth.edgetest.hcl --run sign-up --live --origin ALB-api=http://localhost:8000
  edgecase test --against https://d111111abcdef8.cloudfront.net
  edgecase test --watch
  edgecase test --from har session.har > session.edgetest.hcl

Runs route tests: files named *.edgetest.hcl that say of requests which behavior takes them, which
origin, what reaches it, and what comes back. Without FILE all of those below the project are run;
a FILE can be a folder.

  run "sign-up reaches Django" {
    request {
      method = "POST"
      url    = "/auth/email-check/"
    }
    expect {
      behavior = "/auth/*"
      origin   = "ALB-api"
      forwards = ["Cookie", "X-CSRFToken"]
    }
  }

No origin is needed: what only an origin can tell is left open. With --live the requests go through
edgecase's listeners to the mapped origins, and statuses, headers and bodies are compared, too. With
--against they are also put to the deployed distribution, and what it does otherwise is reported;
only GET, HEAD and OPTIONS are sent there.

The exit status is 1 if a run fails.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			t.files, t.set = args, cmd.Flags()
			if t.set.Changed("from") {
				return t.record(cmd.Context())
			}
			return t.execute(cmd)
		},
		ValidArgsFunction: cobra.FixedCompletions([]string{"hcl"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	t.register(cmd)
	for name, complete := range map[string]cobra.CompletionFunc{
		"run": cobra.NoFileCompletions, "wait": cobra.NoFileCompletions,
		"against": cobra.FixedCompletions([]string{"https://", "http://"}, cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp),
		"cacert":  cobra.FixedCompletions([]string{"pem", "crt"}, cobra.ShellCompDirectiveFilterFileExt),
	} {
		completeFlag(cmd, name, complete)
	}
	completeFlag(cmd, "from", cobra.FixedCompletions([]string{"har", "log"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (t *rehearsal) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&t.run, "run", "", "only runs whose name matches this `REGEXP`")
	fs.BoolVarP(&t.verbose, "verbose", "v", false, "print every run, not only those that fail")
	fs.StringVar(&t.from, "from", "", "print route tests made of FILE, of this `KIND`: har, log")
	fs.BoolVar(&t.overWire, "live", false, "send the requests through listeners to the mapped origins")
	fs.DurationVar(&t.wait, "wait", 30*time.Second, "how long --live waits for origins to answer, a `DURATION`")
	fs.BoolVarP(&t.watch, "watch", "w", false, "run again whenever a test or the Terraform is saved")
	fs.StringArrayVar(&t.against, "against", nil, "put the requests to this deployed distribution, too: https://`HOST`")
	fs.BoolVar(&t.unsafe, "unsafe-methods", false, "send POST, PUT, PATCH and DELETE to it as well")
	fs.StringVar(&t.cacert, "cacert", "", "a `FILE` of certificates to trust there instead of the system's")
	t.reports.register(cmd, testFormats...)
	t.viewerFlags.register(fs)
}

// execute checks the flags and runs the tests.
func (t *rehearsal) execute(cmd *cobra.Command) (err error) {
	if t.format, err = t.resultFormat(cmd, t.flags, testFormats...); err != nil {
		return err
	}
	if err := t.viewerFlags.check(); err != nil {
		return err
	}
	if t.only, err = regexp.Compile(t.run); err != nil {
		return usageError("it is a regular expression: --run 'sign-up|login'", "--run %q: %w", t.run, err)
	}
	if t.wait < 0 {
		return usageError("for example --wait 90s", "--wait %s is no time to wait", t.wait)
	}
	if t.deployed, err = newDeployed(t.against, t.unsafe, t.cacert); err != nil {
		return err
	}
	if t.watch {
		if t.deployed != nil || t.format != "text" {
			return usageError("leave --against and --format out", "--watch prints text, and leaves a deployed distribution alone")
		}
		return t.keepRunning(cmd.Context())
	}
	round, err := t.round(cmd.Context())
	if err != nil {
		return err
	}
	if err := t.print(round); err != nil {
		return err
	}
	if round.count(scenario.Failed) > 0 {
		return &exitError{code: exitFindings}
	}
	return nil
}

// A round is one run of all tests, and what came of it.
type round struct {
	project  *project
	loaded   *config.Loaded
	files    []*scenario.File
	results  []*scenario.Result
	live     bool   // the requests went over the wire
	deployed string // where the requests were put, too; "" without --against
	began    time.Time
	took     time.Duration
}

func (r *round) count(v scenario.Verdict) int {
	n := 0
	for _, result := range r.results {
		if result.Verdict == v {
			n++
		}
	}
	return n
}

// open returns how many assertions could not be decided in runs that are decided otherwise.
func (r *round) open() int {
	n := 0
	for _, result := range r.results {
		if result.Verdict == scenario.Passed || result.Verdict == scenario.Failed {
			n += len(result.Open())
		}
	}
	return n
}

// round loads everything and runs the tests once. The round is never nil: it has what could be loaded.
func (t *rehearsal) round(ctx context.Context) (*round, error) {
	r := &round{began: time.Now()}
	names, err := t.find()
	if err != nil {
		return r, err
	}
	if r.project, err = openProject(t.process, t.flags, ""); err != nil {
		return r, err
	}
	var diags hcl.Diagnostics
	if r.loaded, diags, err = r.project.mustLoad(); err != nil {
		return r, err
	}
	if n := len(diags); n > 0 {
		fmt.Fprintf(t.stderr, "note  %s about the configuration; edgecase routes shows them\n", plural(n, "warning"))
	}
	if err := t.read(r, names); err != nil {
		return r, err
	}
	if r.results, err = t.decide(ctx, r); err != nil {
		return r, err
	}
	if r.live = t.overWire; r.live {
		if r.results, err = t.live(ctx, r, r.results); err != nil {
			return r, err
		}
	}
	if t.deployed != nil {
		r.deployed = t.deployed.name()
		if err := t.deployed.compare(ctx, t, r.results); err != nil {
			return r, err
		}
	}
	r.took = time.Since(r.began)
	return r, nil
}

// find returns the files: those that were named, those in the folders that were, or those below the project.
func (t *rehearsal) find() ([]string, error) {
	places := t.files
	if len(places) == 0 {
		places = []string{t.root()}
	}
	var names []string
	for _, place := range places {
		info, err := os.Stat(place)
		switch {
		case err != nil:
			return nil, usageError("a FILE is a file named *"+scenario.Extension+", or a folder with such files", "%s: %s", place, plainError(err))
		case !info.IsDir():
			names = append(names, filepath.Clean(place))
			continue
		}
		found, troubles := scenario.Discover(place)
		for _, trouble := range troubles {
			fmt.Fprintf(t.stderr, "note  %s\n", printable(trouble.Error()))
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		return nil, usageError("edgecase init writes a first one; edgecase test --help shows what stands in it",
			"there are no route tests (*%s) below %s", scenario.Extension, strings.Join(places, ", "))
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// root returns the folder that is searched: that of edgecase.hcl, else this one.
func (t *rehearsal) root() string {
	name := t.flags.config
	if name == "" {
		name = findConfig()
	}
	if name == "" || name == "none" {
		return "."
	}
	return filepath.Dir(name)
}

// read reads the files, and prints what is wrong with them.
func (t *rehearsal) read(r *round, names []string) error {
	options := scenario.Options{Env: t.env, Variables: testVariables(r.loaded.Config)}
	sources := map[string]*hcl.File{}
	var diags hcl.Diagnostics
	runs := 0
	for _, name := range names {
		f, more := scenario.Load(name, options)
		if diags = append(diags, more...); f.Source != nil {
			sources[name] = f.Source
		}
		f.Runs = slices.DeleteFunc(f.Runs, func(run *scenario.Run) bool { return !t.only.MatchString(run.Name) })
		runs += len(f.Runs)
		r.files = append(r.files, f)
	}
	t.diagnostics(t.stderr, sources, diags)
	switch {
	case diags.HasErrors():
		return &exitError{code: exitConfig}
	case runs == 0 && t.run != "":
		return usageError("edgecase test --verbose prints the names of all runs", "--run %q matches none of the runs", t.run)
	case runs == 0:
		return usageError("a run is: run \"name\" { request { … } expect { … } }; edgecase test --help shows one", "the route tests hold no runs")
	}
	return nil
}

// testVariables are the names that expressions in route tests know: distribution, where there is only one.
func testVariables(c *cloudfront.Config) map[string]cty.Value {
	if len(c.Distributions) != 1 {
		return nil
	}
	d := c.Distributions[0]
	return map[string]cty.Value{"distribution": cty.ObjectVal(map[string]cty.Value{
		"host": cty.StringVal(d.Host()), "domain_name": cty.StringVal(d.DomainName), "address": cty.StringVal(d.Address),
	})}
}

// decide asks the edge about all runs.
func (t *rehearsal) decide(ctx context.Context, r *round) ([]*scenario.Result, error) {
	decider, pool, err := t.decider(r)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	var results []*scenario.Result
	for _, f := range r.files {
		if err := decider.Address(f); err != nil {
			return nil, usageError(`choose one with --distribution, with distribution = "…" in the file, or write whole URLs`, "%w", err)
		}
		for _, run := range f.Runs {
			result, err := decider.Decide(ctx, run)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return nil, err
			}
			results = append(results, result)
		}
	}
	return results, nil
}

// decider returns what asks the edge, with an edge for each country that runs name.
func (t *rehearsal) decider(r *round) (*scenario.Decider, *origins.Pool, error) {
	e, pool, err := r.project.edge(r.loaded, t.edgeOptions(r, ""))
	if err != nil {
		return nil, nil, err
	}
	return scenario.NewDecider(e, func(country string) (*edge.Edge, error) {
		opts := t.edgeOptions(r, country)
		opts.Origins = pool
		return edge.New(r.loaded.Config, opts)
	}), pool, nil
}

// edgeOptions are those of an edge whose viewers are in a country; "" is what the flags say.
func (t *rehearsal) edgeOptions(r *round, country string) edge.Options {
	viewer := r.project.viewer(t.viewerFlags.values())
	if country != "" {
		viewer["Country"] = country
	}
	return edge.Options{Hosts: t.hosts.values(), Viewer: viewer}
}

// print writes the results of a round.
func (t *rehearsal) print(r *round) error {
	return t.writeResults(results{
		"text":   func(w io.Writer) error { return writeTestText(w, r, t.verbose, t.paint(w)) },
		"json":   func(w io.Writer) error { return writeJSON(w, newTestDocument(r)) },
		"junit":  func(w io.Writer) error { return writeJUnit(w, "test", testSuites(r)) },
		"github": func(w io.Writer) error { return writeAnnotations(w, testAnnotations(r)) },
	}, t.format, t.reports)
}
