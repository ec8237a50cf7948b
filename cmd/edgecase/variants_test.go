//go:build compose

package main_test

import (
	"slices"
	"strings"
	"testing"
)

// A variant is a distribution that is wrong in one way. In the browser it fails as it would in production, and the log
// says why in one line.
type variant struct {
	name string
	// What is changed in the mended Terraform: pairs of a text and its replacement, by file.
	edits    map[string][]string
	settings []string // how edgecase is started: variables of docker-compose.yml
	fails    func(t *testing.T, s *stack, b *browser)
	// What one line of edgecase's log says.
	log []string
}

// onlyHeaders makes of the origin request policy one that forwards some headers and no others.
func onlyHeaders(names ...string) []string {
	return []string{
		`"allViewerAndWhitelistCloudFront"`, `"whitelist"`,
		`["CloudFront-Forwarded-Proto", "CloudFront-Viewer-Address"]`, `["` + strings.Join(names, `", "`) + `"]`,
	}
}

// variants are what can be wrong with the mended distribution. mending is the behavior that was missing.
func variants(mending string) []variant {
	const policies, distribution = "policies.tf", "cloudfront.tf"
	return []variant{
		{
			name: "T14/no cookies", edits: map[string][]string{policies: {`cookie_behavior = "all"`, `cookie_behavior = "none"`}},
			fails: func(t *testing.T, s *stack, b *browser) {
				b.visit(t, "/auth/sign-in/")
				b.signIn(t, adminName, adminPassword)
				b.awaits(t, "body", "CSRF")
			},
			log: []string{"a CSRF check of ALB-api may be the reason: its cookie is never set, as /auth/* forwards no cookies (terraform/cloudfront.tf:"},
		},
		{
			name: "T12/no Host", edits: map[string][]string{policies: onlyHeaders("CloudFront-Forwarded-Proto", "Referer", "Origin", "X-CSRFToken")},
			fails: func(t *testing.T, s *stack, b *browser) {
				b.visit(t, "/auth/sign-in/")
				b.awaits(t, "body", "Bad Request (400)")
			},
			log: []string{"ALB-api got Host: ", "plane.example.gov is not forwarded (terraform/cloudfront.tf:"},
		},
		{
			name: "T14/CSRF header dropped", edits: map[string][]string{policies: onlyHeaders("CloudFront-Forwarded-Proto", "Host", "Referer", "Origin")},
			fails: func(t *testing.T, s *stack, b *browser) {
				b.visit(t, "/auth/sign-in/")
				b.signIn(t, adminName, adminPassword)
				b.awaits(t, "#user", adminName)
				b.visit(t, "/god-mode/index.html")
				b.fill(t, "#name", "Another plane")
				b.click(t, "#rename button")
				b.awaits(t, "#outcome", "Not renamed: 403 from daphne")
			},
			log: []string{"a CSRF check of ALB-api may be the reason: X-CSRFToken did not reach it (terraform/cloudfront.tf:"},
		},
		{
			name: "T17/no query string", edits: map[string][]string{policies: {`query_string_behavior = "all"`, `query_string_behavior = "none"`}},
			fails: func(t *testing.T, s *stack, b *browser) {
				b.visit(t, "/auth/sign-up/?email=ada%40example.gov")
				b.awaits(t, "h1", "Create your account")
				if got := b.value(t, "#id_email"); got != "" {
					t.Errorf("the form knows the address %q", got)
				}
			},
			log: []string{"the viewer asks for /auth/sign-up/?email=ada%40example.gov, and ALB-api is asked for /auth/sign-up/ (terraform/policies.tf:"},
		},
		{
			name: "T13/Django is not told of HTTPS", edits: map[string][]string{policies: onlyHeaders("Host", "Referer", "Origin", "X-CSRFToken")},
			fails: func(t *testing.T, s *stack, b *browser) {
				if err := b.try("/auth/sign-in/"); err == nil || !strings.Contains(err.Error(), "ERR_TOO_MANY_REDIRECTS") {
					t.Errorf("the browser says %v", err)
				}
			},
			log: []string{"a redirect loop: ALB-api wants https, and no policy tells it the viewer's scheme by CloudFront-Forwarded-Proto"},
		},
		{
			name: "T09/403 becomes 200", edits: map[string][]string{distribution: {mending, "", "error_code            = 404", "error_code            = 403"}},
			fails: func(t *testing.T, s *stack, b *browser) {
				b.visit(t, "/")
				b.fill(t, "#email", "ada@example.gov")
				b.click(t, "#check button")
				b.awaits(t, "#answer h2", "200 from AmazonS3, and no JSON")
			},
			log: []string{"POST", "403", "→ 200 /index.html", "method-not-allowed", "custom_error_response", "terraform/cloudfront.tf:"},
		},
		{
			name: "REQ-111/wrong protocol policy", edits: map[string][]string{"locals.tf": {`var.https_only ? "redirect-to-https" : "allow-all"`, `"https-only"`}},
			settings: []string{"ASSUME_HTTPS=false"},
			fails: func(t *testing.T, s *stack, b *browser) {
				b.visit(t, "/")
				b.awaits(t, "body", "Bad request.")
			},
			log: []string{"GET", "403", "https-only", "terraform/"},
		},
	}
}

// testVariant breaks the mended distribution, and looks at browser and log.
func testVariant(t *testing.T, s *stack, v variant) {
	for file, pairs := range v.edits {
		for i := 0; i < len(pairs); i += 2 {
			s.edit(t, file, pairs[i], pairs[i+1])
		}
	}
	if v.settings != nil {
		s.restart(t, v.settings...)
	}
	said := len(s.log("edge").all())
	v.fails(t, s, openBrowser(t, s.http))
	s.log("edge").awaitAfter(t, said, v.log...)
}

// restart starts edgecase anew with other settings, and at the end of the test with those that it had.
func (s *stack) restart(t *testing.T, settings ...string) {
	t.Helper()
	before := s.env
	again := func() {
		s.compose(t, "up", "--detach", "--no-deps", "edge")
		s.attach(t, "edge")
		s.findPorts(t)
	}
	s.env = slices.Concat(before, settings)
	again()
	t.Cleanup(func() { s.env = before; again() })
}
