package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"edgecase/cmd/edgecase/diff"
	"edgecase/cmd/edgecase/revision"

	"github.com/spf13/cobra"
)

// diffFormats are the formats of diff's results.
var diffFormats = []string{"text", "json", "markdown"}

func diffCommand(p *process, f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "which requests change behavior, origin or verdict between two configurations",
		Long: `  edgecase diff main..HEAD
  edgecase diff main
  edgecase diff old/terraform new/terraform
  edgecase diff main..HEAD --format markdown

Which requests change between two configurations: who answers them, whether they are allowed, how
they are cached, what the origin receives and what the viewer does, each with a request that shows
it. It is exact: path patterns are compared by what they match, no path is tried on the off chance.

OLD and NEW are paths (a Terraform directory, a file, the JSON of a plan, a state or AWS) or git
revisions. Of a revision the Terraform PATH of --terraform, edgecase.hcl or this folder is read.
A..B compares two revisions, A...B compares B with what it has in common with A. Without NEW, OLD is
compared with the working tree.

The exit status is 1 if something changes, 0 if not, and 3 if a side cannot be evaluated.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				return nil
			}
			return usageError("for example: edgecase diff main..HEAD, or edgecase diff OLD NEW", "diff takes OLD and NEW, not %s", plural(len(args), "argument"))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(f, diffFormats...); err != nil {
				return err
			}
			return compare(cmd.Context(), p, f, args)
		},
		ValidArgsFunction: completeRevisions,
	}
}

// compare prints what changes between what two arguments name.
func compare(ctx context.Context, p *process, f *flags, args []string) error {
	operands, err := parseOperands(args)
	if err != nil {
		return err
	}
	var sides [2]*diffSide
	for i, o := range operands {
		s, err := openSide(ctx, p, f, o)
		if err != nil {
			return err
		}
		defer s.close()
		sides[i] = s
	}
	if err := broken(p, sides); err != nil {
		return err
	}
	for _, s := range sides {
		for _, n := range s.notes {
			fmt.Fprintf(p.stderr, "note  %s: %s\n", printable(s.Name), printable(n))
		}
	}
	report := diff.Compare(sides[0].Side, sides[1].Side)
	switch f.format {
	case "json":
		err = writeJSON(p.stdout, report)
	case "markdown":
		_, err = io.WriteString(p.stdout, diffMarkdown(report))
	default:
		_, err = io.WriteString(p.stdout, diffText(report, p.paint(p.stdout)))
	}
	if err == nil && report.Differences > 0 {
		err = &exitError{code: exitFindings}
	}
	return err
}

// broken prints what is wrong with the sides, and says which cannot be evaluated.
func broken(p *process, sides [2]*diffSide) error {
	var bad, good []string
	for _, s := range sides {
		if !s.diags.HasErrors() {
			good = append(good, s.Name)
			continue
		}
		bad = append(bad, s.Name)
		p.diagnostics(p.stderr, s.files, s.diags)
	}
	switch {
	case len(bad) == 0:
		return nil
	case len(good) == 0:
		return &exitError{code: exitConfig, err: fmt.Errorf("neither %s nor %s can be evaluated", bad[0], bad[1])}
	}
	return &exitError{code: exitConfig, err: fmt.Errorf("%s cannot be evaluated; %s can", bad[0], good[0])}
}

// An operand is what one of the two arguments names: a path, a revision, or the working tree.
type operand struct {
	path     string
	revision string
	base     string // with it the side is what revision and base have in common
}

// parseOperands takes the arguments apart. What exists is a path, also where a revision has the same name.
func parseOperands(args []string) ([2]operand, error) {
	var both [2]operand
	if len(args) == 1 {
		isPath, err := namesPath(args[0])
		if err != nil {
			return both, err
		}
		from, to, isRange := strings.Cut(args[0], "..")
		if isRange && !isPath {
			third := strings.HasPrefix(to, ".")
			from, to = orHead(from), orHead(strings.TrimPrefix(to, "."))
			both = [2]operand{{revision: from}, {revision: to}}
			if third {
				both[0].base = to
			}
			return both, nil
		}
	}
	for i, arg := range args {
		isPath, err := namesPath(arg)
		switch {
		case err != nil:
			return both, err
		case isPath:
			both[i].path = arg
		case arg == "" || strings.HasPrefix(arg, "-"):
			return both, usageError("git log --oneline --all lists revisions", "%q is neither a path nor a revision", arg)
		default:
			both[i].revision = arg
		}
	}
	return both, nil
}

// namesPath reports whether an argument is a path. What can be nothing else must be there.
func namesPath(arg string) (bool, error) {
	_, err := os.Stat(arg)
	switch {
	case err == nil:
		return true, nil
	case strings.HasPrefix(arg, "./") || strings.HasPrefix(arg, "../") || strings.HasPrefix(arg, "/") || strings.HasSuffix(arg, "/") || arg == "..":
		if errors.Is(err, fs.ErrNotExist) {
			return false, usageError(pathMeaning, "%s does not exist", arg)
		}
		return false, usageError("", "look at %s: %w", arg, err)
	}
	return false, nil
}

// orHead is what git takes a missing end of a range for.
func orHead(revision string) string {
	if revision == "" {
		return "HEAD"
	}
	return revision
}

// completeRevisions offers branches and tags, and the shell's own files beside them.
func completeRevisions(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	before := ""
	if i := strings.LastIndex(typed, ".."); i >= 0 {
		before = typed[:i+2]
	}
	var list []cobra.Completion
	repository, err := revision.Open(cmd.Context(), ".")
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	for _, name := range repository.Names(cmd.Context()) {
		list = append(list, printable(before+name))
	}
	return list, cobra.ShellCompDirectiveDefault
}
