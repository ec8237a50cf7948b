package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
)

// block is the arguments of a Terraform block.
type block = map[string]any

// terraform writes the vector's distribution.
func (v *vector) terraform(t *testing.T) string {
	t.Helper()
	return jsonOf(t, v.site(t))
}

// jsonOf writes a file in Terraform's JSON syntax.
func jsonOf(t *testing.T, file block) string {
	t.Helper()
	text, err := json.MarshalIndent(file, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// site is the vector's distribution and its policies.
func (v *vector) site(t *testing.T) block {
	t.Helper()
	data, resources := block{}, block{}
	behavior := block{
		"target_origin_id": "app", "viewer_protocol_policy": or(v.ViewerProtocolPolicy, "allow-all"), "cached_methods": []string{"GET", "HEAD"},
		"allowed_methods": strings.Fields(strings.Replace(or(v.AllowedMethods, "GET HEAD"), "all", allMethods, 1)),
	}
	use := func(kind, argument, managed string, own block) {
		switch {
		case managed != "":
			data[kind] = block{"p": block{"name": managed}}
			behavior[argument] = "${data." + kind + ".p.id}"
		case own != nil:
			own["name"] = "own"
			resources[kind] = block{"p": own}
			behavior[argument] = "${" + kind + ".p.id}"
		}
	}
	use("aws_cloudfront_cache_policy", "cache_policy_id", v.CachePolicy.managed, v.CachePolicy.own.cachePolicy())
	use("aws_cloudfront_origin_request_policy", "origin_request_policy_id", v.OriginRequestPolicy.managed, v.OriginRequestPolicy.own.originRequestPolicy())
	managed, own := v.responsePolicy(t)
	use("aws_cloudfront_response_headers_policy", "response_headers_policy_id", managed, own)
	if v.ForwardedValues != nil {
		behavior["forwarded_values"] = v.ForwardedValues.forwardedValues()
	}
	resources["aws_cloudfront_distribution"] = block{"site": block{
		"enabled": true, "aliases": []string{"www.example.com"}, "origin": v.origin(), "default_cache_behavior": behavior,
		"restrictions":       block{"geo_restriction": block{"restriction_type": "none"}},
		"viewer_certificate": block{"acm_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1", "ssl_support_method": "sni-only"},
	}}
	file := block{"resource": resources}
	if len(data) > 0 {
		file["data"] = data
	}
	return file
}

func (v *vector) origin() block {
	o := block{"origin_id": "app", "domain_name": "o.internal", "custom_origin_config": block{
		"http_port": 80, "https_port": 443, "origin_protocol_policy": "http-only", "origin_ssl_protocols": []string{"TLSv1.2"},
	}}
	if v.S3 {
		o = block{"origin_id": "app", "domain_name": "assets.s3.eu-central-1.amazonaws.com"}
	}
	var headers []block
	for _, h := range v.CustomHeaders {
		name, value, _ := strings.Cut(h, ": ")
		headers = append(headers, block{"name": name, "value": value})
	}
	if headers != nil {
		o["custom_header"] = headers
	}
	return o
}

// responsePolicy returns the name of a managed policy or the arguments of one of the directory.
func (v *vector) responsePolicy(t *testing.T) (managed string, own block) {
	t.Helper()
	if v.ResponseHeadersPolicy == nil {
		return "", nil
	}
	if json.Unmarshal(v.ResponseHeadersPolicy, &managed) == nil {
		return managed, nil
	}
	if err := json.Unmarshal(v.ResponseHeadersPolicy, &own); err != nil {
		t.Fatalf("%s: %v", v.ID, err)
	}
	return "", own
}

func (s *selections) cachePolicy() block {
	if s == nil {
		return nil
	}
	ttl := 3600
	if s.TTL != nil {
		ttl = *s.TTL
	}
	return block{"min_ttl": 0, "default_ttl": ttl, "max_ttl": ttl, "parameters_in_cache_key_and_forwarded_to_origin": s.three()}
}

func (s *selections) originRequestPolicy() block {
	if s == nil {
		return nil
	}
	return s.three()
}

// three writes what both kinds of policies select by.
func (s *selections) three() block {
	return block{
		"headers_config":       selected("header_behavior", "headers", s.Headers),
		"cookies_config":       selected("cookie_behavior", "cookies", s.Cookies),
		"query_strings_config": selected("query_string_behavior", "query_strings", s.QueryStrings),
	}
}

func selected(argument, items, text string) block {
	how, names := choice(text)
	b := block{argument: how}
	if names != nil {
		b[items] = block{"items": names}
	}
	return b
}

// choice takes "only a b" apart.
func choice(text string) (how string, names []string) {
	words := strings.Fields(text)
	switch words[0] {
	case "only":
		return "whitelist", words[1:]
	case "except":
		return "allExcept", words[1:]
	default:
		return text, nil
	}
}

func (s *selections) forwardedValues() block {
	how, names := choice(s.Cookies)
	cookies := block{"forward": how}
	if names != nil {
		cookies["whitelisted_names"] = names
	}
	b := block{"query_string": s.QueryStrings != "none", "cookies": cookies}
	switch _, headers := choice(s.Headers); {
	case s.Headers == "all":
		b["headers"] = []string{"*"}
	case headers != nil:
		b["headers"] = headers
	}
	if _, keys := choice(s.QueryStrings); keys != nil {
		b["query_string_cache_keys"] = keys
	}
	return b
}

// A rawOrigin is an origin that keeps the bytes it receives and answers with a head that it was told, and hello.
type rawOrigin struct {
	listener net.Listener

	mu       sync.Mutex
	answer   string
	received strings.Builder
	conns    map[net.Conn]bool
	wait     sync.WaitGroup
}

func newRawOrigin(t *testing.T) *rawOrigin {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &rawOrigin{listener: l, conns: map[net.Conn]bool{}}
	o.wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			o.mu.Lock()
			o.conns[c] = true
			o.mu.Unlock()
			o.wait.Go(func() { o.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		o.mu.Lock()
		for c := range maps.Keys(o.conns) {
			c.Close()
		}
		o.mu.Unlock()
		o.wait.Wait()
	})
	return o
}

func (o *rawOrigin) address() string { return o.listener.Addr().String() }

// next sets the head of the next answers.
func (o *rawOrigin) next(head []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = strings.Join(head, "\r\n") + "\r\n\r\n" + vectorBody
}

// take returns what came since the last time.
func (o *rawOrigin) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.received.Reset()
	return o.received.String()
}

func (o *rawOrigin) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		head, length := "", 0
		for !strings.HasSuffix(head, "\r\n\r\n") {
			l, err := in.ReadString('\n')
			if err != nil {
				return
			}
			head += l
			fmt.Sscanf(l, "Content-Length: %d\r\n", &length)
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		o.mu.Lock()
		o.received.WriteString(head)
		o.received.Write(body)
		answer := o.answer
		o.mu.Unlock()
		if _, err := io.WriteString(c, answer); err != nil {
			return
		}
	}
}
