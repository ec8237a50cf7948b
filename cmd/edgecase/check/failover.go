package check

import (
	"fmt"
	"slices"

	"edgecase/config/cloudfront"
)

var (
	failoverMisses403 = &Rule{
		Name: "failover-misses-403", Title: "an origin group fails over on 404, and its bucket says 403 for what is missing", Severity: Warning,
		Why: "Whoever may not list a bucket is not told that a key is missing: S3 answers 403, not 404. A group that lists 404 alone then never " +
			"asks its second member.",
		Example: "status_codes = [404], and a bucket policy with s3:GetObject alone",
		Fix:     "Add 403 to status_codes, or grant CloudFront s3:ListBucket.",
		Cites:   []string{"REQ-372", "REQ-391", "T35"},
	}
	failoverPost = &Rule{
		Name: "failover-post", Title: "a behavior passes POST to an origin group, which does not fail over for it", Severity: Note,
		Why:     "Only GET, HEAD and OPTIONS are sent to the second member. A POST gets the first member's answer, an outage included.",
		Example: "target_origin_id = an origin_group, allowed_methods = [all seven]",
		Fix:     "Nothing, if that is understood; else send what changes data to an origin that is highly available by itself.",
		Cites:   []string{"REQ-362", "T34"},
	}
)

func failoverTraps() []trap {
	return []trap{{[]*Rule{failoverMisses403, failoverPost}, (*view).failovers}}
}

// failovers finds origin groups that stay with their first member.
func (v *view) failovers() []Finding {
	var found []Finding
	told := map[*cloudfront.OriginGroup]bool{}
	for i, b := range v.Behaviors {
		g := v.OriginGroup(b.TargetOriginID.Value)
		if g == nil || len(g.StatusCodes) == 0 || len(v.Members(g.ID.Value)) < 2 || v.paths[i] == "" || !v.routed(b) || !v.settled(g.Source, g.Sources["status_codes"]) {
			continue
		}
		o := v.origin(b)
		hidden := o.Kind == cloudfront.KindS3 && o.Bucket != nil && o.Bucket.ListBucket == cloudfront.Withheld
		if !told[g] && hidden && slices.Contains(g.StatusCodes, 404) && !slices.Contains(g.StatusCodes, 403) {
			w := v.witness("GET", v.paths[i])
			w.Shows = Claim{Behavior: b, Origin: o, Supposing: answer(403), Status: 403}
			if v.paged(403) {
				w.Shows.Status = 0
			}
			if v.hinted(w, "T35") != nil {
				told[g] = true
				codes := append([]int{403}, g.StatusCodes...)
				slices.Sort(codes)
				found = append(found, Finding{
					Rule: failoverMisses403, At: argument(g.Sources, "status_codes", g.Source), Witness: w,
					Message: fmt.Sprintf("%s does not fail over for a missing key: %s answers 403, as CloudFront may not list the bucket", g.ID, o.ID),
					Fix:     Fix{Where: "In failover_criteria of " + g.ID.String(), HCL: "status_codes = " + numbers(codes)},
				})
			}
		}
		if b.Allows("POST") {
			w := v.witness("POST", v.paths[i])
			w.Shows = Claim{Behavior: b, Origin: o, Supposing: answer(g.StatusCodes[len(g.StatusCodes)-1])}
			if v.hinted(w, "T34") != nil {
				found = append(found, Finding{
					Rule: failoverPost, of: b.Name(), At: argument(b.Sources, "target_origin_id", b.Source), Witness: w,
					Message: fmt.Sprintf("%s passes POST to the group %s, which fails over for GET, HEAD and OPTIONS only", b.Name(), g.ID),
				})
			}
		}
	}
	return found
}

// paged reports whether a status has an error page.
func (v *view) paged(status int) bool {
	e := v.ErrorResponse(status)
	return e != nil && e.ResponsePagePath != ""
}

func numbers(list []int) string {
	text := ""
	for i, n := range list {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	return "[" + text + "]"
}
