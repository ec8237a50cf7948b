package capture

// This file asks what of a request reaches its origin.

// everything is fields that a viewer may send, one of each kind that the tables of the rules name.
func everything(more ...string) []string {
	return append([]string{
		"Accept: text/html", "Accept-Charset: utf-8", "Accept-Language: de", "Authorization: Basic Og==", "Cache-Control: no-cache",
		"Content-Encoding: identity", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==", "Cookie: b=2; a=1; $c=3", "Date: Thu, 01 Jan 2015 00:00:00 GMT",
		"Forwarded: for=192.0.2.4", "From: nobody@example.org", "Max-Forwards: 5", "Origin: https://example.org", "Pragma: no-cache",
		"Proxy-Connection: keep-alive", "Referer: https://example.org/", "Request-Range: bytes=0-4", "TE: trailers", "User-Agent: capture/1",
		"Via: 1.1 viewer", "Warning: 199 - none", "X-Amz-Test: 1", "X-Edge-Test: 1", "X-Forwarded-For: 192.0.2.4", "X-Forwarded-Port: 80",
		"X-Forwarded-Proto: gopher", "X-HTTP-Method-Override: PUT", "X-Other: 1", "X-Real-IP: 192.0.2.4", "CloudFront-Viewer-Country: XX",
	}, more...)
}

// reach makes a claim for each of some fields.
func reach(claim func(string, Part) Claim, rule string, names ...string) []Claim {
	var list []Claim
	for _, name := range names {
		list = append(list, claim(rule, Received(name)))
	}
	return list
}

