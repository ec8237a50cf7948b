package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"edgecase/cmd/edgecase/certs"
	"edgecase/config"
	"edgecase/edge"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"
)

// serveFlags are what serve takes beside the flags of every command.
type serveFlags struct {
	viewerFlags
	http, https, admin string
	ready              string
	assumeHTTPS        bool
	asAlias            bool
	debugHeaders       bool
}

func serveCommand(p *process, f *flags) *cobra.Command {
	s := &serveFlags{}
	cmd := &cobra.Command{
		Use:   "serve [PATH]",
		Short: "run the distributions of PATH",
		Long: `  edgecase serve terraform
  edgecase serve --origin ALB-api=http://localhost:8000 --origin S3-web=./dist
  edgecase serve --http 127.0.0.1:0 --https off --ready-file ready.json

serve answers every request as the distribution would, and prints one line for each: who answered,
and the Terraform line that decided. It reads the Terraform again whenever a file of it is saved.`,
		Args: atMostOnePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			return (&server{process: p, flags: f, serveFlags: s, set: cmd.Flags(), path: append(args, "")[0]}).run(cmd.Context())
		},
	}
	s.register(cmd.Flags())
	return cmd
}

func (s *serveFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&s.http, "http", "127.0.0.1:8080", "the plain listener's `ADDR`, or off")
	fs.StringVar(&s.https, "https", "127.0.0.1:8443", "the TLS listener's `ADDR`, or off")
	fs.StringVar(&s.admin, "admin", "127.0.0.1:8081", "the admin side's `ADDR`, or off")
	fs.StringVar(&s.ready, "ready-file", "", "a `FILE` that says, as JSON, where it listens, once it does")
	s.viewerFlags.register(fs)
	fs.BoolVar(&s.assumeHTTPS, "assume-https", false, "treat the plain listener as HTTPS, as behind a TLS terminator")
	fs.BoolVar(&s.asAlias, "as-alias", false, "take a local name for the distribution's alias: logins work")
	fs.BoolVar(&s.debugHeaders, "debug-headers", true, "add X-Edgecase-* to answers")
}

// A server is one run of serve.
type server struct {
	*process
	*flags
	*serveFlags
	set  *pflag.FlagSet
	path string

	project *project
	loaded  *config.Loaded
	diags   hcl.Diagnostics // warnings
	took    time.Duration

	plain, secure, side net.Listener // http, https, admin; nil where off
	authority           *certs.Authority
	journal             *journal
	edge                *edge.Edge
	pool                *origins.Pool
	memory              *memory
	underway            *underway
	reloader            *reloader
	viewers             *viewers
}

// How long what is under way may go on when the program is told to end: by a supervisor, and by Ctrl-C.
const (
	drainTime     = 8 * time.Second
	interruptTime = time.Second
)

func (s *server) run(ctx context.Context) error {
	if err := s.load(); err != nil {
		return err
	}
	if err := s.listen(ctx); err != nil {
		return err
	}
	defer s.closeListeners()
	if err := s.prepare(); err != nil {
		return err
	}
	defer s.pool.Close()
	watch := newWatch()
	watch.set(s.reloader.watched(s.loaded)) // before anybody is told that it listens, and edits
	if s.ready != "" {
		// Whoever connects now waits for accept, not in vain.
		if err := writeReady(s.ready, s.plain, s.secure, s.side); err != nil {
			return &exitError{exitRuntime, fmt.Errorf("write --ready-file: %w", err), "name a file that can be written"}
		}
	}
	return s.serve(ctx, watch)
}

// load reads the configuration, and checks what serving needs beside it.
func (s *server) load() (err error) {
	if err := s.viewerFlags.check(); err != nil {
		return err
	}
	if err := checkFormat(s.flags, "text", "json"); err != nil {
		return err
	}
	if s.project, err = openProject(s.process, s.flags, s.path); err != nil {
		return err
	}
	began := time.Now()
	if s.loaded, s.diags, err = s.project.mustLoad(); err != nil {
		return err
	}
	s.took = time.Since(began)
	return s.project.checkPlaces(s.loaded)
}

// listen opens the listeners.
func (s *server) listen(ctx context.Context) (err error) {
	if s.address("http", s.http) == off && s.address("https", s.https) == off {
		return usageError("give one of them an address", "--http and --https are both off: there is nothing to serve")
	}
	if s.ready != "" {
		// What an earlier run wrote would be taken for this one's. Nothing but a file is taken away: not /dev/stdout.
		if info, err := os.Lstat(s.ready); err == nil && !info.Mode().IsRegular() {
			return usageError("name a file of its own", "--ready-file %s is there, and no regular file", s.ready)
		}
		if err := os.Remove(s.ready); err != nil && !errors.Is(err, os.ErrNotExist) {
			return usageError("name a file that can be written", "--ready-file: %w", err)
		}
	}
	defer func() {
		if err != nil {
			s.closeListeners()
		}
	}()
	for _, l := range []struct {
		flag, address string
		to            *net.Listener
	}{{"http", s.http, &s.plain}, {"https", s.https, &s.secure}, {"admin", s.admin, &s.side}} {
		opened, err := listen(ctx, l.flag, s.address(l.flag, l.address))
		if err != nil {
			return err
		}
		if opened != nil {
			*l.to = opened
		}
	}
	return nil
}

