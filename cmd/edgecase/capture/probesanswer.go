package capture

// This file asks what becomes of answers.

// answerProbes ask what of an origin's answer reaches the viewer.
func answerProbes() []Probe {
	return []Probe{
		get("/get/echo").named("answer", "What does CloudFront add to an answer?",
			inferred("REQ-134", Field("Strict-Transport-Security")), observed("REQ-292", Field("X-Cache")), documented("REQ-270", Field("Server"))),
		get("/get/names").named("answer-names", "Which fields of the origin are replaced?",
			inferred("REQ-276", Field("X-Cache")), inferred("REQ-276", Field("X-Amz-Cf-Id")), inferred("REQ-276", Field("X-Amz-Cf-Pop")),
			inferred("POL-180", Field("Server-Timing")), documented("REQ-221", Field("Set-Cookie")), documented("REQ-270", Field("X-Hop")), documented("REQ-270", Field("Keep-Alive"))),
		get("/viewer/names").named("answer-cookies", "Does Set-Cookie pass where a request policy forwards cookies?", inferred("POL-064", Field("Set-Cookie"))),
		get("/get/varies").named("answer-vary", "Is Vary removed where it names what is not forwarded?", documented("REQ-270", Field("Vary"))),
		get("/get/hints").named("answer-hints", "Are early hints dropped?", inferred("REQ-277", Interim), inferred("REQ-277", Status)),
		get("/get/status-204").named("answer-204", "Does a 204 pass?", inferred("REQ-278", Status), inferred("REQ-278", Body)),
		get("/get/status-205").named("answer-205", "Does a 205 pass without body?", inferred("REQ-278", Status), inferred("REQ-278", Body)),
		get("/get/redirect").named("answer-redirect", "Does a redirect pass as it is?", documented("REQ-279", Status), inferred("REQ-279", Field("Location"))),
		get("/get/status-404").named("answer-404", "Does a 404 pass with its body?",
			documented("REQ-282", Status), documented("REQ-282", Body), documented("REQ-293", Field("X-Cache"))),
		get("/get/status-416").named("answer-416", "What is X-Cache of a 416?", inferred("REQ-295", Field("X-Cache"))),
		request("POST /all/echo").with("").named("answer-post", "And of a POST?", observed("REQ-294", Field("X-Cache"))),
		get("/get/short").named("answer-short", "What does the viewer see of an answer that ends too early?", inferred("REQ-329", Ending), documented("REQ-289", Status)),
		get("/get/unfinished").named("answer-unfinished", "And of one in chunks?", inferred("REQ-329", Ending), documented("REQ-289", Status)),
	}
}

// decoratedProbes ask about a response headers policy.
func decoratedProbes() []Probe {
	return []Probe{
		get("/decorated/decorated").named("decorated", "How does a policy change the origin's fields?",
			inferred("POL-101", Field("X-Both")), inferred("POL-105", Field("X-Decorated")), documented("POL-114", Field("Server")), inferred("POL-114", Field("Date")),
			documented("POL-115", Field("ETag")), inferred("POL-115", Field("X-Gone")), inferred("POL-116", Field("X-Powered-By")),
			inferred("POL-151", Field("Strict-Transport-Security")), inferred("POL-152", Field("Strict-Transport-Security")), inferred("POL-159", Field("X-XSS-Protection"))),
		get("/decorated/echo").plain().named("decorated-plain", "Is Strict-Transport-Security sent over HTTP, too?", inferred("POL-161", Field("Strict-Transport-Security"))),
		get("/decorated/status-404").named("decorated-404", "Does an error of the origin carry the policy's fields?", inferred("POL-107", Field("X-Decorated"))),
		get("/decorated/status-304", `If-None-Match: "v1"`).named("decorated-304", "Does a 304?", inferred("POL-110", Field("X-Decorated"))),
		get("/refused/echo").named("decorated-502", "Does a page that CloudFront makes?", observed("POL-108", Field("X-Decorated"))),
		get("/decorated/echo", "X-Capture-Function: answer").named("decorated-function", "Does an answer that a function makes?", inferred("POL-108", Field("X-Decorated"))).waits("functions"),
		get("/cors-any/status-204", "Pragma: server-timing").named("server-timing", "What is in Server-Timing?",
			documented("POL-174", Field("Server-Timing")), inferred("POL-178", Field("Server-Timing"))),
	}
}

