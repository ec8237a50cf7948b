package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"edgecase/cmd/edgecase/scenario"
)

// deployedTime is how long one request to a deployed distribution may take: CloudFront itself gives an origin a minute.
const deployedTime = 70 * time.Second

// A deployed is the distribution that --against names.
type deployed struct {
	urls   []*url.URL // one for each scheme
	unsafe bool       // --unsafe-methods
	roots  *x509.CertPool
}

// newDeployed reads --against and --cacert; nil is nothing to compare with.
func newDeployed(against []string, unsafe bool, cacert string) (*deployed, error) {
	if len(against) == 0 {
		if unsafe || cacert != "" {
			return nil, usageError("--against https://www.example.com says whom", "--unsafe-methods and --cacert are for --against")
		}
		return nil, nil
	}
	d := &deployed{unsafe: unsafe}
	for _, s := range against {
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return nil, usageError("for example --against https://d111111abcdef8.cloudfront.net", "--against %q is not https:// and a host", s)
		}
		if d.of(u.Scheme) != nil {
			return nil, usageError("give one https:// and one http:// address", "--against names two %s:// addresses", u.Scheme)
		}
		d.urls = append(d.urls, u)
	}
	if cacert != "" {
		text, err := os.ReadFile(cacert)
		if err != nil {
			return nil, usageError("it is a file with certificates in PEM", "--cacert: %w", err)
		}
		if d.roots = x509.NewCertPool(); !d.roots.AppendCertsFromPEM(text) {
			return nil, usageError("it is a file with certificates in PEM", "--cacert %s holds no certificate", cacert)
		}
	}
	return d, nil
}

// of returns the address for a scheme, or nil.
func (d *deployed) of(scheme string) *url.URL {
	for _, u := range d.urls {
		if u.Scheme == scheme {
			return u
		}
	}
	return nil
}

// address returns where requests of a scheme are sent, and the host of bare paths. An https address without a port
// stands for http, too.
func (d *deployed) address(scheme string) (address, host string) {
	if u := d.of(scheme); u != nil {
		return net.JoinHostPort(u.Hostname(), portOfURL(u)), u.Host
	}
	if u := d.urls[0]; u.Port() == "" {
		return net.JoinHostPort(u.Hostname(), portOfURL(&url.URL{Scheme: scheme})), u.Host
	}
	return "", ""
}

// name returns the address as it was given first.
func (d *deployed) name() string { return d.urls[0].Scheme + "://" + d.urls[0].Host }

// withheld says why a run is not put to the deployed distribution, or "" if it is.
func (d *deployed) withheld(run *scenario.Run) string {
	if why := run.Sendable(); why != "" {
		return why
	}
	if !d.unsafe && !scenario.Harmless(run.Request.Method) {
		return run.Request.Method + " is not sent without --unsafe-methods"
	}
	if address, _ := d.address(run.Request.Scheme); address == "" {
		return "a request over " + run.Request.Scheme + " needs --against " + run.Request.Scheme + "://… beside " + d.name()
	}
	return ""
}

// maxTold is how many requests are listed before they are sent.
const maxTold = 20

// announce says what is about to be sent, and that nothing else is.
func (d *deployed) announce(t *rehearsal, results []*scenario.Result) {
	var lines, left []string
	credentials := 0
	for _, r := range results {
		if why := d.withheld(r.Run); why != "" {
			left = append(left, r.Run.Request.Method)
			continue
		}
		if r.Run.Request.Fields.Has("Authorization") || r.Run.Request.Fields.Has("Cookie") {
			credentials++
		}
		lines = append(lines, fmt.Sprintf("  %s %s", pad(r.Run.Request.Method, 7), printable(cut(r.Run.ShownURL(), 80))))
	}
	carrying := "none with Authorization or cookies"
	if credentials > 0 {
		carrying = fmt.Sprintf("%d with the Authorization or the cookies of the file", credentials)
	}
	fmt.Fprintf(t.stderr, "sending %s to %s, %s:\n", plural(len(lines), "request"), d.name(), carrying)
	for _, line := range lines[:min(len(lines), maxTold)] {
		fmt.Fprintln(t.stderr, line)
	}
	if more := len(lines) - maxTold; more > 0 {
		fmt.Fprintf(t.stderr, "  and %d more\n", more)
	}
	if len(left) > 0 {
		fmt.Fprintf(t.stderr, "not sending %s (%s)\n", plural(len(left), "other"), strings.Join(distinctWords(left), ", "))
	}
}

func distinctWords(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// compare puts the requests to the deployed distribution, too, and adds to the results what it does otherwise.
func (d *deployed) compare(ctx context.Context, t *rehearsal, results []*scenario.Result) error {
	d.announce(t, results)
	reached := false
	for _, r := range results {
		if why := d.withheld(r.Run); why != "" {
			r.Undeployed(why, nil)
			continue
		}
		here, there := r.Run.Request.Host, r.Run.Request.Host
		address, host := d.address(r.Run.Request.Scheme)
		draft := r.Run.Request.Draft
		if r.Run.Request.Bare {
			draft.Host, there = host, host
		}
		v := &scenario.Viewer{Address: address, Timeout: deployedTime}
		if draft.Scheme == "https" {
			v.TLS = &tls.Config{RootCAs: d.roots}
		}
		answer, err := v.Send(ctx, &draft, r.Run.WantsBody())
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !reached:
			return d.unreachable(err)
		case err != nil:
			r.Undeployed("", err)
		default:
			reached = true
			r.Deploy(answer, here, there)
		}
	}
	return nil
}

// unreachable says that the very first request got no answer: the others would not either.
func (d *deployed) unreachable(err error) error {
	hint := "is the address right? edgecase routes prints the aliases; nothing more was sent"
	var unknown x509.UnknownAuthorityError
	var names x509.HostnameError
	switch {
	case errors.As(err, &unknown):
		hint = "--cacert FILE names the certificates of an authority that is not the system's"
	case errors.As(err, &names):
		hint = "the certificate there is for other names: is the address right?"
	}
	return &exitError{code: exitRuntime, err: fmt.Errorf("%s does not answer: %w", d.name(), err), hint: hint}
}