// address returns where a flag says to listen, or edgecase.hcl where the flag was not given.
func (s *server) address(flag, value string) string {
	if given := s.project.fileOrEmpty().listen[flag]; given != "" && !s.set.Changed(flag) {
		return given
	}
	return value
}

func (s *server) closeListeners() {
	for _, l := range []net.Listener{s.plain, s.secure, s.side} {
		if l != nil {
			l.Close() // serving has ended, or never began
		}
	}
}

// prepare makes everything that answers.
func (s *server) prepare() (err error) {
	if s.secure != nil {
		dir, _ := s.env("EDGECASE_STATE")
		if dir == "" {
			dir = certs.Dir()
		}
		if s.authority, err = certs.Open(dir); err != nil {
			return &exitError{exitRuntime, err, "--https off serves without TLS"}
		}
	}
	s.journal = newJournal(s.process, s.flags)
	s.underway, s.memory = &underway{}, newMemory()
	recent := &recent{}
	observers := []edge.Observer{s.requestLog(), s.underway, recent}
	opts := edge.Options{
		Log: s.journal.log, Hosts: s.hosts.values(), Viewer: s.project.viewer(s.viewerFlags.values()),
		HTTPPort: portOf(s.plain), HTTPSPort: portOf(s.secure), AsAlias: s.asAlias, DebugHeaders: s.debugHeaders,
	}
	if s.side != nil {
		observers = append(observers, s.memory)
		opts.TraceURL = localURL("http", addressOf(s.side)) + "/api/requests/"
	}
	opts.Observe = observers
	if s.edge, s.pool, err = s.project.edge(s.loaded, opts); err != nil {
		return err
	}
	s.reloader = &reloader{
		open:    func() (*project, hcl.Diagnostics, error) { return newProject(s.process, s.flags, s.path) },
		project: s.project, loaded: s.loaded, notes: s.project.notes(s.loaded, s.diags),
		edge: s.edge, pool: s.pool, journal: s.journal, recent: recent, since: time.Now(),
	}
	s.viewers = newViewers(s.edge, s.authority, s.assumeHTTPS, s.journal.log)
	return nil
}

func (s *server) requestLog() *requestLog {
	l := &requestLog{journal: s.journal, hosts: len(s.loaded.Config.Distributions) > 1, who: 8}
	if s.project.fileOrEmpty().terraform != s.project.path && s.project.path != "." {
		l.path = s.project.path
	}
	for _, o := range allOrigins(s.loaded.Config) {
		l.who = min(max(l.who, width(o.ID.Value)), 14)
	}
	return l
}

// serve answers until the context ends, or a listener breaks, and then waits for what is under way.
func (s *server) serve(ctx context.Context, watch *watch) error {
	// Whoever read the log may leave: without this, the next line of it would end the program.
	signal.Ignore(syscall.SIGPIPE)
	defer s.journal.start()()

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.reloader.run(ctx, watch) })
	s.announce()
	side := newAdminServer(s.adminSide().handler())
	group.Go(s.viewers.serveHTTP2)
	group.Go(func() error { return s.viewers.accept(s.plain, false) })
	group.Go(func() error { return s.viewers.accept(s.secure, true) })
	if s.side != nil {
		group.Go(func() error {
			if err := side.Serve(s.side); !errors.Is(err, http.ErrServerClosed) {
				return &exitError{exitRuntime, fmt.Errorf("serve --admin: %w", err), ""}
			}
			return nil
		})
	}
	group.Go(func() error {
		<-ctx.Done()
		s.shutdown(side)
		return nil
	})
	return group.Wait()
}

// shutdown ends the listeners, waits for what is under way, and closes the rest.
func (s *server) shutdown(side *http.Server) {
	for _, l := range []net.Listener{s.plain, s.secure} {
		if l != nil {
			l.Close() // accept ends
		}
	}
	drain := drainTime
	if s.interrupted() {
		drain = interruptTime
	}
	s.viewers.close(s.underway, drain)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if side.Shutdown(ctx) != nil {
		side.Close() // nothing the admin side answers is worth more patience
	}
}

// adminSide returns what answers on --admin.
func (s *server) adminSide() *admin {
	return &admin{
		hosts: s.hosts.values(), requests: s.memory,
		routes: func() any { return newRoutesDocument(s.edge.Config(), s.pool.Place, nil) },
		health: func() health {
			since, stale := s.reloader.state()
			h := health{Status: "ok", Version: version, Distributions: []string{}, Loaded: since.UTC().Format(time.RFC3339), Stale: pointer(stale)}
			for _, d := range s.edge.Config().Distributions {
				h.Distributions = append(h.Distributions, d.Address)
			}
			return h
		},
	}
}

// announce prints the banner, or in a structured log the facts of it.
func (s *server) announce() {
	if s.journal.json {
		s.journal.log.Info("listening", "http", addressOf(s.plain), "https", addressOf(s.secure), "admin", addressOf(s.side),
			"version", version, "terraform", s.project.path, "took", s.took.Seconds())
		for _, n := range s.notes() {
			s.journal.log.Warn("note", "text", n.text, "source", n.right)
		}
		return
	}
	b := &banner{
		path: s.project.path, files: len(s.loaded.Files), config: s.project.fileOrEmpty().name, took: s.took,
		http: addressOf(s.plain), https: addressOf(s.secure), admin: addressOf(s.side),
		distributions: s.loaded.Config.Distributions, place: s.pool.Place, notes: s.notes(),
	}
	s.journal.print(b.render(s.journal.paint))
}
