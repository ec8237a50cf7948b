package main

import (
	"strings"

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
	fs.Var(v.viewer.flag("viewer", "NAME=VALUE", checkPair), "viewer", "what CloudFront-Viewer-NAME says (repeatable)")
	fs.Var(v.hosts.flag("host", "NAME", nil), "host", "another host that means this distribution (repeatable)")
}

// check refuses what is no country.
func (v *viewerFlags) check() error {
	if v.country != "" && len(v.country) != 2 {
		return usageError("a country has two letters: CA, US", "--country %q is not a country", v.country)
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
