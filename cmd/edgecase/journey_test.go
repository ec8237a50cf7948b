//go:build compose

package main_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
)

// The administrator that docker-compose.yml makes.
const (
	adminName     = "admin@example.gov"
	adminPassword = "only-on-my-machine"
	userPassword  = "correct horse battery"
)

// mend writes the behavior that nobody wrote.
func (s *stack) mend(t *testing.T) {
	t.Helper()
	const below = "  # WebSockets of the live editor."
	s.edit(t, "cloudfront.tf", below, authBehavior(t, s.read(t, "cloudfront.tf"))+below)
}

// testJourney is the story in a browser: sign-up fails as in production, one edit mends it, and all that a user does
// works, at http://localhost with production settings.
func testJourney(t *testing.T, s *stack) {
	b := openBrowser(t, s.http)
	reached, said := len(s.log("django").all()), len(s.log("edge").all())
	b.visit(t, "/")
	b.fill(t, "#email", "ada@example.gov")
	b.click(t, "#check button")
	b.awaits(t, "#answer h2", "403 from CloudFront")
	s.log("edge").awaitAfter(t, said, "POST", "/auth/email-check/", "403", "method-not-allowed", "terraform/cloudfront.tf:48")
	for _, line := range s.log("django").all()[reached:] {
		if strings.Contains(line, "/auth/") {
			t.Errorf("Django was asked: %s", line)
		}
	}

	s.mend(t)
	b.click(t, "#check button")
	b.awaits(t, "h1", "Create your account")
	if got := b.value(t, "#id_email"); got != "ada@example.gov" {
		t.Errorf("the query string has not arrived: the form has the address %q", got)
	}
	b.fill(t, "#id_password1", userPassword)
	b.fill(t, "#id_password2", userPassword)
	b.click(t, "#sign-up button")
	b.awaits(t, "#user", "ada@example.gov")
	if c := b.cookies(t)["sessionid"]; c == nil || c.Secure || !c.HTTPOnly || c.Domain != "localhost" {
		t.Errorf("the session's cookie at the local name is %+v", c)
	}

	const file = "the quick brown fox"
	b.choose(t, "#id_file", "fox.txt", file)
	b.click(t, "#upload button")
	b.awaits(t, "#attachments", fmt.Sprintf("fox.txt, %d bytes, %x", len(file), sha256.Sum256([]byte(file))))

	b.visit(t, "/spaces/index.html")
	b.awaits(t, "#state", "You are ada@example.gov in the lobby")
	b.fill(t, "#text", "hello there")
	b.click(t, "#say button")
	b.awaits(t, "#messages", "ada@example.gov: hello there")
	b.awaits(t, "#clock", "+00:00")

	b.visit(t, "/auth/account/")
	b.click(t, "#sign-out button")
	b.awaits(t, "h1", "Sign in or sign up")
	b.awaits(t, "#account", "Sign in")
	b.visit(t, "/auth/account/")
	b.awaits(t, "h1", "Sign in")
	if got := b.address(t); got != "/auth/sign-in/?next=/auth/account/" {
		t.Errorf("a page for members only leads to %s", got)
	}

	b.signIn(t, adminName, adminPassword)
	b.awaits(t, "#user", adminName)
	b.click(t, "#admin")
	b.awaits(t, "#site-name", "Django administration")
	b.visit(t, "/api/admin/api/attachment/")
	b.awaits(t, "#result_list", "fox.txt")
	b.visit(t, "/god-mode/index.html")
	b.fill(t, "#name", "Our plane")
	b.click(t, "#rename button")
	b.awaits(t, "#outcome", "Renamed")
	b.awaits(t, "#instance", "Our plane")
}

// signIn fills in Django's form.
func (b *browser) signIn(t *testing.T, name, password string) {
	t.Helper()
	b.fill(t, "#id_username", name)
	b.fill(t, "#id_password", password)
	b.click(t, "#sign-in button")
}

// TestBrowser puts a browser before the stack.
func TestBrowser(t *testing.T) {
	s := startStack(t)
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, s *stack)
	}{
		{"REQ-051/the whole journey", testJourney},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, s) })
	}
	s.mend(t)
	for _, v := range variants(authBehavior(t, s.read(t, "cloudfront.tf"))) {
		t.Run(v.name, func(t *testing.T) { testVariant(t, s, v) })
	}
}
