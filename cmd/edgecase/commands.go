package main

import "github.com/spf13/cobra"

// commands returns the subcommands, one file each.
func commands(p *process, f *flags) []*cobra.Command {
	return []*cobra.Command{
		serveCommand(p, f),
		explainCommand(p, f),
		routesCommand(p, f),
		diffCommand(p, f),
		checkCommand(p, f),
		testCommand(p, f),
		initCommand(p, f),
		captureCommand(p, f),
		tlsCommand(p, f),
		healthcheckCommand(p, f),
		versionCommand(p, f),
		completionCommand(p),
	}
}
