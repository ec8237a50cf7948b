package capture

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"edgecase/config"

	"github.com/google/go-cmp/cmp"
)

// TestDirectory: edgecase evaluates what it writes, and finds in it what is there on purpose alone.
func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	loaded, diags := config.Load(dir, config.Options{})
	found := map[string]bool{}
	for _, d := range diags {
		found[d.Summary] = true
	}
	want := []string{"Error page in place of an application's answers", "Host forwarded to S3"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" || diags.HasErrors() {
		t.Errorf("diagnostics (-want +got):\n%s\n%v", diff, diags)
	}
	if len(loaded.Needs)+len(loaded.Placeholders) > 0 {
		t.Errorf("it needs %v, %v", loaded.Needs, loaded.Placeholders)
	}
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range loaded.Config.Distributions {
		if d.Address != "aws_cloudfront_distribution.main" {
			continue
		}
		// What is beyond the quotas of an account cannot be deployed, and the README says what is needed.
		if text := fmt.Sprintf("%d origins and %d behaviors", len(d.Origins), len(d.Behaviors)); !strings.Contains(string(readme), text) {
			t.Errorf("README.md does not say that there are %s", text)
		}
		if len(d.Origins) > 100 || len(d.Behaviors) > 75 || len(d.OriginGroups) > 10 {
			t.Errorf("%d origins, %d behaviors, %d origin groups are beyond the quotas", len(d.Origins), len(d.Behaviors), len(d.OriginGroups))
		}
	}
}

// TestMachine: what is written for the machine fits into its user data, and names the ports that edgecase means.
func TestMachine(t *testing.T) {
	files := written()
	size := len(files["origin.py"])
	for name, text := range files {
		if strings.HasPrefix(name, "answers/") {
			size += len(text) + 2*strings.Count(text, "\n") + 2*strings.Count(text, `"`) + len(name)
		}
	}
	if size > 15<<10 {
		t.Errorf("%d bytes of program and answers; user data is 16,384 at most, encodings and all", size)
	}
	for _, text := range []string{`"/opt/edgecase/origin.py", "8000", `, "from_port       = 8000", "to_port         = 8001"} {
		if !strings.Contains(files["origin.tf"], text) {
			t.Errorf("origin.tf does not say %s", text)
		}
	}
	if regexp.MustCompile(`egress|cidr_blocks|key_name|iam_instance_profile`).MatchString(files["origin.tf"]) {
		t.Error("the machine can reach something, or be reached by others than CloudFront")
	}
}

// TestAnswer holds the answers of the origin's program.
func TestAnswer(t *testing.T) {
	o := Origin{"echo": "HTTP/1.1 200 OK\nContent-Length: {length}\n\n{received}", "x": "{x*3}\n", "stop": "a\n{silence}b\n", "empty": ""}
	tests := []struct {
		name, request, want string
		silent              bool
	}{
		{"echo", "GET /a HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\nGET /a HTTP/1.1\r\n\r\n", false},
		{"HEAD", "HEAD /a HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", false},
		{"last word", "GET /echo/x?y/stop HTTP/1.1\r\n\r\n", "xxx\r\n", false},
		{"silence", "GET /stop HTTP/1.1\r\n\r\n", "a\r\n", true},
		{"nothing", "GET /empty HTTP/1.1\r\n\r\n", "", false},
		{"no request", "\x16\x03", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\x16\x03", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, silent := o.Answer(tt.request)
			if got != tt.want || silent != tt.silent {
				t.Errorf("Answer(%q) = %q, %t, want %q, %t", tt.request, got, silent, tt.want, tt.silent)
			}
		})
	}
}
