//go:build compose

// The story as most people meet it: docker compose up, edgecase in front of Django, each in a container of its own.

package main_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompose(t *testing.T) {
	s := startStack(t)
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, s *stack)
	}{
		{"REQ-080/a refused POST never reaches Django, and one edit mends it", testComposeStory},
		{"REQ-172/the three applications are served from their directories", testComposeSite},
		{"REQ-017/a container asks by the name of the service", testComposeByName},
		{"REQ-041/a save on the host is seen, in place and by rename", testComposeReload},
		{"both services say that they are healthy", testComposeHealth},
		{"nothing runs as root, nothing can be written, nothing is published beyond this machine", testComposeConfined},
		{"compose has no warnings about docker-compose.yml", testComposeConfig},
		{"REQ-349/without Django there is a 502, and with it again no more", testComposeStopped},
		{"REQ-326/a Django that hangs is a 504", testComposePaused},
		{"edgecase comes up without Django", testComposeAlone},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, s) })
	}
}

// TestImage holds what the image promises.
func TestImage(t *testing.T) {
	t.Parallel()
	const megabytes = 20 // compressed, as it is pulled
	buildEdge(t)
	save := exec.CommandContext(t.Context(), "docker", "save", "edgecase")
	image, err := save.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, save)
	size := new(counter)
	compressed := gzip.NewWriter(size)
	if _, err := io.Copy(compressed, image); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(compressed.Close(), save.Wait()); err != nil {
		t.Fatal(err)
	}
	if *size == 0 || *size > megabytes*1e6 {
		t.Errorf("the image has %d bytes, want at most %d MB", *size, megabytes)
	}

	t.Run("without any flag of docker's", func(t *testing.T) {
		if out := docker(t, "run", "--rm", "edgecase", "version"); !strings.HasPrefix(out, "edgecase ") {
			t.Errorf("edgecase version prints %q", out)
		}
	})
	t.Run("where nothing can be written", func(t *testing.T) {
		terraform, err := filepath.Abs(brokenPlane)
		if err != nil {
			t.Fatal(err)
		}
		id := strings.TrimSpace(docker(t, "run", "--detach", "--read-only", "--user", "1000:1000",
			"--volume", terraform+":/project:ro", "edgecase"))
		t.Cleanup(func() { docker(t, "rm", "--force", id) })
		log := newJournal()
		logs := exec.CommandContext(t.Context(), "docker", "logs", "--follow", id)
		logs.Stdout, logs.Stderr = log, log
		start(t, logs)
		t.Cleanup(func() { _ = logs.Wait() }) // ends with the test
		log.await(t, "https://localhost:8443")
		log.await(t, "the certificate authority lives in memory")
		docker(t, "exec", id, "edgecase", "healthcheck")
	})
}

// buildEdge builds the image as the stack does: with the layers that the engine has kept.
func buildEdge(t *testing.T) {
	t.Helper()
	(&stack{dir: houseRoot, command: composeCommand(t)}).build(t)
}

