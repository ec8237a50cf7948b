package edge

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"edgecase/config/cloudfront"
)

// marked is a configuration that shows in answers and at the origin.
func marked(mark string) *cloudfront.Config {
	d := distributionOf(byDefault(decorates(&cloudfront.ResponseHeadersPolicy{
		Name: cloudfront.Known(mark), CustomHeaders: []cloudfront.ResponseHeader{{Name: "X-Site", Value: cloudfront.Known(mark), Override: true}},
	})))
	d.Origins[0].CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Site", Value: cloudfront.Known(mark)}}
	return &cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}
}

// TestReload swaps configurations under load: each request is answered by one of them, from its beginning to its end.
func TestReload(t *testing.T) {
	run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Header.Get("X-Site")) }))
	if err := run.edge.Reload(marked("0")); err != nil {
		t.Fatal(err)
	}
	const viewers, requests = 8, 200
	var seen sync.Map
	next := make(chan struct{}, 1) // asks for another configuration
	var load, swap sync.WaitGroup
	swap.Go(func() {
		n := 0
		for range next {
			n++
			if err := run.edge.Reload(marked(fmt.Sprint(n))); err != nil {
				t.Error(err)
			}
		}
	})
	for range viewers {
		load.Go(func() {
			c, err := net.Dial("tcp", run.address)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			r := bufio.NewReader(c)
			for range requests {
				select {
				case next <- struct{}{}:
				default:
				}
				io.WriteString(c, "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				if site := resp.Header.Get("X-Site"); err != nil || site != string(body) || site == "" {
					t.Errorf("the policy of %q, the origin of %q, %v", site, body, err)
					return
				}
				seen.Store(string(body), true)
			}
		})
	}
	load.Wait()
	close(next)
	swap.Wait()
	sites := 0
	seen.Range(func(any, any) bool { sites++; return true })
	if sites < 2 {
		t.Errorf("%d configurations answered", sites)
	}
}

// TestReloadKeeps looks at a request that is under way when the configuration changes.
func TestReloadKeeps(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-answer
		io.WriteString(w, r.Header.Get("X-Site"))
	}))
	run.edge.Reload(marked("old"))
	c := dial(t, run)
	c.write("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
	arrives(t, asked, "the request at the origin")
	run.edge.Reload(marked("new"))
	close(answer)
	if got := c.until("\r\n\r\nold"); !strings.Contains(got, "\r\nX-Site: old\r\n") {
		t.Errorf("got %q", got)
	}
}

func TestReloadRefuses(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf()}, false, nil, Options{DebugHeaders: true})
	tests := []struct {
		name string
		cfg  *cloudfront.Config
		want string
	}{
		{"nothing", &cloudfront.Config{}, "compile the configuration: it holds no distribution"},
		{"no behavior", &cloudfront.Config{Distributions: []*cloudfront.Distribution{distributionOf(func(d *cloudfront.Distribution) { d.Behaviors = nil })}},
			"compile aws_cloudfront_distribution.site: it has no default_cache_behavior"},
		{"no origin", &cloudfront.Config{Distributions: []*cloudfront.Distribution{distributionOf(byDefault(target("none")))}},
			`compile aws_cloudfront_distribution.site: behavior default: no origin has the id "none"`},
	}
	before := run.edge.Config()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := run.edge.Reload(tt.cfg)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if run.edge.Config() != before {
				t.Error("the configuration was replaced")
			}
		})
	}
	t.Run("stale", func(t *testing.T) {
		run.edge.SetStale("cloudfront.tf:3: no")
		if x := explain(t, run.edge, "GET", "/"); x.Response.Fields.Get("X-Edgecase-Stale-Config") != "cloudfront.tf:3: no" {
			t.Errorf("fields %v", x.Response.Fields)
		}
		if err := run.edge.Reload(before); err != nil {
			t.Fatal(err)
		}
		if x := explain(t, run.edge, "GET", "/"); x.Response.Fields.Has("X-Edgecase-Stale-Config") {
			t.Errorf("fields %v", x.Response.Fields)
		}
	})
}
