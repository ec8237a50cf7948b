// The command edgecase is Amazon CloudFront on a developer's own machine: it reads a Terraform directory, answers
// every request as the distribution would, and says why.
//
// This package is wiring: flags, files, ports, signals and print. It holds no rule of CloudFront.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// version is what banners and "edgecase version" say.
const version = "0.1.0"

func main() {
	// run no longer listens when the program is about to end; a second SIGTERM must not replace its exit status then.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}

// run is the whole program but for the exit: it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) (string, bool)) int {
	interrupted, stopInterrupt := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stopInterrupt()
	ctx, stop := signal.NotifyContext(interrupted, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program at once.
	context.AfterFunc(interrupted, stopInterrupt)

	p := &process{
		stdin: stdin, stdout: stdout, stderr: stderr, env: env,
		interrupted: func() bool { return interrupted.Err() != nil },
	}
	root := rootCommand(p)
	root.SetArgs(withServe(args))
	err := root.ExecuteContext(ctx)
	if err != nil && interrupted.Err() != nil && !errors.As(err, new(*exitError)) {
		return exitInterrupted
	}
	code := p.report(err)
	if code == exitOK && interrupted.Err() != nil {
		return exitInterrupted
	}
	return code
}

// A process is what a command has of the outside world: its streams and its environment.
type process struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) (string, bool)
	noColor        bool        // --no-color, once flags are read
	interrupted    func() bool // whether Ctrl-C has ended the context
}

// The exit statuses of the command line's contract.
const (
	exitOK          = 0
	exitFindings    = 1   // findings, failed tests, differences
	exitUsage       = 2   // wrong usage
	exitConfig      = 3   // the configuration cannot be evaluated
	exitRuntime     = 4   // run-time trouble: a port in use
	exitInterrupted = 130 // Ctrl-C
)

// An exitError ends the program with a status. err may be nil when all has been said; hint is what to do about it.
type exitError struct {
	code int
	err  error
	hint string
}

// Error returns what is wrong.
func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

// Unwrap returns the cause.
func (e *exitError) Unwrap() error { return e.err }

// usageError says that the command was called wrongly.
func usageError(hint, format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// report prints an error in one line, and its hint in another, and returns the exit status. An error that is no
// exitError comes from the reading of flags and commands.
func (p *process) report(err error) int {
	if err == nil {
		return exitOK
	}
	exit, ok := errors.AsType[*exitError](err)
	if !ok {
		exit = flagError(err)
	}
	if exit.err != nil {
		fmt.Fprintf(p.stderr, "edgecase: %s\n", printableLines(exit.err.Error()))
	}
	if exit.hint != "" {
		fmt.Fprintf(p.stderr, "hint: %s\n", printableLines(exit.hint))
	}
	return exit.code
}

// flagError makes an exitError of what cobra says about a command line. Its suggestions become the hint.
func flagError(err error) *exitError {
	what, more, found := strings.Cut(err.Error(), "\n\nDid you mean this?\n")
	what = strings.TrimSuffix(what, ` for "edgecase"`)
	exit := &exitError{code: exitUsage, err: errors.New(strings.TrimSpace(what)), hint: "edgecase --help lists the commands and their flags"}
	if found {
		exit.hint = "did you mean " + strings.Join(strings.Fields(more), " or ") + "?"
	}
	return exit
}

// withServe puts "serve" in front of a command line without a command: where a configuration is found, edgecase alone
// serves it.
func withServe(args []string) []string {
	switch {
	case len(args) == 0:
		if !hasConfiguration() {
			return []string{"--help"}
		}
	case !strings.HasPrefix(args[0], "-"):
		return args
	default:
		switch args[0] {
		case "-h", "--help", "-v", "--version":
			return args
		}
	}
	return append([]string{"serve"}, args...)
}

// rootCommand returns the command tree.
func rootCommand(p *process) *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:     "edgecase",
		Short:   "Amazon CloudFront on your own machine",
		Version: version,
		Long: `  edgecase serve terraform --origin ALB-api=http://localhost:8000
  edgecase explain POST /auth/email-check/
  edgecase routes

edgecase is Amazon CloudFront on your own machine: it reads a Terraform directory, answers every
request as the distribution would, and says why, with the line that decided.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := applyEnvironment(cmd.Flags(), p.env); err != nil {
				return err
			}
			_, none := p.env("NO_COLOR")
			p.noColor = f.noColor || none
			return f.check()
		},
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetVersionTemplate("edgecase {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(cmd.CommandPath()+" --help lists the flags", "%w", flagProblem(err))
	})
	f.register(root.PersistentFlags())
	root.AddCommand(commands(p, f)...)
	completeFlags(root, p, f)
	return root
}

// atMostOnePath is the rule for the arguments of commands that take PATH.
func atMostOnePath(cmd *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	return usageError("", "%s takes one PATH, not %d: %s", cmd.CommandPath(), len(args), strings.Join(args, " "))
}
