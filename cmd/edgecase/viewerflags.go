package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"edgecase/edge/policy"

	"github.com/spf13/pflag"
)

// viewerFlags say who the viewer is and which names mean the distribution: serve and explain share them, so that both
// can be asked about the same request.
type viewerFlags struct {
	country string
	viewer  given
	hosts   given
}

func (v *viewerFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&v.country, "country", "", "the viewer's country, `CC`")
	fs.Var(v.viewer.flag("viewer", "NAME=VALUE", checkViewer), "viewer", "what CloudFront-Viewer-NAME says (repeatable)")
	fs.Var(v.hosts.flag("host", "NAME", checkHost), "host", "another host that means this distribution (repeatable)")
}

// check refuses what is no country.
func (v *viewerFlags) check() error {
	if v.country != "" && !isCountry(v.country) {
		return usageError("a country has two letters: CA, US", "--country %q is not a country", v.country)
	}
	return nil
}

// isCountry reports whether a text looks like a country of ISO 3166: two letters.
func isCountry(s string) bool {
	return len(s) == 2 && !strings.ContainsFunc(s, func(c rune) bool { return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') })
}

// checkViewer refuses what CloudFront says nothing of.
func checkViewer(s string) error {
	if err := checkPair(s); err != nil {
		return err
	}
	name, value, _ := strings.Cut(s, "=")
	short := strings.TrimSpace(name)
	for _, prefix := range []string{"CloudFront-", "Viewer-"} {
		if len(short) > len(prefix) && strings.EqualFold(short[:len(prefix)], prefix) {
			short = short[len(prefix):]
		}
	}
	known := policy.ViewerNames()
	if !slices.ContainsFunc(known, func(n string) bool { return strings.EqualFold(n, short) }) {
		for _, n := range known {
			if strings.Contains(strings.ToLower(n), strings.ToLower(short)) {
				return fmt.Errorf("there is no header CloudFront-Viewer-%s; did you mean %s=%s?", short, n, value)
			}
		}
		return fmt.Errorf("there is no header CloudFront-Viewer-%s; names are Country, City, Country-Region, Address, Time-Zone and so on", short)
	}
	if strings.EqualFold(short, "Country") && !isCountry(value) {
		return fmt.Errorf("%q is not a country, which has two letters: CA, US", value)
	}
	return nil
}

// checkHost refuses what can be no name of a host.
func checkHost(s string) error {
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return nil
	}
	if s == "" || strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`/?#@,:"`, c) }) {
		return fmt.Errorf("%q is not the name of a host; write one such as www.example.test, without a port", s)
	}
	return nil
}

// values returns what the CloudFront-Viewer-* headers say, by the end of the name.
func (v *viewerFlags) values() map[string]string {
	values := map[string]string{}
	if v.country != "" {
		values["Country"] = strings.ToUpper(v.country) // as geo restrictions list it
	}
	for _, e := range v.viewer {
		name, value, _ := strings.Cut(e.value, "=")
		values[strings.TrimSpace(name)] = value
	}
	return values
}
