package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"

	"github.com/spf13/cobra"
)

// An explanation is what "edgecase explain" was asked.
type explanation struct {
	*process
	flags *flags

	fields       []string // -H
	body         string   // -d
	hasBody      bool
	originStatus int
	originFields []string
	viewerFlags
}

func explainCommand(p *process, f *flags) *cobra.Command {
	e := &explanation{process: p, flags: f}
	cmd := &cobra.Command{
		Use:   "explain METHOD URL",
		Short: "what would happen to this request, step by step, without sending anything",
		Long: `  edgecase explain POST /auth/email-check/
  edgecase explain GET '/api/me?page=2' -H 'Cookie: sessionid=1' -H 'Authorization: Bearer x'
  edgecase explain GET http://www.example.com/ --origin-status 404

What would happen to this request, step by step, and which line of the Terraform decides. Nothing is
sent to any origin.

URL is a path, which means HTTPS on the only (or the --distribution) distribution, or a full URL,
whose scheme and host select. It is taken as it is: neither cleaned nor decoded.

The origin is supposed to answer 200, 101 to a WebSocket's handshake, or what --origin-status and
--origin-header say. The exit status is 0 whatever the answer would be.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return usageError("for example: edgecase explain GET /index.html", "explain takes METHOD and URL, not %s", plural(len(args), "argument"))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			e.hasBody = cmd.Flags().Changed("data")
			return e.run(cmd.Context(), args[0], args[1])
		},
		ValidArgsFunction: completeRequest(p, f),
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringArrayVarP(&e.fields, "header", "H", nil, "a header of the request, as `'NAME: VALUE'` (repeatable)")
	fs.StringVarP(&e.body, "data", "d", "", "the `BODY` of the request")
	fs.IntVar(&e.originStatus, "origin-status", 0, "the `STATUS` that the origin is supposed to answer (default 200)")
	fs.StringArrayVar(&e.originFields, "origin-header", nil, "a header of the supposed answer, as `'NAME: VALUE'` (repeatable)")
	e.viewerFlags.register(fs)
	return cmd
}

// run explains one request.
func (e *explanation) run(ctx context.Context, method, url string) error {
	if err := checkFormat(e.flags, "text", "json"); err != nil {
		return err
	}
	if err := e.viewerFlags.check(); err != nil {
		return err
	}
	a, err := e.assumption()
	if err != nil {
		return err
	}
	pr, err := openProject(e.process, e.flags, "")
	if err != nil {
		return err
	}
	loaded, diags, err := pr.mustLoad()
	if err != nil {
		return err
	}
	r, err := e.request(method, url, loaded)
	if err != nil {
		return err
	}
	asked, malformed, err := r.Read(ctx)
	if err != nil {
		return err
	}
	a.Malformed = malformed
	ed, pool, err := pr.edge(loaded, edge.Options{Hosts: e.hosts.values(), Viewer: pr.viewer(e.viewerFlags.values())})
	if err != nil {
		return err
	}
	defer pool.Close()
	x := ed.Explain(ctx, asked, a)
	if e.flags.format == "json" {
		return writeJSON(e.stdout, x.Document())
	}
	if n := len(diags); n > 0 {
		fmt.Fprintf(e.stderr, "note  %s about the configuration; edgecase routes shows them\n", plural(n, "warning"))
	}
	_, err = io.WriteString(e.stdout, explainText(x, e.paint(e.stdout)))
	return err
}

// assumption returns what the origin is supposed to answer.
func (e *explanation) assumption() (edge.Assume, error) {
	a := edge.Assume{Status: e.originStatus}
	if a.Status != 0 && (a.Status < 200 || a.Status > 599) {
		return a, usageError("a status is a number from 200 to 599", "--origin-status %d is not the status of an answer", a.Status)
	}
	for _, s := range e.originFields {
		f, err := parseField("--origin-header", s)
		if err != nil {
			return a, err
		}
		a.Fields = append(a.Fields, f)
	}
	return a, nil
}

// request gathers the request from the command line.
func (e *explanation) request(method, url string, loaded *config.Loaded) (*http1.Draft, error) {
	r, err := parseTarget(method, url)
	if err != nil {
		return nil, err
	}
	for _, s := range e.fields {
		f, err := parseField("-H", s)
		if err != nil {
			return nil, err
		}
		r.Fields = append(r.Fields, f)
	}
	r.Body, r.HasBody = e.body, e.hasBody
	if r.Host == "" && !r.Fields.Has("Host") {
		r.Host, err = onlyHost(loaded.Config.Distributions, url)
	}
	return r, err
}

// parseTarget takes METHOD and URL apart.
func parseTarget(method, url string) (*http1.Draft, error) {
	d, err := http1.NewDraft(method, url)
	if bad, ok := errors.AsType[*http1.DraftError](err); ok {
		return nil, usageError(bad.Hint, "%s", bad.What)
	}
	return d, err
}

// parseField reads "Name: value".
func parseField(flag, s string) (http1.Field, error) {
	name, value, found := strings.Cut(s, ":")
	if !found {
		return http1.Field{}, usageError("for example 'Accept: text/html'", "%s %q is not 'Name: value'", flag, s)
	}
	f, err := http1.NewField(name, value)
	if bad, ok := errors.AsType[*http1.DraftError](err); ok {
		return f, usageError(bad.Hint, "%s %q is not 'Name: value': %s", flag, s, bad.What)
	}
	return f, err
}

// onlyHost returns the host that a bare path means: the only distribution's.
func onlyHost(distributions []*cloudfront.Distribution, path string) (string, error) {
	if len(distributions) == 1 {
		return distributions[0].Host(), nil
	}
	var names []string
	for _, d := range distributions {
		names = append(names, fmt.Sprintf("  --distribution %s   (https://%s%s)", d.Address, d.Host(), path))
	}
	slices.Sort(names)
	return "", usageError("choose one with --distribution, or give the whole URL",
		"%s could go to any of %d distributions:\n%s", path, len(names), strings.Join(names, "\n"))
}

// checkFormat refuses a format that a command does not have.
func checkFormat(f *flags, formats ...string) error {
	if slices.Contains(formats, cmp.Or(f.format, formats[0])) {
		return nil
	}
	last := len(formats) - 1
	return usageError("its formats are "+strings.Join(formats[:last], ", ")+" and "+formats[last], "--format %q is none of this command's", f.format)
}

// writeJSON writes a document for programs and for people.
func writeJSON(w io.Writer, document any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}
