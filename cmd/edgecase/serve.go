package main

import "github.com/spf13/cobra"

func serveCommand(p *process, f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "serve [PATH]",
		Short: "run the distributions of PATH",
		Args:  atMostOnePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			pr, err := openProject(p, f, append(args, "")[0])
			if err != nil {
				return err
			}
			_, _, err = pr.mustLoad()
			return err
		},
	}
}
