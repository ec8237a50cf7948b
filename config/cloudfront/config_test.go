package cloudfront

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMembers(t *testing.T) {
	d := sound()
	d.OriginGroups = append(d.OriginGroups, &OriginGroup{ID: Known("half"), Members: []Text{Known("gone"), Known("ALB-api")}})
	tests := []struct {
		name, rule, target string
		want               []string
	}{
		{"origin", "REQ-360", "ALB-api", []string{"ALB-api"}},
		{"origin group, primary first", "REQ-360", "group", []string{"S3-web", "ALB-api"}},
		{"member that is not there", "REQ-360", "half", []string{"ALB-api"}},
		{"unknown", "TF-141", "ALB-apj", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var got []string
			for _, o := range d.Members(tt.target) {
				got = append(got, o.ID.Value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Members(%q) (-want +got):\n%s", tt.target, diff)
			}
		})
	}
}

func TestDistributionFinds(t *testing.T) {
	d := sound()
	if b := d.DefaultBehavior(); !b.Default() || b.Name() != "default" {
		t.Errorf("the default behavior is %s", b.Name())
	}
	if e := d.ErrorResponse(404); e == nil || e.ResponsePagePath != "/404.html" {
		t.Errorf("the error response for 404 is %v", e)
	}
	if e := d.ErrorResponse(500); e != nil {
		t.Errorf("the error response for 500 is %v, want none", e)
	}
	api := d.Behaviors[0]
	api.Associations = []Association{{EventType: OriginRequest, Kind: LambdaFunction}}
	if a := api.Association(OriginRequest); a == nil || a.Kind != LambdaFunction {
		t.Errorf("what runs at origin-request is %v", a)
	}
	if a := api.Association(ViewerRequest); a != nil {
		t.Errorf("what runs at viewer-request is %v, want nothing", a)
	}
	if !api.Allows("POST") || api.Allows("post") || api.Caches("POST") || !api.Caches("HEAD") {
		t.Error("methods are not told apart (REQ-076, REQ-089)")
	}
}

func TestText(t *testing.T) {
	tests := []struct {
		name, rule string
		text       Text
		want       string
	}{
		{"known", "TF-202", Known("ALB-api"), "ALB-api"},
		{"known after apply", "TF-202", Text{Value: "{aws_lb.api.dns_name}"}, "{aws_lb.api.dns_name}"},
		{"sensitive", "REQ-247", Text{Value: "s3cret", Known: true, Sensitive: true}, "(sensitive)"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := tt.text.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := (Source{File: "cloudfront.tf", Line: 48, Column: 3}).String(); got != "cloudfront.tf:48" {
		t.Errorf("a place is written %q", got)
	}
}
