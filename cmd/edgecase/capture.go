package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"

	"edgecase/cmd/edgecase/capture"

	"github.com/spf13/cobra"
)

// A capturing is what "edgecase capture" was asked.
type capturing struct {
	*process
	flags *flags

	against string
	output  string
	replay  string
	dryRun  bool
	yes     bool

	reach func(capture.Options) capture.Options // how hosts are reached; tests put this machine in the place of CloudFront
}

func captureCommand(p *process, f *flags) *cobra.Command {
	c := &capturing{process: p, flags: f, reach: func(o capture.Options) capture.Options { return o }}
	return c.command()
}

func (c *capturing) command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "capture",
		Short: "ask the real CloudFront what edgecase only infers, by a throw-away distribution",
		Long: `  edgecase capture init throwaway
  terraform -chdir=throwaway apply
  edgecase capture --against https://d111111abcdef8.cloudfront.net -t throwaway -o answers.json
  edgecase capture --replay answers.json

Some of what edgecase knows of CloudFront is inferred: neither documented nor recorded. If you have
an AWS account you can help to settle it. "capture init" writes a Terraform directory for a
distribution that serves nothing else; "capture --against" sends it a fixed list of requests, the
same for everybody, and writes a file that says which rules of docs/rules the answers confirm or
refute. The file names no account, host or address of yours: attach it to an issue.

No other distribution is asked: the host must know the token that is in the directory. --dry-run
lists the requests and sends none.

--replay compares the answers of a file with this edgecase again, without a network. The exit
status is 1 if a rule is refuted that is documented or has been observed.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usageError("edgecase capture init DIR writes a directory; edgecase capture --help has the rest", "capture takes no argument %q", args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&c.against, "against", "", "the `URL` of the distribution that the directory of --terraform has made")
	fs.StringVarP(&c.output, "output", "o", "answers.json", "the `FILE` for the answers, which must not be there yet")
	fs.StringVar(&c.replay, "replay", "", "compare the answers of `FILE` with this edgecase")
	fs.BoolVar(&c.dryRun, "dry-run", false, "list the requests, and send none")
	fs.BoolVar(&c.yes, "yes", false, "do not ask before sending")
	for name, complete := range map[string]cobra.CompletionFunc{
		"against": cobra.NoFileCompletions,
		"replay":  cobra.FixedCompletions([]string{"json"}, cobra.ShellCompDirectiveFilterFileExt),
		"output":  cobra.FixedCompletions([]string{"json"}, cobra.ShellCompDirectiveFilterFileExt),
	} {
		if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
			panic(err) // a name that is no flag: a mistake in this table
		}
	}
	cmd.AddCommand(captureInitCommand(c.process))
	return cmd
}

func captureInitCommand(p *process) *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "write the Terraform directory of a throw-away distribution",
		Long: `  edgecase capture init throwaway

Writes a small Terraform directory of its own: four distributions, a bucket, and a machine that
answers with what it has received. Its README.md says what that costs and how it goes away again.

DIR must be new or empty.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return usageError("for example: edgecase capture init throwaway", "capture init takes one DIR, not %s", plural(len(args), "argument"))
		},
		RunE: func(_ *cobra.Command, args []string) error { return writeCapture(p, args[0]) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
}

// writeCapture writes the directory and says what comes next.
func writeCapture(p *process, dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case len(entries) > 0:
		return &exitError{code: exitFindings, err: fmt.Errorf("%s is not empty and stays as it is", dir), hint: "name a directory that is not there yet"}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usageError("name a directory that is not there yet", "%w", err)
	}
	if err := capture.Write(dir); err != nil {
		return &exitError{code: exitRuntime, err: err}
	}
	fmt.Fprintf(p.stdout, `wrote %[1]s: a throw-away distribution, for about one cent an hour

  terraform -chdir=%[2]s init
  terraform -chdir=%[2]s apply        about five minutes, with the credentials of an account of yours
  edgecase capture --against https://$(terraform -chdir=%[2]s output -raw host) -t %[2]s -o answers.json
  terraform -chdir=%[2]s destroy

Its README.md says what it makes.
`, printable(dir), shellWord(dir))
	return nil
}

// shellWord writes a word as a shell reads it.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_./", c)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(printable(s), "'", `'\''`) + "'"
}

