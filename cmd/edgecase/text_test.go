package main

import "testing"

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"/api/me?page=2", "/api/me?page=2"},
		{"/é☃", "/é☃"},
		{"\x1b[31mred\x07", `\x1b[31mred\a`},
		{"a\nb\tc\r", `a\nb\tc\r`},
		{"\xff\xfe", `\xff\xfe`},
		{"\u202egnp.exe", `\u202egnp.exe`},
		{"\x9b31m", `\x9b31m`},
		{"\u009b31m", `\u009b31m`},
		{"�", "�"},
	} {
		if got := printable(tt.in); got != tt.want {
			t.Errorf("printable(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("/api\x1b[0m")
	f.Add("\xc3\x28\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		out := printable(s)
		for _, r := range out {
			if !shown(r, false) {
				t.Fatalf("printable(%q) = %q holds %q", s, out, r)
			}
		}
		if again := printable(out); again != out {
			t.Fatalf("printable is not stable: %q, %q", out, again)
		}
	})
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in      string
		columns int
		want    string
	}{
		{"short", 10, "short"},
		{"0123456789", 10, "0123456789"},
		{"0123456789abc", 10, "012345…abc"},
		{"éééééééééé", 5, "éé…éé"},
	} {
		got := cut(tt.in, tt.columns)
		if got != tt.want || width(got) > tt.columns {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.columns, got, tt.want)
		}
	}
}

func TestQuoteArgument(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"/auth/email-check/", "/auth/email-check/"},
		{"/x?a=1&b=2", "'/x?a=1&b=2'"},
		{"/it's", `'/it'\''s'`},
		{"", "''"},
		{"/$(rm)", "'/$(rm)'"},
	} {
		if got := quoteArgument(tt.in); got != tt.want {
			t.Errorf("quoteArgument(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}
