package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"

	"edgecase/cmd/edgecase/scenario"
	"edgecase/config"
	"edgecase/edge"

	"github.com/hashicorp/hcl/v2"
)

// firstTests is the name of the file of route tests that init writes.
const firstTests = "routes" + scenario.Extension

// initializeTests writes the first route tests beside an edgecase.hcl that is there and stays as it is.
func initializeTests(p *process, f *flags, path, target string) error {
	kept := &exitError{code: exitFindings, err: fmt.Errorf("%s is there already and stays as it is", target), hint: "--force replaces it"}
	if hasTests(filepath.Dir(target)) {
		return kept
	}
	pr, err := openProject(p, f, path)
	if err != nil {
		return err
	}
	loaded, diags, err := pr.mustLoad()
	if err != nil {
		return err
	}
	if wrote, err := writeFirstTests(pr, target, loaded, diags); err != nil || !wrote {
		if err == nil {
			err = kept
		}
		return err
	}
	fmt.Fprintf(p.stdout, "%s is there already and stays as it is\n", printable(target))
	return nil
}

// writeFirstTests writes route tests beside edgecase.hcl, unless there are some already, or the configuration has errors.
func writeFirstTests(pr *project, target string, loaded *config.Loaded, diags hcl.Diagnostics) (wrote bool, err error) {
	dir := filepath.Dir(target)
	if diags.HasErrors() || hasTests(dir) {
		return false, nil
	}
	e, err := edge.New(loaded.Config, edge.Options{Viewer: pr.viewer(nil)})
	if err != nil { // what only apply can tell decides here: no request can be judged yet
		fmt.Fprintf(pr.stdout, "wrote no route tests: %s\n", printable(err.Error()))
		return false, nil
	}
	all := loaded.Config.Distributions
	whole := len(all) > 1 || pr.flags.distribution != "" // a bare path would mean nothing to those who give no flag
	rec := scenario.NewRecorder(scenario.NewDecider(e, nil))
	if !whole {
		rec.Host = all[0].Host()
	}
	for _, d := range all {
		for _, s := range scenario.Samples(d, whole) {
			if err := rec.Add(context.Background(), s); err != nil {
				return false, err
			}
		}
	}
	if rec.Runs() == 0 {
		return false, nil
	}
	var text bytes.Buffer
	err = rec.Write(&text, "What the distribution does now, one run for each behavior and for what surprises people.\n"+
		"Change what should be otherwise, and add what matters: edgecase test says what is not so.")
	if err != nil {
		return false, err
	}
	name := filepath.Join(dir, firstTests)
	if err := writeNew(name, text.String(), false); err != nil {
		return false, &exitError{code: exitRuntime, err: err}
	}
	fmt.Fprintf(pr.stdout, "wrote %s: %s, which edgecase test runs\n", printable(name), plural(rec.Runs(), "route test"))
	return true, nil
}

// hasTests reports whether there are route tests in a folder or below it.
func hasTests(dir string) bool {
	found, _ := scenario.Discover(dir)
	return len(found) > 0
}
