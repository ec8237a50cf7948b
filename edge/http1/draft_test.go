package http1

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDraft holds what becomes of a draft as the listener would read it.
func TestDraft(t *testing.T) {
	type read struct {
		Host      string
		Length    int64
		HasLength bool
		Kind      ErrorKind
		Fields    []string
	}
	tests := []struct {
		name, rule string
		request    Draft
		want       read
	}{
		{"host only", "REQ-015", Draft{Host: "a.example"}, read{Host: "a.example", Fields: []string{"Host: a.example"}}},
		{"own host", "REQ-001", Draft{Host: "a.example", Fields: Fields{{Name: "host", Value: "b.example"}}},
			read{Host: "b.example", Fields: []string{"host: b.example"}}},
		{"two hosts", "REQ-015", Draft{Fields: Fields{{Name: "Host", Value: "a"}, {Name: "Host", Value: "b"}}},
			read{Host: "b", Kind: BadHost, Fields: []string{"Host: a", "Host: b"}}},
		{"body", "REQ-099", Draft{Host: "a", Body: "xyz", HasBody: true},
			read{Host: "a", Length: 3, HasLength: true, Fields: []string{"Host: a", "Content-Length: 3"}}},
		{"empty body", "REQ-099", Draft{Host: "a", HasBody: true},
			read{Host: "a", HasLength: true, Fields: []string{"Host: a", "Content-Length: 0"}}},
		{"chunked body", "REQ-255", Draft{Host: "a", Body: "xyz", HasBody: true, Fields: Fields{{Name: "Transfer-Encoding", Value: "chunked"}}},
			read{Host: "a", Length: -1, Fields: []string{"Host: a", "Transfer-Encoding: chunked"}}},
		{"too long", "REQ-141", Draft{Host: "a", Target: "/" + strings.Repeat("x", 9000)},
			read{Host: "a", Kind: URLTooLong, Fields: []string{"Host: a"}}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			tt.request.Method, tt.request.Scheme = "POST", "https"
			if tt.request.Target == "" {
				tt.request.Target = "/a"
			}
			r, malformed, err := tt.request.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := read{Host: r.Host, Length: r.ContentLength, HasLength: r.HasLength}
			if malformed != nil {
				got.Kind = malformed.Kind
			}
			for _, f := range r.Fields {
				got.Fields = append(got.Fields, f.Name+": "+f.Value)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("mismatch (-want +got)\n%s", d)
			}
			if r.Scheme != "https" || r.RemoteAddr != DraftViewer {
				t.Errorf("scheme %s, viewer %s", r.Scheme, r.RemoteAddr)
			}
		})
	}
}
