package origins

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// TestEchoKeepsSecrets: what the origin and CloudFront share is not told to whoever asks an origin that nobody mapped.
func TestEchoKeepsSecrets(t *testing.T) {
	headers := []cloudfront.CustomHeader{
		{Name: "X-Verify", Value: cloudfront.Known("s3cret")},
		{Name: "X-Sensitive", Value: cloudfront.Text{Value: "t0psecret", Known: true, Sensitive: true}},
	}
	tests := []struct {
		name   string
		places Places
		want   [][2]string
	}{
		{"not mapped", nil, [][2]string{{"Authorization", "Bearer mine"}, {"x-verify", "(sensitive)"}, {"X-Sensitive", "(sensitive)"}}},
		{"mapped to the echo", Places{{ID: "app", Place: Place{Kind: PlaceEcho}}},
			[][2]string{{"Authorization", "Bearer mine"}, {"x-verify", "s3cret"}, {"X-Sensitive", "(sensitive)"}}},
	}
	for _, tt := range tests {
		t.Run("REQ-247/"+tt.name, func(t *testing.T) {
			p := NewPool(tt.places, PoolOptions{Dial: neverDial(t)})
			defer p.Close()
			req := post("")
			req.Fields = http1.Fields{{Name: "Authorization", Value: "Bearer mine"}, {Name: "x-verify", Value: "s3cret"}, {Name: "X-Sensitive", Value: "t0psecret"}}
			o := settings(nil)
			o.CustomHeaders = headers
			result, err := transport(t, p, o).RoundTrip(t.Context(), req)
			var got struct{ Headers [][2]string }
			if err := json.Unmarshal([]byte(read(t, result, err)), &got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got.Headers); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if v := req.Fields.Get("X-Sensitive"); v != "t0psecret" {
				t.Errorf("the request itself has changed: %s", v)
			}
		})
	}
}
