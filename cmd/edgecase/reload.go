package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"edgecase/config"
	"edgecase/edge"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
)

// A reloader puts the configuration on disk in place whenever it has changed. Only its run goroutine changes anything.
type reloader struct {
	open    func() (*project, hcl.Diagnostics, error) // gathers flags and edgecase.hcl anew
	project *project                                  // the one in place
	loaded  *config.Loaded                            // the one in place
	notes   []note                                    // about the one in place
	edge    *edge.Edge
	pool    *origins.Pool
	journal *journal
	recent  *recent
	failure string // what was wrong at the last reload; "" if nothing

	mu    sync.Mutex
	since time.Time // when the configuration in place was loaded
	stale string    // why it is not the one on disk; "" if it is
}

// state returns when the configuration in place was loaded, and why it is not the one on disk, or "".
func (r *reloader) state() (since time.Time, stale string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.since, r.stale
}

// run reloads whenever what it looks after has changed, until the context ends.
func (r *reloader) run(ctx context.Context, w *watch) error {
	defer w.close()
	w.run(ctx, func(changed map[string]bool) {
		// Watched anew and looked at before reading, so that no change after reading is missed.
		w.set(r.watched(r.loaded))
		w.look()
		w.set(r.watched(r.reload(ctx, changed)))
	})
	return nil
}

// watched returns what to look after: everything that was read, now and before, and edgecase.hcl.
func (r *reloader) watched(loaded *config.Loaded) []string {
	paths := append(slices.Clone(loaded.Read), r.loaded.Read...)
	paths = append(paths, r.project.path)
	if r.project.file != nil {
		paths = append(paths, r.project.file.name)
	} else if r.project.flags.config == "" {
		paths = append(paths, configName)
	}
	return paths
}

// reload loads what is on disk and puts it in place if that can be done; it returns what was loaded.
func (r *reloader) reload(ctx context.Context, changed map[string]bool) *config.Loaded {
	began := time.Now()
	project, loaded, diags, err := r.load()
	if err != nil || diags.HasErrors() {
		r.keep(project, loaded, diags, err)
		return loaded
	}
	before := r.edge.Config()
	r.pool.Map(project.places)
	if err := r.edge.Reload(loaded.Config); err != nil {
		r.pool.Map(r.project.places)
		r.keep(project, loaded, nil, err)
		return loaded
	}
	places, notes, listen := r.places(), r.notes, r.project.fileOrEmpty().listen
	r.notes = project.notes(loaded, diags)
	r.project, r.loaded, r.failure = project, loaded, ""
	r.mu.Lock()
	r.since, r.stale = time.Now(), ""
	r.mu.Unlock()

	if r.journal.json {
		r.journal.log.Info("reloaded", "took", time.Since(began).Seconds(), "files", changedNames(changed))
		return loaded
	}
	paint := r.journal.paint
	text := fmt.Sprintf("%s  %s in %d ms  %s\n", paint.dim(clock(began)), paint.green("reloaded"), time.Since(began).Milliseconds(),
		printable(cut(strings.Join(changedNames(changed), " "), 60)))
	changes := append(routeChanges(before, loaded.Config), r.moved(places)...)
	text += renderChanges(changes, paint) + r.recent.again(ctx, r.edge, paint)
	if len(changes) == 0 {
		text += hintIndent + paint.dim("no route changes") + "\n"
	}
	for _, n := range fresh(r.notes, notes) {
		text += n.render(noteColumn([]note{n}), paint)
	}
	if !maps.Equal(listen, project.fileOrEmpty().listen) {
		text += note{label: "note", text: "listen has changed; that needs a restart"}.render(0, paint)
	}
	r.journal.print(text + "\n")
	return loaded
}

// load gathers and loads. A panic in there is a mistake of this program, and no reason to stop serving.
func (r *reloader) load() (project *project, loaded *config.Loaded, diags hcl.Diagnostics, err error) {
	project, loaded = r.project, r.loaded
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("load the configuration: panic: %v", p)
		}
	}()
	opened, diags, err := r.open()
	if opened != nil {
		project = opened
	}
	if err != nil || diags.HasErrors() {
		return project, loaded, diags, err
	}
	loaded, diags = project.load()
	if !diags.HasErrors() {
		err = project.unknownPlaces(loaded)
	}
	return project, loaded, diags, err
}

// keep says that the configuration in place goes on, and why.
func (r *reloader) keep(project *project, loaded *config.Loaded, diags hcl.Diagnostics, err error) {
	why := "the configuration on disk cannot be used"
	if err != nil {
		why = err.Error()
	}
	if errors := sorted(diags, hcl.DiagError); len(errors) > 0 {
		why = errors[0].Summary
		if at := errors[0].Subject; at != nil {
			why += fmt.Sprintf(" at %s:%d", at.Filename, at.Start.Line)
		}
	}
	why = strings.Join(strings.Fields(printable(why)), " ")
	since, _ := r.state()
	r.edge.SetStale(fieldValue(why))
	r.mu.Lock()
	r.stale = why
	r.mu.Unlock()

	if r.journal.json {
		r.journal.log.Error("not reloaded", "err", why)
		return
	}
	paint := r.journal.paint
	head := paint.dim(clock(time.Now())) + "  " + paint.red("not reloaded")
	failure := r.describe(project, loaded, diags, err)
	if failure == r.failure {
		r.journal.print(head + ", for the same reason: " + why + "\n\n")
		return
	}
	r.failure = failure
	r.journal.print(head + ", the configuration of " + clock(since) + " goes on\n" + failure + "\n")
}

// describe returns what is wrong, as it is printed.
func (r *reloader) describe(project *project, loaded *config.Loaded, diags hcl.Diagnostics, err error) string {
	var b strings.Builder
	if err != nil {
		b.WriteString(hintIndent + printable(err.Error()) + "\n")
	}
	files := project.configFiles()
	for name, f := range loaded.Files {
		files[name] = f
	}
	writeDiagnostics(&b, files, sorted(diags, hcl.DiagError), diagnosticWidth(r.journal.w), r.journal.paint)
	return b.String()
}

// fieldValue makes a header field's value of a text: in ASCII.
func fieldValue(s string) string {
	q := strconv.QuoteToASCII(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

func clock(t time.Time) string { return t.Local().Format(time.TimeOnly) }

// changedNames returns the last segments of what has changed.
func changedNames(changed map[string]bool) []string {
	var names []string
	for path := range changed {
		if name := filepath.Base(path); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// places returns where each origin of the configuration in place is.
func (r *reloader) places() map[string]string {
	places := map[string]string{}
	for _, o := range allOrigins(r.loaded.Config) {
		p, _ := r.project.places.For(o)
		places[o.ID.Value] = p.String()
	}
	return places
}

// moved lists the origins that edgecase.hcl has put elsewhere.
func (r *reloader) moved(before map[string]string) []routeChange {
	var changes []routeChange
	for _, o := range allOrigins(r.loaded.Config) {
		p, _ := r.project.places.For(o)
		if was, ok := before[o.ID.Value]; ok && was != p.String() {
			changes = append(changes, routeChange{"~", "origin " + o.ID.String(), was + " → " + p.String(), o.Source})
			before[o.ID.Value] = p.String()
		}
	}
	return changes
}