// TestReadmeCompose starts what README.md shows: edgecase in a compose file of the reader's own.
func TestReadmeCompose(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(houseRoot, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(readme), "```yaml\n")
	text, _, found := strings.Cut(text, "```")
	buildEdge(t)
	for old, new := range map[string]string{"build: ../edgecase": "image: edgecase", "8080:8080": "0:8080", "8081:8081": "0:8081"} {
		if !strings.Contains(text, old) {
			t.Errorf("README.md does not show %q", old)
		}
		text = strings.ReplaceAll(text, old, new)
	}
	if !found || t.Failed() {
		t.Fatalf("README.md shows\n%s", text)
	}
	dir := t.TempDir()
	for to, from := range map[string]string{"terraform": "testdata/terraform/plane", "web/dist": "testdata/site/web"} {
		if err := os.CopyFS(filepath.Join(dir, to), os.DirFS(filepath.Join(houseRoot, from))); err != nil {
			t.Fatal(err)
		}
	}
	overwrite(t, filepath.Join(dir, "docker-compose.yml"), text)
	s := composeUp(t, dir, []string{"edge"})
	viewer := newClient(t, s.http)
	if got := viewer.do(t, "GET", "/", nil); got.status != 200 || !strings.Contains(got.body, "<title>Plane</title>") {
		t.Errorf("the application: %d %s", got.status, got.body)
	}
	if got := postEmail(t, viewer); got.status != 403 || len(got.body) != refusal {
		t.Errorf("a refused POST: %d with %d bytes", got.status, len(got.body))
	}
	s.log("edge").await(t, "POST", "method-not-allowed", "  terraform/cloudfront.tf:")
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func testComposeStory(t *testing.T, s *stack) {
	viewer, django := newClient(t, s.http), len(s.log("django").all())
	if got := postEmail(t, viewer); got.status != 403 || len(got.body) != refusal {
		t.Errorf("before the edit: %d with %d bytes", got.status, len(got.body))
	}
	line := lineOf(t, s.terraform, "default_cache_behavior {", "allowed_methods")
	s.log("edge").await(t, "POST", "/auth/email-check/", "403", "method-not-allowed", fmt.Sprintf("  terraform/cloudfront.tf:%d", line))
	s.log("edge").await(t, "no behavior for /auth/*")
	// What arrives later than the refused POST shows that the POST has not arrived.
	viewer.do(t, "GET", "/api/instances/?mark", nil)
	s.log("django").await(t, "/api/instances/?mark")
	for _, line := range s.log("django").all()[django:] {
		if strings.Contains(line, "/auth/") {
			t.Errorf("Django has seen it: %s", line)
		}
	}

	s.mend(t)
	if got := postEmail(t, viewer); got.status == 403 && len(got.body) == refusal || got.header.Get("X-Edgecase-Origin") != "ALB-api" {
		t.Errorf("after the edit: %d with %d bytes, %v", got.status, len(got.body), got.header)
	}
	s.log("django").await(t, "POST", "/auth/email-check/")
}

func testComposeSite(t *testing.T, s *stack) {
	viewer := newClient(t, s.http)
	for path, file := range map[string]string{
		"/":                     "web/index.html",
		"/assets/app.js":        "web/assets/app.js",
		"/god-mode/index.html":  "admin/god-mode/index.html",
		"/spaces/index.html":    "space/spaces/index.html",
		"/a-page-of-the-client": "web/index.html",
	} {
		want, err := os.ReadFile(filepath.Join(houseRoot, "testdata/site", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := viewer.do(t, "GET", path, nil); got.status != 200 || got.body != string(want) {
			t.Errorf("GET %s: %d with %d bytes, want %s", path, got.status, len(got.body), file)
		}
	}
}

// viewerImage is a container's way to ask: the real curl.
const viewerImage = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends curl
USER 65532:65532
ENTRYPOINT ["curl", "--silent", "--show-error", "--max-time", "30"]
`

// curl runs curl in a container of the stack's network.
func (s *stack) curl(t *testing.T, args ...string) string {
	t.Helper()
	build := exec.CommandContext(t.Context(), "docker", "build", "--quiet", "--tag", "edgecase-viewer", "-")
	build.Stdin = strings.NewReader(viewerImage)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build a viewer: %v\n%s", err, out)
	}
	return docker(t, append([]string{"run", "--rm", "--network", s.project + "_default", "--volume", s.project + "_state:/state:ro",
		"edgecase-viewer"}, args...)...)
}

func testComposeByName(t *testing.T, s *stack) {
	for _, tt := range []struct {
		name string
		args []string
		want string // the status, and how the body begins
	}{
		{"Django", []string{"http://edge:8080/api/instances/"}, `200 {"name": "Plane"`},
		{"a bucket", []string{"http://edge:8080/"}, "200 <!doctype html>"},
		{"refused", []string{"--request", "POST", "http://edge:8080/auth/email-check/"}, "403 <!DOCTYPE HTML PUBLIC"},
		{"TLS", []string{"--cacert", "/state/rootCA.pem", "https://edge:8443/api/instances/"}, `200 {"name": "Plane"`},
		{"health", []string{"http://edge:8081/health"}, `200 {`},
	} {
		out := s.curl(t, append(tt.args, "--write-out", "\n%{http_code}")...)
		status := out[strings.LastIndex(out, "\n")+1:]
		if got := status + " " + out; !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: curl %q prints %s, want %s", tt.name, tt.args, got, tt.want)
		}
	}
}

func testComposeReload(t *testing.T, s *stack) {
	file := filepath.Join(s.terraform, "cloudfront.tf")
	before := s.read(t, "cloudfront.tf")
	mended := strings.Replace(before, "  # WebSockets", authBehavior(t, before)+"  # WebSockets", 1)
	for _, step := range []struct {
		name   string
		save   func()
		mended bool
	}{
		{"in place", func() { overwrite(t, file, mended) }, true},
		{"in place, back", func() { overwrite(t, file, before) }, false},
		{"by rename", func() { edit(t, s.terraform, "cloudfront.tf", before, mended) }, true},
		{"by rename, back", func() { edit(t, s.terraform, "cloudfront.tf", mended, before) }, false},
	} {
		s.reload(t, step.save)
		got := postEmail(t, newClient(t, s.http))
		if refused := got.status == 403 && len(got.body) == refusal; refused == step.mended {
			t.Errorf("saved %s: %d with %d bytes", step.name, got.status, len(got.body))
		}
	}
}

func overwrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// testComposeHealth waits for the engine's word, which has run the checks since the start.
func testComposeHealth(t *testing.T, s *stack) {
	for service := range s.logs {
		id := s.container(t, service)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		events := exec.CommandContext(ctx, "docker", "events", "--since", "10m", "--filter", "container="+id,
			"--filter", "event=health_status", "--format", "{{.Status}}")
		told := newJournal()
		events.Stdout, events.Stderr = told, told
		start(t, events)
		told.await(t, "health_status: healthy")
		cancel()
		_ = events.Wait() // it was told to end
	}
}

// A confined is what the engine has been told about a container.
type confined struct {
	User         string
	ReadOnly     bool
	NoPrivileges bool
	Dropped      []string
	Published    []string // the addresses of this machine
}

func testComposeConfined(t *testing.T, s *stack) {
	for service, published := range map[string][]string{"edge": {"127.0.0.1", "127.0.0.1", "127.0.0.1"}, "django": nil} {
		var inspected []struct {
			Config     struct{ User string }
			HostConfig struct {
				ReadonlyRootfs       bool
				CapDrop, SecurityOpt []string
			}
			NetworkSettings struct {
				Ports map[string][]struct{ HostIp string }
			}
		}
		id := s.container(t, service)
		if err := json.Unmarshal([]byte(docker(t, "inspect", id)), &inspected); err != nil {
			t.Fatal(err)
		}
		c := inspected[0]
		got := confined{User: c.Config.User, ReadOnly: c.HostConfig.ReadonlyRootfs, Dropped: c.HostConfig.CapDrop,
			NoPrivileges: strings.HasPrefix(strings.Join(c.HostConfig.SecurityOpt, " "), "no-new-privileges")}
		for _, bindings := range c.NetworkSettings.Ports {
			for _, b := range bindings {
				got.Published = append(got.Published, b.HostIp)
			}
		}
		want := confined{User: "65532:65532", ReadOnly: true, NoPrivileges: true, Dropped: []string{"ALL"}, Published: published}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", service, diff)
		}
		processes := strings.Split(strings.TrimSpace(docker(t, "top", id, "-eo", "uid,pid,args")), "\n")[1:]
		if len(processes) == 0 {
			t.Errorf("nothing runs in %s", service)
		}
		for _, p := range processes {
			if uid := strings.Fields(p)[0]; uid != "65532" {
				t.Errorf("in %s runs as %s: %s", service, uid, p)
			}
		}
	}
}

func testComposeConfig(t *testing.T, s *stack) {
	command := append(composeCommand(t), "config")
	out, warnings := (&stack{dir: houseRoot}).run(t, command...)
	if warnings != "" || !strings.Contains(out, "edge") {
		t.Errorf("%q says %q, and prints\n%s", command, warnings, out)
	}
}

// testComposeStopped takes Django away under load, and gives it back at another address.
func testComposeStopped(t *testing.T, s *stack) {
	s.hasten(t)
	before := s.address(t, "django")
	load := s.load(t)
	load.await(t, "200")
	s.stop(t, "django")
	load.await(t, "502")
	s.log("edge").await(t, "ALB-api: ", "http://django:8000", "is the container up")
	if page := s.failed(t); page.header.Get("X-Cache") != "Error from cloudfront" || !strings.Contains(page.body, "Generated by cloudfront (CloudFront)") {
		t.Errorf("CloudFront's page is %q with %v", page.body, page.header)
	}

	// Somebody else takes its address.
	other := strings.TrimSpace(docker(t, "run", "--detach", "--network", s.project+"_default", "edgecase-django", "tail", "-f", "/dev/null"))
	t.Cleanup(func() { docker(t, "rm", "--force", other) })
	s.start(t, "django")
	load.await(t, "200")
	if after := s.address(t, "django"); after == before {
		t.Errorf("Django has kept its address %s", after)
	}
	load.end(t, "200", "502", "504")
}

func testComposePaused(t *testing.T, s *stack) {
	s.edit(t, "terraform.tfvars", "api_read_timeout = 60", "api_read_timeout = 1")
	viewer := newClient(t, s.http)
	s.compose(t, "pause", "django")
	unpause := sync.OnceFunc(func() { s.compose(t, "unpause", "django") })
	t.Cleanup(unpause)
	if got := viewer.do(t, "POST", "/api/instances/", nil); got.status != 504 || got.header.Get("X-Cache") != "Error from cloudfront" {
		t.Errorf("%d with %v", got.status, got.header)
	}
	s.log("edge").await(t, "POST", "504", "origin-read-timeout")
	s.log("edge").await(t, "one try at ALB-api")
	unpause()
	if got := viewer.do(t, "GET", "/api/instances/", nil); got.status != 200 {
		t.Errorf("afterwards: %d", got.status)
	}
}

func testComposeAlone(t *testing.T, s *stack) {
	s.hasten(t)
	s.stop(t, "django")
	s.stop(t, "edge")
	s.start(t, "edge")
	viewer := newClient(t, s.http) // its port is another one
	if got := viewer.do(t, "GET", "/", nil); got.status != 200 {
		t.Errorf("a bucket: %d", got.status)
	}
	s.failed(t)
	s.start(t, "django")
	if got := viewer.do(t, "GET", "/api/instances/", nil); got.status != 200 {
		t.Errorf("Django, which is up again: %d", got.status)
	}
}

// hasten makes CloudFront give up soon: an address that has just gone, and a name server that is asked too often, do not
// answer at all.
func (s *stack) hasten(t *testing.T) {
	t.Helper()
	const origin = `    origin_id   = "ALB-api"` + "\n"
	s.edit(t, "cloudfront.tf", origin, origin+"    connection_attempts = 1\n    connection_timeout  = 1\n")
}

// failed asks for something of a Django that is down, and returns CloudFront's page.
func (s *stack) failed(t *testing.T) answer {
	t.Helper()
	page := newClient(t, s.http).do(t, "GET", "/api/instances/", nil)
	if page.status != 502 && page.status != 504 {
		t.Errorf("Django is down, and the answer is %d", page.status)
	}
	return page
}

// address returns where a service is in the stack's network.
func (s *stack) address(t *testing.T, service string) string {
	t.Helper()
	return strings.TrimSpace(docker(t, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", s.container(t, service)))
}

// A load is viewers that ask Django for something all the time.
type load struct {
	statuses *journal // a line for each answer
	stop     context.CancelFunc
	viewers  sync.WaitGroup
}

// load starts asking.
func (s *stack) load(t *testing.T) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &load{statuses: newJournal(), stop: cancel}
	t.Cleanup(func() { cancel(); l.viewers.Wait() })
	for range 4 {
		viewer := newClient(t, s.http)
		l.viewers.Go(func() {
			for ctx.Err() == nil {
				got, err := viewer.try(ctx, "GET", "/api/instances/", nil)
				switch {
				case ctx.Err() != nil:
				case err != nil:
					fmt.Fprintln(l.statuses, err)
				default:
					fmt.Fprintln(l.statuses, got.status)
				}
			}
		})
	}
	return l
}

// await waits for an answer that has a status, after what has been answered so far.
func (l *load) await(t *testing.T, status string) {
	t.Helper()
	l.statuses.awaitAfter(t, len(l.statuses.all()), status)
}

// end stops asking. No viewer may have seen anything else than these statuses.
func (l *load) end(t *testing.T, statuses ...string) {
	t.Helper()
	l.stop()
	l.viewers.Wait()
	count, want := map[string]int{}, map[string]bool{}
	for _, status := range l.statuses.all() {
		count[status]++
	}
	for _, status := range statuses {
		want[status] = true
	}
	for status, n := range count {
		if !want[status] {
			t.Errorf("%d answers are %s", n, status)
		}
	}
	told, _ := json.Marshal(count)
	t.Logf("answers: %s", told)
}