func (c *capturing) run(ctx context.Context) error {
	if err := checkFormat(c.flags, "text", "json"); err != nil {
		return err
	}
	switch {
	case c.replay != "" && (c.against != "" || c.dryRun):
		return usageError("--replay sends nothing; --against asks a distribution", "give --replay or --against, not both")
	case c.replay != "":
		return c.again(ctx)
	case c.dryRun:
		return c.list()
	case c.against != "":
		return c.ask(ctx)
	}
	return usageError("edgecase capture init DIR writes the directory of a distribution that can be asked", "capture wants --against URL or --replay FILE")
}

// list prints the requests instead of sending them.
func (c *capturing) list() error {
	probes := capture.Probes()
	if c.flags.format == "json" {
		return writeJSON(c.stdout, probes)
	}
	for _, p := range probes {
		line, _, _ := strings.Cut(p.Request, "\n")
		scheme := "https"
		if p.Plain {
			scheme = "http"
		}
		fmt.Fprintf(c.stdout, "%s  %s  %s\n    %s\n    %s\n", printable(p.Name), scheme, p.To, printable(cut(line, 90)), p.Asks)
	}
	return nil
}

// again judges the answers of a file.
func (c *capturing) again(ctx context.Context) error {
	f, err := os.OpenFile(c.replay, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes to keeps nobody waiting
	if err != nil {
		return usageError("--replay FILE reads what --output has written", "%w", err)
	}
	defer f.Close()
	r, err := capture.Read(f)
	if err != nil {
		return &exitError{code: exitConfig, err: fmt.Errorf("%s: %w", c.replay, err), hint: "edgecase capture --against … -o FILE writes such a file"}
	}
	if err := r.Replay(ctx); err != nil {
		return &exitError{code: exitConfig, err: fmt.Errorf("%s: %w", c.replay, err)}
	}
	return c.report(r)
}

// ask captures, after asking whether that is wanted.
func (c *capturing) ask(ctx context.Context) error {
	host, err := hostOf(c.against)
	if err != nil {
		return err
	}
	dir := c.flags.terraform
	if dir == "" {
		dir = "."
	}
	d, err := capture.Open(dir)
	if err != nil {
		return usageError("edgecase capture init DIR writes one; -t DIR names it", "%w", err)
	}
	if err := d.Admits(host); err != nil {
		return usageError("terraform output host, in the directory, says the distribution's name", "%w", err)
	}
	if _, err := os.Lstat(c.output); err == nil {
		return &exitError{code: exitFindings, err: fmt.Errorf("%s is there already and stays as it is", c.output), hint: "-o FILE names another"}
	}
	if err := c.confirm(ctx, host, d); err != nil {
		return err
	}
	if err := writeNew(c.output, "", false); err != nil { // before anything is sent that could then not be kept
		return &exitError{code: exitRuntime, err: err, hint: "-o FILE names another place for the answers"}
	}
	o := c.reach(capture.Options{Version: version, Progress: c.progress()})
	r, err := d.Capture(ctx, host, o)
	if err != nil {
		os.Remove(c.output)
		return c.failed(ctx, err)
	}
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		return err
	}
	if err := writeNew(c.output, text.String(), true); err != nil {
		return &exitError{code: exitRuntime, err: err}
	}
	err = c.report(r)
	if c.flags.format != "json" {
		fmt.Fprintf(c.stdout, "\nwrote %s. It names no account, host or address of yours; please attach it to an issue.\n", printable(c.output))
	}
	return err
}

// failed says why nothing was captured.
func (c *capturing) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	exit := &exitError{code: exitRuntime, err: err}
	if _, notOurs := errors.AsType[*capture.NotOursError](err); notOurs {
		exit.hint = "a distribution takes some minutes until it is deployed everywhere, its machine one more; terraform output host says its name"
	}
	return exit
}

// hostOf returns the host of a URL that has nothing else.
func hostOf(against string) (string, error) {
	const example = "for example --against https://d111111abcdef8.cloudfront.net"
	text := against
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", usageError(example, "--against %q is no URL", against)
	case u.Scheme != "https" && u.Scheme != "http", u.User != nil, u.Port() != "", strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "", u.Hostname() == "":
		return "", usageError(example, "--against %q is not a scheme and a host alone", against)
	}
	return strings.ToLower(u.Hostname()), nil
}

