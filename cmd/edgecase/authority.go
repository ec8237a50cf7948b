package main

import (
	"cmp"
	"fmt"

	"edgecase/cmd/edgecase/certs"

	"github.com/spf13/cobra"
)

func tlsCommand(p *process, f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tls",
		Short: "the local certificate authority",
		Long: `  curl --cacert "$(edgecase tls path)" https://localhost:8443/

The certificates of serve's TLS listener are signed by a local authority: mkcert's, where that is
installed, else one of edgecase's own, in EDGECASE_STATE or the user's configuration folder.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "path",
		Short: "where the authority's certificate is",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := checkFormat(f, "text"); err != nil {
				return err
			}
			return tlsPath(p)
		},
	})
	return cmd
}

// tlsPath prints where the authority's certificate is, and makes the authority if there is none.
func tlsPath(p *process) error {
	state, _ := p.env("EDGECASE_STATE")
	authority, err := certs.Open(cmp.Or(state, certs.Dir()))
	if err == nil {
		err = authority.Trouble()
	}
	if err != nil {
		return &exitError{exitRuntime, fmt.Errorf("keep a certificate authority: %w", err), "EDGECASE_STATE names a folder that can be written"}
	}
	_, err = fmt.Fprintln(p.stdout, authority.Path())
	return err
}