func claims(lists ...[]Claim) []Claim {
	var all []Claim
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// legacyProbes ask about behaviors with forwarded_values.
func legacyProbes() []Probe {
	return []Probe{
		get("/legacy/echo?a=1", everything()...).named("legacy-get", "What reaches the origin of a GET where nothing is listed?", claims(
			reach(documented, "REQ-190", "X-Other", "X-Amz-Test", "Cache-Control", "Pragma", "Origin", "From", "Date", "Warning", "Max-Forwards", "Request-Range"),
			reach(documented, "POL-031", "Accept", "Accept-Charset", "Accept-Language", "Referer", "X-HTTP-Method-Override"),
			reach(documented, "POL-029", "Proxy-Connection", "TE", "X-Edge-Test"),
			reach(documented, "REQ-210", "X-Forwarded-Proto", "X-Real-IP"),
			reach(documented, "REQ-217", "Authorization"), reach(documented, "REQ-221", "Cookie"), reach(documented, "REQ-214", "User-Agent"),
			reach(documented, "REQ-206", "X-Forwarded-For"), reach(documented, "REQ-212", "Via"),
			reach(inferred, "REQ-209", "Forwarded", "X-Forwarded-Port"), reach(inferred, "REQ-215", "X-Amz-Test"), reach(inferred, "REQ-244", "X-Forwarded-Host"),
			reach(inferred, "REQ-200", "Host"), reach(inferred, "REQ-213", "X-Amz-Cf-Id"), reach(inferred, "POL-040", "CloudFront-Viewer-Country"),
			[]Claim{documented("REQ-204", Target)})...),
		request("POST /legacy/echo", everything("Content-Type: text/plain")...).with("hello").named("legacy-post", "And of a POST?", claims(
			reach(documented, "REQ-217", "Authorization"), reach(documented, "REQ-190", "X-Other", "Content-Type", "Content-MD5", "Origin"))...),
		get("/legacy/echo", "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5").named("legacy-hop", "Do fields that Connection names stay behind?",
			reach(inferred, "REQ-198", "X-Hop", "Keep-Alive")...),
		get("/legacy/echo", "Accept-Encoding: br, gzip").named("legacy-gzip", "What becomes of Accept-Encoding?", inferred("REQ-234", Received("Accept-Encoding"))),
		get("/legacy/echo", "Accept-Encoding: gzip;q=0").named("legacy-no-gzip", "Is gzip;q=0 no gzip?", inferred("REQ-235", Received("Accept-Encoding"))),
		request("POST /legacy/echo", "Expect: 200-ok").with("hello").named("legacy-expect", "Is an unknown expectation ignored?",
			inferred("REQ-259", Status), documented("REQ-256", Received("Expect"))),
		request("POST /legacy/echo", "Transfer-Encoding: chunked", "Trailer: X-Last").body("5\r\nhello\r\n0\r\nX-Last: 1\r\n\r\n").
			named("legacy-trailer", "Are trailers dropped?", documented("REQ-260", Received("Trailer")), documented("REQ-253", Received("Transfer-Encoding"))),
		get("/legacy-some/echo?b=2&a=1&c=%41", "Cookie: b=2; a=1; $c=3", "Accept-Language: de").named("legacy-some", "In which order do parameters and cookies arrive?",
			inferred("REQ-205", Target), documented("REQ-222", Received("Cookie")), inferred("POL-035", Received("Cookie")), documented("REQ-223", Received("Cookie"))),
		get("/legacy-some/echo?").named("legacy-some-empty", "Is an empty query left out?", inferred("POL-074", Target)),
		get("/legacy-some/status-304", `If-None-Match: "v1"`).named("legacy-conditional", "What becomes of a condition where cookies are forwarded?", inferred("REQ-226", Status)),
		get("/legacy-some/echo", `If-None-Match: "v1"`).named("legacy-conditional-forwarded", "Does the condition reach the origin there?", inferred("REQ-226", Received("If-None-Match"))),
		get("/legacy-all/echo?a=1", everything()...).named("legacy-all", "What reaches the origin where everything is listed?", claims(
			reach(inferred, "POL-090", "Host"), reach(documented, "REQ-197", "User-Agent", "Authorization", "Accept", "Origin", "Cookie"),
			[]Claim{inferred("POL-003", Field("X-Decorated"))})...),
	}
}

// policyProbes ask about behaviors with a cache policy that keeps nothing and names nothing.
func policyProbes() []Probe {
	return []Probe{
		get("/get/echo?a=1", everything(`If-None-Match: "v1"`, "Range: bytes=0-4")...).named("policy-get", "What reaches the origin of a GET where no policy lists anything? (Q-12)", claims(
			reach(inferred, "REQ-193", "Cache-Control", "Pragma", "Content-MD5", "Content-Encoding", "Date", "From", "Max-Forwards", "Warning", "If-None-Match", "Range", "X-Forwarded-For", "Via"),
			reach(documented, "REQ-193", "Origin"),
			reach(documented, "REQ-191", "Accept", "Accept-Language", "Referer", "X-Other", "X-Amz-Test", "X-Forwarded-Port"),
			reach(inferred, "POL-039", "Authorization", "X-Other", "Cache-Control"),
			reach(inferred, "REQ-208", "X-Forwarded-For"), reach(documented, "REQ-236", "CloudFront-Viewer-Country"),
			[]Claim{documented("POL-021", Target)})...),
		request("POST /all/echo", everything("Content-Type: text/plain")...).with("hello").named("policy-post", "And of a POST? (Q-13)", claims(
			reach(documented, "REQ-217", "Authorization"), reach(inferred, "REQ-193", "Content-Type", "Content-MD5", "Content-Encoding", "Content-Length"),
			reach(documented, "REQ-191", "X-Other"))...),
		get("/listed/echo", everything("X-Listed: 1", "CloudFront-Forwarded-Proto: http")...).named("listed", "What reaches the origin of what a policy lists?", claims(
			reach(documented, "POL-052", "X-Listed", "Origin", "X-Other", "CloudFront-Viewer-Country", "CloudFront-Viewer-Address"),
			reach(inferred, "POL-040", "CloudFront-Forwarded-Proto"), reach(inferred, "POL-085", "CloudFront-Viewer-Http-Version"))...),
		get("/merged-only/echo?a=1&b=2").named("merged-only", "Do the key's parameters go although the request policy excepts them?", inferred("POL-071", Target)),
		get("/merged-but/echo?a=1&b=2").named("merged-but", "Do both policies' parameters go?", inferred("POL-072", Target)),
	}
}

// viewerProbes ask about policies that forward what the viewer sends.
func viewerProbes() []Probe {
	return []Probe{
		get("/viewer/echo?a=1", everything("X-Capture-Behavior: viewer's")...).named("viewer", "What reaches the origin where all of the viewer's is forwarded?", claims(
			reach(documented, "POL-053", "Host", "User-Agent", "Authorization", "Origin", "Referer", "Accept", "X-Other", "Cookie"),
			reach(documented, "POL-028", "X-Forwarded-Proto", "X-Real-IP"),
			reach(inferred, "REQ-246", "X-Capture-Behavior"), reach(documented, "POL-041", "X-Capture-Behavior"),
			[]Claim{documented("POL-053", Target)})...),
		get("/uncookied/echo?a=1", everything()...).named("uncookied", "Are cookies a matter of the cookie setting alone?",
			inferred("POL-063", Received("Cookie")), documented("POL-053", Received("X-Other"))),
		get("/except/echo?a=1", everything("X-Left-Out: 1")...).named("except", "What reaches the origin of all but a list?", claims(
			reach(inferred, "POL-024", "Host"), reach(documented, "POL-055", "X-Left-Out", "X-Other", "Accept"))...),
		request("POST /viewer/echo", "Expect: 100-continue").with("hello").named("viewer-expect", "Does CloudFront itself say 100 Continue?",
			inferred("REQ-257", Interim), inferred("REQ-257", Status)),
	}
}

// encodingProbes ask what becomes of Accept-Encoding where the cache policy has gzip and Brotli.
func encodingProbes() []Probe {
	row := func(name, value, rule string, claim func(string, Part) Claim) Probe {
		return get("/encoded/echo", "Accept-Encoding: "+value).named("encoding-"+name, "What becomes of Accept-Encoding: "+value+"?", claim(rule, Received("Accept-Encoding")))
	}
	return []Probe{
		row("both", "gzip, br", "REQ-228", documented),
		row("gzip", "gzip, deflate", "REQ-228", documented),
		row("star", "*", "REQ-230", inferred),
		row("deflate", "deflate", "REQ-230", documented),
	}
}

// rangeProbes ask about ranges.
func rangeProbes() []Probe {
	return []Probe{
		get("/get/echo", "Range: bytes=5-1").named("range-malformed", "Does a malformed range stay behind?", inferred("REQ-492", Received("Range"))),
		get("/get/echo", "Range: bytes=4-5,0-1").named("range-descending", "And one that is not in order?", inferred("REQ-492", Received("Range"))),
		get("/get/echo", "Range: items=0-1").named("range-unit", "Is one in another unit forwarded?", inferred("REQ-492", Received("Range"))),
		request("POST /all/echo", "Range: bytes=0-4").with("hello").named("range-post", "Is that of a POST forwarded?",
			inferred("REQ-495", Received("Range")), inferred("REQ-495", Status)),
	}
}
