package check

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"edgecase/config"
	"edgecase/config/cloudfront"
)

// TestRandomTraps draws distributions: whatever their patterns, methods, policies, origins and error pages, every witness
// does what its finding says, and each finding is of a rule that is listed.
func TestRandomTraps(t *testing.T) {
	found := map[string]int{}
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 2))
		d := randomTraps(r)
		s, err := newSubject(Input{Loaded: &config.Loaded{Config: &cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}}})
		if err != nil {
			t.Fatal(err)
		}
		list, err := suspects(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		proveAll(t, s, list)
		for _, f := range list {
			found[f.Rule.Name]++
			if !slices.Contains(trapFinder.rules, f.Rule) {
				t.Errorf("%s is not listed", f.Rule.Name)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: behaviors %s", seed, patterns(d))
		}
	}
	if len(found) < 30 {
		t.Errorf("only %d rules find anything: %v", len(found), found)
	}
}

// randomTraps makes a distribution of random settings.
func randomTraps(r *rand.Rand) *cloudfront.Distribution {
	d := randomShop(r)
	d.Enabled, d.Staging = r.IntN(8) > 0, r.IntN(8) == 0
	d.Aliases = pick(r, []string{"www.example.com"}, []string{"*.example.com"}, nil, []string{"api.example.com"})
	d.DefaultRootObject = pick(r, "", "index.html", "/index.html", "/", "{var.object}")
	d.Origins = append(d.Origins,
		&cloudfront.Origin{ID: cloudfront.Known("gateway"), DomainName: cloudfront.Known("a1.execute-api.us-east-1.amazonaws.com"), Kind: cloudfront.KindCustom, HTTPPort: 80, HTTPSPort: 443},
		&cloudfront.Origin{ID: cloudfront.Known("site"), DomainName: cloudfront.Known("b.s3-website-us-east-1.amazonaws.com"), Kind: cloudfront.KindS3Website, HTTPPort: 80, OriginProtocolPolicy: cloudfront.OriginHTTPOnly},
		&cloudfront.Origin{ID: cloudfront.Known("private"), DomainName: cloudfront.Known("x.internal"), Kind: cloudfront.KindVPC, HTTPPort: 80, HTTPSPort: 443})
	d.OriginGroups = []*cloudfront.OriginGroup{{
		ID: cloudfront.Known("both"), StatusCodes: pick(r, []int{404}, []int{403, 404}, []int{500, 503}, nil),
		Members: pick(r, []cloudfront.Text{cloudfront.Known("bucket"), cloudfront.Known("app")}, []cloudfront.Text{cloudfront.Known("app"), cloudfront.Known("bucket")}),
	}}
	for _, o := range d.Origins {
		if o.OriginPath = pick(r, "", "", "/a", "/api"); o.Kind == cloudfront.KindCustom {
			o.OriginProtocolPolicy = pick(r, cloudfront.OriginHTTPOnly, cloudfront.OriginHTTPSOnly, cloudfront.OriginMatchViewer)
			o.HTTPPort, o.HTTPSPort = pick(r, 80, 443, 8080), pick(r, 443, 80)
			o.OriginSSLProtocols = pick(r, nil, []string{"TLSv1.2"}, []string{"SSLv3", "TLSv1.2"})
		}
		if o.Kind == cloudfront.KindS3 {
			o.Bucket = randomBucket(r)
		}
	}
	for i, b := range d.Behaviors {
		copied := *b
		randomBehavior(r, &copied)
		d.Behaviors[i] = &copied
	}
	for _, code := range []int{403, 404, 503} {
		if r.IntN(2) == 0 {
			d.ErrorResponses = append(d.ErrorResponses, cloudfront.ErrorResponse{
				ErrorCode: code, ResponseCode: pick(r, 200, code), ResponsePagePath: pick(r, "/index.html", "/a/error.html", "/api/error", ""), ErrorCachingMinTTL: new(r.IntN(400)),
			})
		}
	}
	return d
}