// corsProbes ask about the CORS section of a policy.
func corsProbes() []Probe {
	const origin, methods, allowed, vary = "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Vary"
	return []Probe{
		get("/cors/status-204", "Origin: https://example.org").named("cors", "Is the origin echoed that the list has?",
			inferred("POL-123", Field(origin)), inferred("POL-138", Field(vary)), documented("POL-126", Field("Access-Control-Allow-Credentials"))),
		get("/cors/status-204", "Origin: https://example.com").named("cors-other", "Is there nothing for another?", inferred("POL-123", Field(origin))),
		get("/cors/status-204", "Origin: HTTPS://Example.ORG").named("cors-case", "Are scheme and host compared without regard to case?", inferred("POL-125", Field(origin))),
		get("/cors/status-204", "Origin: http://a.b.example.net").named("cors-wildcard", "Does *.example.net cover several labels and both schemes?", documented("POL-124", Field(origin))),
		get("/cors/status-204", "Origin: http://a.example.net:123").named("cors-port", "Does an entry without a port leave out origins with one?", inferred("POL-144", Field(origin))),
		get("/cors/status-204", "Origin: https://example.org", "X-One: 1").named("cors-actual", "Does a request that is not simple get its origin?", inferred("POL-136", Field(origin))),
		get("/cors/shares", "Origin: https://example.org").named("cors-origin-has-some", "Does one field of the origin's keep all of the policy's away?",
			inferred("POL-134", Field(origin)), inferred("POL-134", Field("Access-Control-Max-Age"))),
		request("OPTIONS /cors/echo", "Origin: https://example.org", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-one").
			named("preflight", "Does a preflight go to the origin, and what is added to its answer?",
				inferred("POL-120", Status), inferred("POL-120", Method), inferred("POL-130", Field(allowed)), inferred("POL-127", Field(methods))),
		request("OPTIONS /cors-any/echo", "Origin: https://example.org", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: authorization").
			named("preflight-authorization", "What if it asks for Authorization, and the policy has *?",
				inferred("POL-131", Field(allowed)), inferred("POL-131", Field(origin)), documented("POL-127", Field(methods))),
	}
}

// failureProbes ask what is made of an origin that fails.
func failureProbes() []Probe {
	row := func(name, path, rule, asks string, claims ...Claim) Probe {
		return get(path).named("failure-"+name, asks, append(claims, inferred(rule, Body))...)
	}
	return []Probe{
		row("refused", "/refused/echo", "F2", "What is answered where nobody listens? (Q-09)", documented("F2", Status), documented("REQ-346", Status)),
		row("unreachable", "/unreachable/echo", "F3", "And where the connection takes too long? (Q-09)", documented("F3", Status), inferred("REQ-325", Status)),
		row("tls", "/not-tls/echo", "F4", "And where TLS fails?", documented("F4", Status)),
		row("silent", "/get/silent", "F5", "And where no answer comes?", documented("F5", Status)),
		row("closed", "/get/closes", "F6", "And where the connection is closed instead? (Q-09)", inferred("F6", Status)),
		row("garbage", "/get/garbage", "F7", "And where the answer is no HTTP?", inferred("F7", Status)),
		row("lengths", "/get/lengths", "F7", "And where it has two lengths?", inferred("F7", Status)),
		row("large", "/get/large", "F8", "And where its head is too large?", inferred("F8", Status), inferred("REQ-149", Status)),
		row("range", "/get/range", "F9", "And where its range contradicts its length?", inferred("F9", Status)),
		row("continues", "/get/continues", "F14", "And where 100 Continue comes twice?", inferred("F14", Status)),
		get("/get/pauses").named("failure-pauses", "And where it stops in the middle?", documented("F10", Ending)),
	}
}

// groupProbes ask when an origin group asks its second member.
func groupProbes() []Probe {
	return []Probe{
		get("/group-503/echo").named("group-503", "Does a refused connection fail over where 503 is listed?",
			documented("REQ-366", Status), inferred("REQ-368", Received("X-Capture-Behavior"))),
		get("/group-502/echo").named("group-502", "And where 502 is?", inferred("REQ-366", Status)),
		get("/group-504/echo").named("group-504", "Does a timeout fail over where 504 is listed?", documented("REQ-366", Status)),
		request("HEAD /group-503/status-404").named("group-head", "Does HEAD fail over?", documented("REQ-362", Status)),
	}
}

// bucketProbes ask what comes of a bucket behind CloudFront.
func bucketProbes() []Probe {
	refused := func(method, rule string) Probe {
		return request(method+" /s3/nothing").with("").named("bucket-"+method, "What does a bucket that may only be read answer to "+method+"?", inferred(rule, Status))
	}
	return []Probe{
		get("/s3/page").named("bucket", "Which of S3's fields pass?",
			inferred("REQ-271", Field("X-Amz-Request-Id")), inferred("REQ-271", Field("X-Amz-Id-2")), inferred("REQ-272", Field("ETag")), inferred("REQ-272", Field("Accept-Ranges")),
			inferred("REQ-272", Field("Server")), inferred("REQ-272", Field("X-Amz-Server-Side-Encryption")), observed("REQ-389", Status)),
		get("/s3//page").named("bucket-slashes", "Is a//b another key than a/b?", inferred("REQ-388", Status)),
		get("/s3/nothing").named("bucket-missing", "What is answered to a key that is not there?", documented("REQ-391", Status), inferred("REQ-396", Body)),
		get("/s3/folder/").named("bucket-folder", "And to a folder that somebody made in the console?", documented("REQ-401", Status), inferred("REQ-401", Field("Content-Type"))),
		get("/s3/page?a=1").named("bucket-query", "Does S3 ignore a parameter that it does not know?", inferred("REQ-399", Status)),
		request("OPTIONS /s3-cors/page", "Origin: https://example.org", "Access-Control-Request-Method: GET").named("bucket-preflight", "Does a preflight fail where the bucket has no CORS rules, for all the policy adds?",
			observed("REQ-102", Status), inferred("POL-121", Status), inferred("POL-121", Field("Access-Control-Allow-Origin"))),
		get("/s3-host/page").named("bucket-host", "And where the viewer's Host reaches the bucket?",
			inferred("REQ-397", Status), inferred("REQ-397", Body), inferred("POL-061", Status), inferred("POL-025", Status)),
		refused("POST", "REQ-102"), refused("PUT", "REQ-102"), refused("PATCH", "REQ-102"), refused("DELETE", "REQ-102"),
		request("OPTIONS /s3/page", "Origin: https://example.org", "Access-Control-Request-Method: GET").named("bucket-preflight-bare", "And to a preflight whose Origin stays behind?",
			observed("REQ-102", Status)),
		get("/s3/page", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13").
			named("bucket-socket", "And to the handshake of a WebSocket?", inferred("REQ-479", Status)),
	}
}

// pageProbes ask about custom error responses: which answers they replace, and how the page is fetched.
func pageProbes() []Probe {
	page := func(p Probe, name, asks string, claims ...Claim) Probe {
		return p.at(Pages).named("page-"+name, asks, claims...)
	}
	return []Probe{
		page(get("/all/status-404?a=1"), "404", "How is the page of a 404 fetched?",
			documented("E1", Status), inferred("REQ-439", Target), inferred("REQ-439", Received("X-Capture-Behavior")), inferred("REQ-443", Asked),
			inferred("REQ-292", Field("X-Cache")), documented("REQ-446", Field("Connection")), inferred("POL-106", Field("X-Decorated")), observed("REQ-130", Field("Alt-Svc"))),
		page(request("POST /all/status-404").with("hello"), "post", "Does a POST's error get a page, and by which method?",
			inferred("E2", Status), inferred("REQ-439", Method), inferred("REQ-439", Content)),
		page(get("/all/status-404").plain(), "plain", "Is the page fetched although its own behavior serves HTTPS alone, and wants signatures?", inferred("REQ-440", Status)),
		page(get("/all/status-500"), "500", "Is the connection closed by the original status?", documented("REQ-446", Ending), inferred("REQ-446", Field("Connection"))),
		page(get("/all/status-405"), "missing", "What if the page itself fails?", documented("REQ-444", Status), inferred("REQ-444", Body)),
		page(request("POST /").with(""), "method", "Does a method that is not allowed get a page? (Q-06)", observed("E7", Status), inferred("REQ-591", Status)),
		page(request("PROPFIND /all/echo"), "unknown-method", "Does a method that nobody knows? (Q-05)", observed("E11", Status)),
		page(get("/https/echo").plain(), "https-only", "Does a refused HTTP request? (Q-06)", inferred("E8", Status)),
		page(request("POST /redirect/echo").with("").plain().version("1.0"), "redirect-1.0", "Does a redirect that cannot be made?", inferred("E8", Status)),
		page(get("/all/echo").with("hello"), "get-body", "Does a GET with a body?", inferred("E8", Status)),
		page(get("/refused/echo"), "502", "Does an origin that refuses connections?", inferred("E4", Status), inferred("REQ-348", Status)),
		page(get("/signed/echo"), "signature", "Does a missing signature?", inferred("E9", Status)).waits("signatures"),
		page(get("/all/%zz"), "malformed", "Does a malformed request?", documented("E11", Status)),
		page(get("/all/{url:8193}"), "url", "Does a URL that is too long?", inferred("E11", Status)),
		page(get("/all/echo", "X-Long: {head:32769}"), "head", "Does a head that is too long?", inferred("E11", Status)),
		page(get("/").raw("GET / HTTP/1.1\nHost: edgecase-capture.example\n\n"), "unknown-host", "Does a name that nobody has?", inferred("E10", Status)),
	}
}
