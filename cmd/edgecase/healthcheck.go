package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout is how long an answer may take: less than what containers give a health check.
const healthTimeout = 3 * time.Second

func healthcheckCommand(p *process, f *flags) *cobra.Command {
	var admin string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "for containers: 0 if a running edgecase answers",
		Long: `  HEALTHCHECK CMD ["edgecase", "healthcheck"]

Asks a running edgecase for its health. The exit status is 0 if it answers, else 4.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(f, "text"); err != nil {
				return err
			}
			address, err := adminAddress(f, admin)
			if err != nil {
				return err
			}
			if err := askHealth(cmd.Context(), address); err != nil {
				return &exitError{
					code: exitRuntime, err: err,
					hint: "is edgecase serve running? --admin or EDGECASE_ADMIN says where its admin side listens",
				}
			}
			_, err = fmt.Fprintf(p.stdout, "edgecase at %s is healthy\n", address)
			return err
		},
	}
	registerAdmin(cmd, &admin)
	return cmd
}

// registerAdmin adds the flag of commands that talk to a running edgecase.
func registerAdmin(cmd *cobra.Command, admin *string) {
	cmd.Flags().StringVar(admin, "admin", "", "the admin side's `ADDR` (default 127.0.0.1:8081)")
}

// adminAddress returns where the admin side of a running edgecase can be reached: what the flag or the environment says,
// else edgecase.hcl, else the usual address.
func adminAddress(f *flags, flag string) (string, error) {
	address := flag
	if name := cmp.Or(f.config, findConfig()); address == "" && name != "" && name != "none" {
		c, _ := readConfig(name) // whoever serves it has said what is wrong with it
		address = c.listen["admin"]
	}
	address = strings.TrimSuffix(strings.TrimPrefix(cmp.Or(address, "127.0.0.1:8081"), "http://"), "/")
	if address == "off" {
		return "", usageError("", "the admin side is off, so nobody can be asked")
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" || port == "0" {
		return "", usageError("for example --admin 127.0.0.1:8081", "%q is not an address with a port", address)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() { // where to listen, not where to dial
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// askHealth returns nil if an edgecase answers at an address.
func askHealth(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/health", nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	// A proxy of the environment is for the outside world.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer within %v", healthTimeout)
		}
		return fmt.Errorf("ask %s: %w", address, err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d; that is no healthy edgecase", address, resp.StatusCode)
	}
	return nil
}