func randomBucket(r *rand.Rand) *cloudfront.Bucket {
	if r.IntN(4) == 0 {
		return nil
	}
	return &cloudfront.Bucket{
		Address: "aws_s3_bucket.b", Name: cloudfront.Known("b"),
		ListBucket: pick(r, cloudfront.Unstated, cloudfront.Granted, cloudfront.Withheld),
		Website:    pick(r, nil, &cloudfront.Website{IndexDocument: "index.html"}, &cloudfront.Website{RedirectAllRequestsTo: "https://example.com"}),
		CORSRules:  pick(r, nil, []cloudfront.CORSRule{{AllowedMethods: []string{"GET"}}}, []cloudfront.CORSRule{{AllowedMethods: []string{"GET", "PUT"}}}),
		Objects:    pick(r, nil, []*cloudfront.Object{{Key: "index.html"}, {Key: "a/index.html"}, {Key: "x y/index.html"}}),
	}
}

func randomBehavior(r *rand.Rand, b *cloudfront.Behavior) {
	b.TargetOriginID = cloudfront.Known(pick(r, "app", "app", "bucket", "bucket", "gateway", "site", "private", "both", "none"))
	b.AllowedMethods = pick(r, []string{"GET", "HEAD"}, []string{"GET", "HEAD", "OPTIONS"}, []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
	b.ViewerProtocolPolicy = pick(r, cloudfront.AllowAll, cloudfront.HTTPSOnly, cloudfront.RedirectToHTTPS)
	b.Each = pick(r, "", "", "map", "set", "list")
	if !b.Default() && r.IntN(3) == 0 {
		p := pick(r, "/ws/*", "/API/*", "/auth*", "/Api/X", "/%2f*", "/a b/*", "/x/**/y*", "/socket.io/*") + fmt.Sprint(pick(r, "", "", "1", "?"))
		b.Pattern = cloudfront.MustParsePathPattern(p).Ordered()
	}
	some := func() cloudfront.Selection {
		return pick(r, cloudfront.Selection{Behavior: cloudfront.SelectNone}, cloudfront.Selection{Behavior: cloudfront.SelectAll},
			cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"sessionid", "page"}})
	}
	headers := pick(r, cloudfront.Selection{Behavior: cloudfront.SelectNone},
		cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{pick(r, "Origin", "Host", "Authorization", "Referer", "Sec-WebSocket-Key", "Access-Control-Request-Method")}})
	ttl := pick(r, 0, 0, time.Minute, time.Hour)
	b.CachePolicy = &cloudfront.CachePolicy{
		Headers: headers, Cookies: some(), QueryStrings: some(), Legacy: r.IntN(2) == 0, ForwardQueryString: r.IntN(2) == 0,
		DefaultTTL: ttl, MaxTTL: ttl * time.Duration(r.IntN(3)), MinTTL: pick(r, 0, 0, time.Second),
	}
	if b.CachePolicy.Legacy && r.IntN(3) == 0 {
		b.CachePolicy.Headers = cloudfront.Selection{Behavior: cloudfront.SelectAll}
	}
	if !b.CachePolicy.Legacy && r.IntN(2) == 0 {
		b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{Address: "aws_cloudfront_origin_request_policy.p", Headers: headers, Cookies: some(), QueryStrings: some()}
		if r.IntN(2) == 0 {
			b.OriginRequestPolicy.Headers.Behavior = pick(r, cloudfront.SelectAllViewer, cloudfront.SelectAllExcept, cloudfront.SelectAllViewerAndWhitelistCloudFront)
		}
	}
	if r.IntN(3) == 0 {
		b.ResponseHeadersPolicy = &cloudfront.ResponseHeadersPolicy{CORS: pick(r, nil, &cloudfront.CORS{AllowMethods: []string{pick(r, "GET", "PUT", "ALL")}, AllowOrigins: []string{"*"}, AllowHeaders: []string{"*"}})}
	}
	if r.IntN(5) == 0 {
		b.Associations = []cloudfront.Association{{EventType: pick(r, cloudfront.ViewerRequest, cloudfront.OriginRequest, cloudfront.ViewerResponse), Kind: cloudfront.LambdaFunction}}
	}
}
