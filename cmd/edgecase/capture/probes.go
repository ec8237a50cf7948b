package capture

import (
	"slices"
	"strings"
)

// Probes returns the list: the same for everybody, in the order in which it is sent. A name stands for one request; to
// ask something else, a probe takes another name.
func Probes() []Probe {
	return slices.Concat(
		hostProbes(), pathProbes(), methodProbes(), protocolProbes(), limitProbes(), malformedProbes(), rootProbes(),
		legacyProbes(), policyProbes(), viewerProbes(), encodingProbes(),
		answerProbes(), decoratedProbes(), corsProbes(), failureProbes(), groupProbes(), bucketProbes(), rangeProbes(),
		pageProbes(), orderProbes(),
	)
}

// hostProbes ask which distribution a request belongs to.
func hostProbes() []Probe {
	return []Probe{
		get("/get/echo").raw("GET /get/echo HTTP/1.1\nHost: {MAIN}\n\n").named("host-upper-case", "Is Host compared without regard to case?",
			inferred("REQ-005", Status), inferred("REQ-005", Behavior)),
		get("/get/echo").raw("GET /get/echo HTTP/1.1\nHost: {main}:443\n\n").named("host-with-port", "Is the port in Host ignored?",
			inferred("REQ-005", Status)),
		get("/get/echo").raw("GET /all/echo HTTP/1.1\nHost: {pages}\n\n").named("host-of-another", "Does Host alone select, over a connection to another distribution's name?",
			documented("REQ-001", Status), documented("REQ-002", Behavior)),
		get("/get/echo").raw("GET /get/echo HTTP/1.1\nHost: edgecase-capture.example\n\n").named("host-unknown", "What is answered to a name that no distribution has?",
			documented("REQ-013", Status), observed("REQ-014", Body), observed("REQ-093", Names)),
		get("/get/echo").raw("GET /get/echo HTTP/1.1\nX-One: 1\n\n").named("host-missing", "What is answered to a request without Host?",
			inferred("REQ-015", Status), inferred("REQ-151", Body), inferred("REQ-151", Ending)),
		get("/get/echo").raw("GET /get/echo HTTP/1.1\nHost: {main}\nHost: {main}\n\n").named("host-twice", "And to one with two?",
			inferred("REQ-015", Status)),
		get("/get/echo").plain().raw("GET /get/echo HTTP/1.0\n\n").named("host-missing-1.0", "And to one without, over HTTP/1.0?",
			inferred("REQ-016", Status), inferred("REQ-016", Body)),
		get("/get/echo").at(Disabled).named("disabled", "What does a disabled distribution answer? (Q-10)",
			inferred("REQ-019", Status), inferred("REQ-019", Body)),
		get("/get/echo").raw("GET http://{pages}/all/echo HTTP/1.1\nHost: {main}\n\n").named("absolute-form", "Does the authority of an absolute target go before Host?",
			inferred("REQ-069", Status), inferred("REQ-069", Behavior), inferred("REQ-069", Target)),
		request("OPTIONS *").named("asterisk-form", "What is answered to OPTIONS *?", inferred("REQ-069", Status)),
	}
}

