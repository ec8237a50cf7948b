package cloudfront

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHostTable(t *testing.T) {
	site := &Distribution{Address: "site", DomainName: "d111.cloudfront.net", Enabled: true,
		Aliases: []string{"www.example.com", "*.example.com", "Mixed.example.ORG"}}
	wild := &Distribution{Address: "wild", DomainName: "d222.cloudfront.net", Enabled: true,
		Aliases: []string{"*.shop.example.com", "example.com"}}
	second := &Distribution{Address: "second", DomainName: "d333.cloudfront.net", Enabled: true,
		Aliases: []string{"www.example.com"}}
	off := &Distribution{Address: "off", DomainName: "d444.cloudfront.net", Aliases: []string{"off.example.com"}}
	staging := &Distribution{Address: "staging", DomainName: "d555.cloudfront.net", Enabled: true, Staging: true,
		Aliases: []string{"stage.example.net", "shared.example.net"}}
	primary := &Distribution{Address: "primary", DomainName: "d666.cloudfront.net", Enabled: true,
		Aliases: []string{"shared.example.net"}}
	hosts := NewHosts([]*Distribution{site, wild, second, off, staging, primary})

	tests := []struct{ name, rule, host, lookup, owner string }{
		{"own name", "REQ-003", "d111.cloudfront.net", "site", "site"},
		{"alias", "REQ-004", "www.example.com", "site", "site"},
		{"upper case host", "REQ-005", "WWW.Example.Com", "site", "site"},
		{"upper case alias", "REQ-005", "mixed.example.org", "site", "site"},
		{"port", "REQ-005", "www.example.com:8443", "site", "site"},
		{"empty port", "REQ-005", "www.example.com:", "site", "site"},
		{"final dot", "REQ-005", "www.example.com.", "site", "site"},
		{"final dot and port", "REQ-005", "www.example.com.:443", "site", "site"},
		{"one label", "REQ-007", "blog.example.com", "site", "site"},
		{"several labels", "REQ-007", "a.b.c.example.com", "site", "site"},
		{"apex of a wildcard", "REQ-008", "shop.example.com", "site", "site"},
		{"empty label", "REQ-008", ".shop.example.com", "site", "site"},
		{"exact before wildcard", "REQ-009", "example.com", "wild", "wild"},
		{"longest wildcard", "REQ-009", "a.shop.example.com", "wild", "wild"},
		{"same alias twice", "REQ-010", "www.example.com", "site", "site"},
		{"unknown", "REQ-013", "example.net", "", ""},
		{"unknown suffix", "REQ-013", "notexample.com", "", ""},
		{"own name is no wildcard", "REQ-013", "x.d111.cloudfront.net", "", ""},
		{"nothing", "REQ-016", "", "", ""},
		{"only a port", "REQ-016", ":80", "", ""},
		{"only a dot", "REQ-016", ".", "", ""},
		{"disabled, also below a wildcard", "REQ-018", "off.example.com", "", "off"},
		{"staging by its own name", "REQ-020", "d555.cloudfront.net", "", "staging"},
		{"staging by an alias", "REQ-020", "stage.example.net", "", "staging"},
		{"alias of staging and primary", "REQ-020", "shared.example.net", "primary", "primary"},
		{"address", "REQ-013", "[::1]:8080", "", ""},
		{"bare address", "REQ-013", "[2001:db8::1]", "", ""},
		{"longest name", "REQ-013", strings.Repeat("a.", 120) + "example.com", "site", "site"},
		{"too long to be a name", "REQ-013", strings.Repeat("a.", 200) + "example.com", "", ""},
	}
	address := func(d *Distribution) string {
		if d == nil {
			return ""
		}
		return d.Address
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.lookup, address(hosts.Lookup(tt.host))); diff != "" {
				t.Errorf("Lookup(%q) (-want +got):\n%s", tt.host, diff)
			}
			if diff := cmp.Diff(tt.owner, address(hosts.Owner(tt.host))); diff != "" {
				t.Errorf("Owner(%q) (-want +got):\n%s", tt.host, diff)
			}
		})
	}

	t.Run("T32/names", func(t *testing.T) {
		want := []string{
			"*.example.com", "*.shop.example.com", "d111.cloudfront.net", "d222.cloudfront.net", "d333.cloudfront.net",
			"d666.cloudfront.net", "example.com", "mixed.example.org", "shared.example.net", "www.example.com",
		}
		if diff := cmp.Diff(want, hosts.Names()); diff != "" {
			t.Errorf("Names() (-want +got):\n%s", diff)
		}
	})
	t.Run("no distribution", func(t *testing.T) {
		if d := NewHosts(nil).Lookup("www.example.com"); d != nil {
			t.Errorf("Lookup in an empty table returns %s, want nil", d.Address)
		}
	})
	for _, host := range []string{"www.example.com", "a.b.example.com", "d111.cloudfront.net:8080", "unknown.example.net"} {
		if n := testing.AllocsPerRun(100, func() { hosts.Lookup(host) }); n != 0 {
			t.Errorf("Lookup(%q) allocates %v times, want 0", host, n)
		}
	}
}

func TestHost(t *testing.T) {
	tests := []struct {
		name    string
		aliases []string
		want    string
	}{
		{"alias", []string{"www.example.com", "example.com"}, "www.example.com"},
		{"none", nil, "d.cloudfront.net"},
		{"wildcard", []string{"*.example.com"}, "www.example.com"},
		{"not known yet", []string{"{var.domain}", "example.com"}, "example.com"},
		{"nothing known", []string{"www.{var.domain}"}, "d.cloudfront.net"},
		{"a name before a wildcard", []string{"*.shop.example.com", "www.example.com"}, "www.example.com"},
		{"wildcard before nothing", []string{"*.example.com", "{var.domain}"}, "www.example.com"},
	}
	for _, tt := range tests {
		t.Run("REQ-001/"+tt.name, func(t *testing.T) {
			d := &Distribution{Aliases: tt.aliases, DomainName: "d.cloudfront.net"}
			if got := d.Host(); got != tt.want {
				t.Errorf("Host() with %v = %q, want %q", tt.aliases, got, tt.want)
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	d := &Distribution{Enabled: true, DomainName: "d1.cloudfront.net", Aliases: []string{"*.example.com", "example.com"}}
	hosts := NewHosts([]*Distribution{d})
	b.ReportAllocs()
	for b.Loop() {
		if hosts.Lookup("www.shop.example.com") != d {
			b.Fatal("not found")
		}
	}
}
