package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"edgecase/cmd/edgecase/scenario"
)

// keepRunning runs the tests, and again whenever one of their files or of the Terraform is saved, until the context ends.
func (t *rehearsal) keepRunning(ctx context.Context) error {
	w := newWatch()
	defer w.close()
	w.counted = func(name string) bool { return isTerraform(name) || scenario.IsFile(name) }
	last := &round{}
	w.set(t.watched(last)) // before the files are read, so that no change after that is missed
	if err := t.again(ctx, &last); err != nil {
		exit, ok := errors.AsType[*exitError](err)
		if !ok || exit.code == exitUsage {
			return err
		}
		t.report(err)
	}
	w.set(t.watched(last))
	t.rest()
	w.run(ctx, func(changed map[string]bool) {
		w.set(t.watched(last))
		w.look()
		fmt.Fprintf(t.stdout, "%s  %s\n", clock(time.Now()), printable(cut(strings.Join(changedNames(changed), " "), 60)))
		if err := t.again(ctx, &last); err != nil && ctx.Err() == nil {
			t.report(err)
		}
		w.set(t.watched(last))
		t.rest()
	})
	return nil
}

// again runs the tests once and prints what came of them. last is the round whose files are watched: the one before where
// this one could not load them.
func (t *rehearsal) again(ctx context.Context, last **round) error {
	r, err := t.round(ctx)
	if r.loaded == nil {
		r.loaded = (*last).loaded
	}
	if r.project == nil {
		r.project = (*last).project
	}
	if r.files == nil {
		r.files = (*last).files
	}
	*last = r
	if err != nil {
		return err
	}
	return t.print(r)
}

// rest says that something is awaited.
func (t *rehearsal) rest() {
	fmt.Fprintf(t.stdout, "%s\n\n", t.paint(t.stdout).dim("waiting for a file to be saved; Ctrl-C ends"))
}

// watched returns what to look after: the Terraform, edgecase.hcl, the files of tests and what they read, and the folders
// where new ones may appear.
func (t *rehearsal) watched(r *round) []string {
	paths := []string{configName, t.root()}
	if t.flags.terraform != "" {
		paths = append(paths, t.flags.terraform)
	}
	if r.project != nil {
		paths = append(paths, r.project.path)
		if r.project.file != nil {
			paths = append(paths, r.project.file.name)
		}
	}
	if r.loaded != nil {
		paths = append(paths, r.loaded.Read...)
	}
	paths = append(paths, t.files...)
	for _, f := range r.files {
		paths = append(append(paths, f.Name, filepath.Dir(f.Name)), f.Read...)
	}
	return paths
}