// pathProbes ask which behavior a path chooses. The path that reaches the origin is the raw one, always.
func pathProbes() []Probe {
	row := func(name, path, asks string, claims ...Claim) Probe {
		return get(path).named(name, asks, append(claims, documented("REQ-060", Target))...)
	}
	return []Probe{
		row("path-slashes-first", "/norm//../up/echo", "Are slashes collapsed before .. is removed? (Q-07)", inferred("REQ-062", Behavior)),
		row("path-dot", "/./norm/echo", "Are single dots removed?", inferred("V69", Behavior)),
		row("path-dots", "/norm/../up/echo", "Are double dots removed?", documented("V68", Behavior)),
		row("path-double-slash", "//norm/echo", "Are double slashes collapsed?", documented("V66", Behavior)),
		row("path-encoded-letter", "/%6eorm/echo", "Are encoded letters decoded?", inferred("V70", Behavior)),
		row("path-encoded-dots", "/norm/%2e%2e/up/echo", "Are encoded dots decoded before dots are removed?", inferred("V71", Behavior)),
		row("path-encoded-tilde", "/%7Et/echo", "Is an encoded tilde decoded?", inferred("V77", Behavior)),
		row("path-encoded-slash", "/norm%2Fecho", "Does an encoded slash stay encoded?", inferred("V72", Behavior), inferred("REQ-063", Behavior)),
		row("path-encoded-letters", "/caf%C3%A9", "Do letters beyond ASCII stay encoded?", inferred("V74", Behavior)),
		row("path-backslash", `/norm\..\up/echo`, "Is a backslash an ordinary character?", inferred("REQ-064", Behavior)),
		row("path-question-slash", "/q/c", "Does ? match a slash?", inferred("REQ-046", Behavior), inferred("V46", Behavior)),
		row("path-question-encoded", "/q%62c", "Does ? match an encoded letter?", inferred("V48", Behavior)),
		row("path-question-blank", "/q%20c", "Does ? match an encoded blank?", inferred("V49", Behavior)),
		get("/q?c").named("path-question-query", "Does a ? in the target begin the query?", inferred("V47", Behavior)),
		row("path-tail", "/v2/tail/echo", "Does a * cross slashes?", documented("V25", Behavior)),
		row("path-tail-bare", "/tail/echo", "Does */tail/* need a slash before tail?", inferred("V26", Behavior)),
		row("path-jp", "/i/a.jp/b.txt", "Do both stars of i/*.jp* cross slashes?", inferred("V41", Behavior)),
		row("path-anchored", "/x/dog.jpg", "Is d*.jpg anchored at the first segment?", inferred("V53", Behavior), inferred("V56", Behavior)),
		row("path-order", "/norm/tail/echo", "Does the first behavior that matches decide?", documented("REQ-040", Behavior), inferred("REQ-042", Behavior)),
		get("/get/echo").plain().named("path-plain", "Does the scheme choose no behavior?", inferred("REQ-050", Behavior)),
	}
}

// methodProbes ask about methods that are refused, and bodies where there may be none.
func methodProbes() []Probe {
	return []Probe{
		request("POST /get/echo").with("").named("post-refused", "What is answered to a method that is not allowed?",
			documented("REQ-079", Status), observed("REQ-080", Body), observed("REQ-093", Names), inferred("REQ-096", Field("Access-Control-Allow-Origin"))),
		request("POST /options/echo").with("").named("post-refused-options", "Is the page the same where OPTIONS is allowed? (Q-16)",
			documented("REQ-079", Status), inferred("REQ-081", Body)),
		request("POST /get/echo").with("a=b").named("post-refused-body", "Is the connection closed where a body was not read?", observed("REQ-093", Field("Connection"))),
		request("TRACE /all/echo").named("trace", "What is answered to TRACE? (Q-05)", inferred("REQ-087", Status), inferred("REQ-087", Body)),
		request("TRACE /all/echo").raw("CONNECT {main}:443 HTTP/1.1\nHost: {main}:443\n\n").named("connect", "And to CONNECT? (Q-05)",
			inferred("REQ-087", Status), inferred("REQ-087", Ending)),
		request("PROPFIND /all/echo").named("unknown-method", "And to any other? (Q-05)", observed("REQ-088", Status), inferred("REQ-151", Body)),
		request("post /all/echo").with("").named("lower-case-method", "Are methods compared with regard to case?", inferred("REQ-089", Status)),
		get("/get/echo", "Content-Type: text/plain").with("hello").named("get-body", "What is answered to a GET with a body?",
			documented("REQ-097", Status), observed("REQ-098", Body)),
		get("/get/echo").with("").named("get-body-empty", "Does Content-Length: 0 count as a body?", inferred("REQ-099", Status)),
		get("/get/echo", "Transfer-Encoding: chunked").body("0\r\n\r\n").named("get-body-chunked", "Does an empty body in chunks count as one?", inferred("REQ-099", Status)),
		request("HEAD /get/echo").with("hello").named("head-body", "Is a HEAD with a body refused like a GET?", inferred("REQ-100", Status)),
		request("OPTIONS /all/echo").with("hello").named("options-body", "Is the body of an OPTIONS forwarded?", inferred("REQ-100", Status), inferred("REQ-100", Content)),
		request("DELETE /all/echo").with("hello").named("delete-body", "Is the body of a DELETE forwarded?", inferred("REQ-100", Status), inferred("REQ-100", Content)),
		request("POST /all/echo").named("post-no-length", "Is a POST without any length one with an empty body?", inferred("REQ-152", Status)),
		request("POST /all/echo", "Content-Type: text/plain").with("hello").named("post", "Does a POST reach its origin whole?",
			documented("REQ-078", Method), inferred("REQ-251", Behavior), documented("REQ-192", Content)),
	}
}