// confirm says what is going to be sent, and asks.
func (c *capturing) confirm(ctx context.Context, host string, d *capture.Directory) error {
	if len(d.Edited) > 0 {
		fmt.Fprintf(c.stderr, "note  %s not as capture init wrote it; what is there now is compared, and goes into %s: %s\n",
			isOrAre(len(d.Edited), "file"), printable(c.output), printable(strings.Join(d.Edited, ", ")))
	}
	cost := capture.WhatItCosts()
	fmt.Fprintf(c.stderr, "%d requests (%d over HTTPS, %d over HTTP; %d kB, about %d s) go to\n  %s and the three distributions beside it.\n"+
		"No credentials, no cookies of yours; nothing is changed.\n",
		cost.Secure+cost.Plain, cost.Secure, cost.Plain, cost.Bytes/1000, cost.Seconds, printable(host))
	if c.yes {
		return nil
	}
	in, isFile := c.stdin.(*os.File)
	if isFile {
		_, isFile = terminal(in)
	}
	if !isFile {
		return usageError("--yes sends them without asking, --dry-run lists them", "there is no terminal to ask at")
	}
	fmt.Fprint(c.stderr, "Send them? [y/N] ")
	said := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n') // no line is no agreement
		said <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case answer := <-said:
		if answer == "y" || answer == "yes" {
			return nil
		}
		return &exitError{code: exitFindings, err: errors.New("nothing was sent")}
	case <-ctx.Done():
		return ctx.Err()
	}
}

func isOrAre(n int, noun string) string {
	if n == 1 {
		return plural(n, noun) + " is"
	}
	return plural(n, noun) + " are"
}

// progress returns what counts the requests at a terminal.
func (c *capturing) progress() func(done, of int) {
	if _, ok := terminal(c.stderr); !ok {
		return nil
	}
	return func(done, of int) {
		fmt.Fprintf(c.stderr, "\r%d of %d", done, of)
		if done == of {
			fmt.Fprint(c.stderr, "\r\x1b[K")
		}
	}
}

// report prints what the answers say. Something documented that is refuted is a finding.
func (c *capturing) report(r *capture.Record) error {
	var err error
	if c.flags.format == "json" {
		err = writeJSON(c.stdout, r.Summary())
	} else {
		fmt.Fprint(c.stdout, captureText(r, c.paint(c.stdout)))
	}
	if err == nil && r.Refutes() {
		err = &exitError{code: exitFindings}
	}
	return err
}

// captureText writes the table of rules.
func captureText(r *capture.Record, color paint) string {
	var b strings.Builder
	s := r.Summary()
	rules, probes := len("rule"), 40
	for _, rule := range s.Rules {
		rules = max(rules, width(printable(rule.Rule)))
	}
	fmt.Fprintf(&b, "  %s  known from  verdict    by\n", pad("rule", rules))
	for _, rule := range s.Rules {
		by := printable(cut(strings.Join(rule.Probes, " "), probes))
		fmt.Fprintf(&b, "  %s  %s  %s  %s\n", pad(printable(rule.Rule), rules), pad(string(rule.Sure), len("known from")), findingText(rule.Finding, color), by)
		if rule.Finding == capture.Confirmed {
			continue
		}
		for _, why := range rule.Why {
			fmt.Fprintf(&b, "      %s\n", color.dim(printable(why)))
		}
	}
	for _, probe := range slices.Sorted(maps.Keys(s.Others)) {
		for _, text := range s.Others[probe] {
			fmt.Fprintf(&b, "  also %s: %s\n", printable(probe), printable(text))
		}
	}
	fmt.Fprintf(&b, "\n%s: %d confirmed, %d refuted, %d silent, %d waiting for a part of edgecase\n",
		plural(len(s.Rules), "rule"), s.Confirmed, s.Refuted, s.Silent, s.Waiting)
	return b.String()
}

// findingText paints a finding.
func findingText(f capture.Finding, color paint) string {
	text := pad(string(f), len(capture.Confirmed))
	switch f {
	case capture.Refuted:
		return color.red(text)
	case capture.Silent:
		return color.yellow(text)
	case capture.Waiting:
		return color.dim(text)
	default:
		return text
	}
}
