//go:build compose

// The stack of docker-compose.yml, with Docker's own tools.

package main_test

import (
	"testing"
)

func TestCompose(t *testing.T) {
	s := startStack(t)
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, s *stack)
	}{
		{"REQ-080/a refused POST never reaches Django, and one edit mends it", testComposeStory},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, s) })
	}
}

func testComposeStory(t *testing.T, s *stack) {
	viewer := newClient(t, s.http)
	got := postEmail(t, viewer)
	if got.status != 403 || len(got.body) != refusal {
		t.Errorf("%+v", got)
	}
	s.edit(t, "cloudfront.tf", "  # WebSockets", authBehavior(t, s.read(t, "cloudfront.tf"))+"  # WebSockets")
	got = postEmail(t, viewer)
	if got.status != 200 {
		t.Errorf("%+v", got)
	}
}