// protocolProbes ask about plain HTTP, redirects and versions.
func protocolProbes() []Probe {
	return []Probe{
		get("/redirect/a//b/../c%41?x=%7e&y").plain().named("redirect", "What is the redirect to https like?",
			documented("REQ-112", Status), inferred("REQ-118", Field("Location")), inferred("REQ-117", Field("Location")), observed("REQ-119", Names), observed("REQ-120", Body),
			inferred("REQ-125", Field("Strict-Transport-Security")), inferred("POL-109", Field("X-Decorated"))),
		get("/redirect/echo", "X-Capture-Function: answer").plain().named("redirect-function", "Is the redirect made before a function could answer?", inferred("REQ-124", Status)),
		request("HEAD /redirect/echo").plain().named("redirect-head", "Has the redirect of HEAD no body?", documented("REQ-112", Status), inferred("REQ-123", Body)),
		request("POST /redirect/echo").with("").plain().named("redirect-or-method", "Is the method refused before the redirect? (Q-01)",
			inferred("REQ-127", Status), inferred("REQ-127", Body), inferred("REQ-564", Status)),
		request("POST /redirect-all/echo").with("").plain().named("redirect-post", "What is the redirect of a POST like?",
			documented("REQ-113", Status), inferred("REQ-122", Body), inferred("REQ-118", Field("Location"))),
		request("POST /redirect-all/echo").with("").plain().version("1.0").named("redirect-post-1.0", "And over HTTP/1.0?",
			documented("REQ-114", Status)),
		get("/https/echo").plain().named("https-only", "What is the page where only HTTPS is served? (Q-11)",
			documented("REQ-111", Status), inferred("REQ-111", Body)),
		request("HEAD /https/echo").plain().named("https-only-head", "Has a refused HEAD the fields and no body?",
			inferred("REQ-086", Status), inferred("REQ-086", Body), inferred("REQ-086", Field("Content-Length")), inferred("REQ-086", Field("Content-Type"))),
		get("/get/echo").version("1.0").named("http-1.0", "Is HTTP/1.0 served?", inferred("REQ-128", Status)),
		get("/get/chunked").version("1.0").named("http-1.0-chunked", "Are chunks taken apart for HTTP/1.0?",
			inferred("REQ-288", Status), inferred("REQ-288", Body), inferred("REQ-288", Field("Transfer-Encoding")), inferred("REQ-288", Ending)),
		get("/get/echo", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13").
			named("socket-forgotten", "Does a handshake lose its fields where no policy forwards them, and does the origin's answer to it pass?",
				inferred("REQ-474", Status), documented("REQ-472", Received("Sec-WebSocket-Key")), documented("REQ-473", Received("Upgrade"))),
		get("/https/echo", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13").plain().
			named("socket-https-only", "Does the protocol policy hold for a handshake?", inferred("REQ-476", Status)),
		request("POST /all/echo", "Content-Type: application/grpc", "TE: trailers").with("").named("grpc-off", "Is gRPC that is switched off an ordinary POST?",
			inferred("REQ-482", Status), inferred("REQ-482", Received("Content-Type"))),
	}
}

// limitProbes ask where the limits are.
func limitProbes() []Probe {
	return []Probe{
		get("/get/{url:8192}").named("url-longest", "Is a URL of 8,192 bytes served, scheme and host counted? (Q-14)", inferred("REQ-141", Status)),
		get("/get/{url:8193}").named("url-too-long", "Is one of 8,193 refused?",
			inferred("REQ-141", Status), documented("REQ-142", Ending), inferred("REQ-151", Body)),
		get("/get/{target:8192}").named("target-longest", "Is a URL refused whose path and query alone have 8,192 bytes?", inferred("REQ-141", Status)),
		get("/get/{target:8300}").named("target-too-long", "Is a path refused that is too long however one counts?", documented("REQ-142", Status)),
		get("/get/echo", "X-Long: {head:32768}").named("head-longest", "Is a head of 32,768 bytes served? (Q-14)", documented("REQ-140", Status)),
		get("/get/echo", "X-Long: {head:32769}").named("head-too-long", "Is one of 32,769 refused?",
			documented("REQ-140", Status), documented("REQ-143", Status), inferred("REQ-143", Phrase), documented("REQ-143", Ending)),
		get("/get/echo", slices.Repeat([]string{"X-Many: 1"}, 250)...).named("many-fields", "Are 250 fields served?", inferred("REQ-144", Status)),
		get("/get/echo", "X-Long: "+strings.Repeat("a", 16<<10)).named("long-field", "Is one field of 16 kB served?", inferred("REQ-144", Status)),
	}
}

// malformedProbes ask which requests are malformed.
func malformedProbes() []Probe {
	row := func(name, asks string, p Probe, claims ...Claim) Probe {
		return p.named("malformed-"+name, asks, append(claims, inferred("REQ-150", Status))...)
	}
	return []Probe{
		row("escape", "Is an escape refused that is none?", get("/get/%zz"), inferred("REQ-151", Body), inferred("REQ-151", Ending)),
		row("escape-in-query", "Is one in the query passed on?", get("/legacy-some/echo?a=%zz"), inferred("REQ-150", Target)),
		row("name", "Is a blank in the name of a field refused?", get("/get/echo", "X One: 1")),
		row("colon", "Is a blank before the colon refused?", get("/get/echo", "X-One : 1")),
		row("folded", "Is a folded field refused?", get("/get/echo", "X-One: 1", " 2")),
		row("control", "Is a control character in the target refused?", get("/get/\x01echo")),
		row("nul", "Is a NUL in a value refused?", get("/get/echo", "X-One: a\x00b")),
		row("lengths", "Are two lengths refused that differ?", request("POST /all/echo", "Content-Length: 5", "Content-Length: 6").body("hello!")),
		row("length-and-chunks", "Is a length beside chunks refused?", request("POST /all/echo", "Content-Length: 5", "Transfer-Encoding: chunked").body("0\r\n\r\n")),
		row("coding", "Is another transfer coding refused?", request("POST /all/echo", "Transfer-Encoding: gzip").body("hello"), inferred("REQ-255", Status)),
		row("version", "Is a version refused that there is not?", get("/get/echo").version("3.7")),
		row("unknown-host", "Is a malformed request refused before its distribution is looked for?",
			get("/get/echo").raw("GET /get/%zz HTTP/1.1\nHost: edgecase-capture.example\n\n"), inferred("REQ-561", Status)),
	}
}

// rootProbes ask about default_root_object, which is start/index.
func rootProbes() []Probe {
	return []Probe{
		get("/").named("root", "Is the behavior chosen by / or by the root object? (Q-02)",
			inferred("REQ-176", Behavior), documented("REQ-177", Target), inferred("REQ-182", Target), inferred("V89", Behavior)),
		get("/?x=1").named("root-query", "Is /?x=1 the root, too?", inferred("REQ-171", Target)),
		get("///").named("root-slashes", "Is /// the root?", documented("REQ-173", Target)),
		get("/", "X-Capture-Function: answer").named("root-function", "Which path does a function see for /? (Q-03)",
			inferred("REQ-178", Body), inferred("REQ-572", Body), inferred("FN-013", Body)).waits("functions"),
		get("/x/../a//%41?b=%7e", "X-Capture-Function: answer").named("path-function", "Does a function see the raw path? (Q-08)",
			inferred("REQ-066", Body)).waits("functions"),
	}
}

// orderProbes ask in which order the checks are made.
func orderProbes() []Probe {
	return []Probe{
		get("/").at(Nowhere).named("geo", "What is the page of a geographic restriction?", documented("REQ-511", Status), observed("REQ-511", Body)),
		get("/").at(Nowhere).plain().named("geo-or-redirect", "Does the redirect come before the geographic restriction?", inferred("REQ-565", Status)),
		request("POST /").at(Nowhere).with("").named("geo-or-method", "Does the method come before it?", inferred("REQ-565", Status), inferred("REQ-565", Body)),
		get("/signed/echo").at(Nowhere).named("geo-or-signature", "Does it come before the signature?", inferred("GEO-005", Status), inferred("GEO-005", Body)),
		get("/", "X-Forwarded-For: 192.0.2.4").at(Nowhere).named("geo-forwarded-for", "Does X-Forwarded-For leave it alone?", inferred("REQ-513", Status)),
		get("/signed/echo").named("signature", "What is answered where a signature is missing?", observed("SIGN-081", Body)).waits("signatures"),
		get("/signed/echo", "X-Capture-Function: answer").named("signature-or-function", "Is the signature checked before the function runs? (Q-04)",
			inferred("REQ-570", Status), inferred("REQ-569", Status)).waits("signatures"),
	}
}
