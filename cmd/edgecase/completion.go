package main

import (
	"io"
	"slices"
	"strings"

	"edgecase/cmd/edgecase/check"
	"edgecase/config/cloudfront"

	"github.com/spf13/cobra"
)

func completionCommand(p *process) *cobra.Command {
	shells := map[string]func(*cobra.Command, io.Writer) error{
		"bash":       func(c *cobra.Command, w io.Writer) error { return c.GenBashCompletionV2(w, true) },
		"zsh":        func(c *cobra.Command, w io.Writer) error { return c.GenZshCompletion(w) },
		"fish":       func(c *cobra.Command, w io.Writer) error { return c.GenFishCompletion(w, true) },
		"powershell": func(c *cobra.Command, w io.Writer) error { return c.GenPowerShellCompletionWithDesc(w) },
	}
	names := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "a script that lets a shell complete commands, origins, distributions and paths",
		Long: `Prints a script for bash, zsh, fish or powershell. Beside commands and flags it completes origin
ids, addresses of distributions and paths, as the Terraform has them.

  bash         echo 'source <(edgecase completion bash)' >> ~/.bashrc
  zsh          edgecase completion zsh > "${fpath[1]}/_edgecase"
  fish         edgecase completion fish > ~/.config/fish/completions/edgecase.fish
  powershell   edgecase completion powershell | Out-String | Invoke-Expression`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(names, args[0]) {
				return nil
			}
			return usageError("for example: edgecase completion bash", "completion takes one of %s", strings.Join(names, ", "))
		},
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			return shells[args[0]](cmd.Root(), p.stdout)
		},
	}
}

// completeFlags tells a command tree what the flags of all commands can be.
func completeFlags(root *cobra.Command, p *process, f *flags) {
	for name, complete := range map[string]cobra.CompletionFunc{
		"origin":       completeOrigins(p, f),
		"distribution": completeDistributions(p, f),
		"format":       completeFormats,
		"log-format":   cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp),
		"log-level":    cobra.FixedCompletions([]string{"debug", "info", "warn", "error"}, cobra.ShellCompDirectiveNoFileComp),
		"var":          cobra.NoFileCompletions,
		"workspace":    cobra.NoFileCompletions,
		"config":       cobra.FixedCompletions([]string{"hcl"}, cobra.ShellCompDirectiveFilterFileExt),
		"var-file":     cobra.FixedCompletions([]string{"tfvars", "json"}, cobra.ShellCompDirectiveFilterFileExt),
		"terraform":    cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
	} {
		completeFlag(root, name, complete)
	}
}

// completeFormats offers the formats of a command's results.
func completeFormats(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch cmd.Name() {
	case "check":
		return checkFormats, cobra.ShellCompDirectiveNoFileComp
	case "diff":
		return diffFormats, cobra.ShellCompDirectiveNoFileComp
	case "test":
		return testFormats, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"text", "json"}, cobra.ShellCompDirectiveNoFileComp
}

// completeRules offers the names of check's rules.
func completeRules(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	list := []cobra.Completion{cobra.CompletionWithDesc("list", "all of them")}
	for _, r := range check.Rules() {
		list = append(list, cobra.CompletionWithDesc(r.Name, r.Title))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completeReports offers the kinds of report, and behind "KIND=" files.
func completeReports(kinds []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if strings.Contains(typed, "=") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var list []cobra.Completion
		for _, kind := range kinds {
			list = append(list, kind+"=")
		}
		return list, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
}

// completeOriginIDs offers the ids of origins.
func completeOriginIDs(p *process, f *flags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var list []cobra.Completion
		for _, d := range distributionsFor(cmd, p, f) {
			for _, o := range d.Origins {
				list = append(list, cobra.CompletionWithDesc(printable(o.ID.String()), printable(o.DomainName.String())))
			}
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFlag tells a command what one of its flags can be.
func completeFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err) // a name that is no flag: a mistake in the command
	}
}

// distributionsFor loads what a half-typed command line is about; nil where that cannot be loaded. Nothing may be
// printed while a shell completes.
func distributionsFor(cmd *cobra.Command, p *process, f *flags) []*cloudfront.Distribution {
	if applyEnvironment(cmd.Flags(), p.env) != nil {
		return nil
	}
	path := ""
	switch args := cmd.Flags().Args(); cmd.Name() {
	case "explain", "diff", "test": // their arguments are something else
	default:
		path = append(args, "")[0]
	}
	pr, _, err := newProject(p, f, path)
	if err != nil {
		return nil
	}
	loaded, _ := pr.load()
	return loaded.Config.Distributions
}

// completeDistributions offers the addresses of the distributions.
func completeDistributions(p *process, f *flags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		f.distribution = "" // what is being typed chooses nothing yet
		var list []cobra.Completion
		for _, d := range distributionsFor(cmd, p, f) {
			list = append(list, cobra.CompletionWithDesc(printable(d.Address), names(d)))
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeOrigins offers origin ids, and behind "ID=" the places that are no files.
func completeOrigins(p *process, f *flags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var list []cobra.Completion
		if id, _, placing := strings.Cut(typed, "="); placing {
			for _, place := range []string{"http://localhost:", "./", "echo", "none"} {
				list = append(list, id+"="+place)
			}
			return list, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
		}
		for _, d := range distributionsFor(cmd, p, f) {
			for _, o := range d.Origins {
				list = append(list, cobra.CompletionWithDesc(printable(o.ID.String())+"=", printable(o.DomainName.String())))
			}
		}
		return list, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
}

// completeRequest offers methods, then the beginnings of paths that have a behavior.
func completeRequest(p *process, f *flags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch len(args) {
		case 0:
			return []cobra.Completion{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, cobra.ShellCompDirectiveNoFileComp
		case 1:
			return pathsOf(distributionsFor(cmd, p, f)), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// pathsOf returns what comes before the first wildcard of each path pattern.
func pathsOf(distributions []*cloudfront.Distribution) []cobra.Completion {
	paths := []cobra.Completion{"/"}
	for _, d := range distributions {
		for _, b := range d.Behaviors {
			prefix := b.Pattern.Canonical()
			if i := strings.IndexAny(prefix, "*?"); i >= 0 {
				prefix = prefix[:i]
			}
			if strings.HasPrefix(prefix, "/") && !slices.Contains(paths, prefix) {
				paths = append(paths, printable(prefix))
			}
		}
	}
	return paths
}
