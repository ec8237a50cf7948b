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

	"edgecase/cmd/edgecase/diff"
	"edgecase/config"
	"edgecase/config/cloudfront"
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
	old, notes, listen := diff.Side{Config: before, Place: localPlaces(r.project.places)}, r.notes, r.project.fileOrEmpty().listen
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
	// The new configuration serves already: nobody waits for what follows.
	text += requestChanges(old, diff.Side{Config: loaded.Config, Place: localPlaces(project.places)}, paint) + r.recent.again(ctx, r.edge, paint)
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

// maxReloadChanges is how many changes are listed after a save; edgecase diff lists all.
const maxReloadChanges = 12

// requestChanges says which requests change from one configuration to the next, as edgecase diff does. The lines of the old
// one are no longer what they were, so only those of the new one are shown.
func requestChanges(old, new diff.Side, paint paint) (text string) {
	defer func() { // a mistake of this program, and no reason to stop serving
		if p := recover(); p != nil {
			text = hintIndent + printable(fmt.Sprintf("what changes is not known: panic: %v", p)) + "\n"
		}
	}()
	old.At = func(cloudfront.Source) cloudfront.Source { return cloudfront.Source{} }
	report := diff.Compare(old, new)
	if report.Differences == 0 {
		return hintIndent + paint.dim("no request changes") + "\n"
	}
	for _, d := range report.Distributions {
		if len(d.Changes)+len(d.Undecided) > 0 && (len(report.Distributions) > 1 || d.Old != d.New) {
			text += hintIndent + paint.bold(printable(pairText(d))) + "\n"
		}
		text += diffLines(d, len(hintIndent), maxReloadChanges, paint)
	}
	return text
}

// localPlaces says where an origin is on this machine.
func localPlaces(places origins.Places) func(*cloudfront.Origin) string {
	return func(o *cloudfront.Origin) string {
		p, _ := places.For(o)
		return p.String()
	}
}
