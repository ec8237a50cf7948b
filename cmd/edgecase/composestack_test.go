//go:build compose

package main_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// composePatience is how long compose may take for one step. The first build downloads modules and packages.
const composePatience = 8 * time.Minute

// A stack is docker-compose.yml, running: edgecase as the service edge, in front of Django as the service django. It
// serves a copy of testdata/terraform/plane that the test may edit, on free ports of this machine, under a project name
// of its own.
type stack struct {
	http, https, admin string // "http://localhost:49153": what the viewer types
	terraform          string // the directory that is mounted into edge

	dir     string              // where the compose file is
	command []string            // compose on this project
	project string              // its name
	env     []string            // what the variables of docker-compose.yml are
	logs    map[string]*journal // what log returns
	follow  context.Context     // of the programs that collect the logs
	follows sync.WaitGroup      // those programs
}

// ready is what each service prints once it answers.
func ready() map[string]string {
	return map[string]string{"edge": "  http  http://", "django": "istening on "}
}

// startStack builds the images, starts the stack and waits until both services answer. At the end of the test the stack
// is taken down, and the test fails if a container, a network or a volume of it stays behind. Tests with a stack run at
// the same time.
func startStack(t *testing.T) *stack {
	t.Helper()
	t.Parallel()
	terraform := readable(t, brokenPlane)
	s := composeUp(t, houseRoot, []string{"edge", "django"},
		"TERRAFORM="+terraform, "HTTP_PORT=0", "HTTPS_PORT=0", "ADMIN_PORT=0")
	s.terraform = terraform
	return s
}

// readable copies a directory to one that the user of the container may read.
func readable(t *testing.T, dir string) string {
	t.Helper()
	to := copyOf(t, dir)
	if err := os.Chmod(to, 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

// composeUp starts the services of the compose file in a directory.
func composeUp(t *testing.T, dir string, services []string, env ...string) *stack {
	t.Helper()
	s := &stack{
		dir: dir, env: append(os.Environ(), env...), logs: map[string]*journal{},
		project: "edgecase-test-" + strconv.FormatUint(rand.Uint64(), 36),
	}
	s.command = append(composeCommand(t), "--project-name", s.project)
	var unfollow context.CancelFunc
	s.follow, unfollow = context.WithCancel(context.Background())
	t.Cleanup(func() {
		s.down(t)
		unfollow()
		s.follows.Wait()
		for service, journal := range s.logs {
			showOnFailure(t, "the log of "+service, journal)
		}
	})
	s.build(t)
	s.compose(t, append([]string{"up", "--detach"}, services...)...)
	for _, service := range services {
		s.logs[service] = newJournal()
		s.attach(t, service)
	}
	s.findPorts(t)
	return s
}

// building is held while images are built: what one test builds, the next one finds.
var building sync.Mutex

// build builds the images of the stack.
func (s *stack) build(t *testing.T) {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	s.compose(t, "build")
}

// log returns what a service has printed so far, over all its runs.
func (s *stack) log(service string) *journal { return s.logs[service] }

// stop ends a service as docker compose stop does.
func (s *stack) stop(t *testing.T, service string) {
	t.Helper()
	s.compose(t, "stop", "--timeout", "5", service)
}

// start starts a service that was stopped, and waits until it answers. If that is edge, it is on other ports then.
func (s *stack) start(t *testing.T, service string) {
	t.Helper()
	s.compose(t, "start", service)
	s.attach(t, service)
	if service == "edge" {
		s.findPorts(t)
	}
}

// edit replaces a text, which must be there once, in a file of the mounted directory, as editors do, and returns when
// edgecase has taken the new version. At the end of the test the old one is put back.
func (s *stack) edit(t *testing.T, file, old, new string) {
	t.Helper()
	before, err := os.ReadFile(filepath.Join(s.terraform, file))
	if err != nil {
		t.Fatal(err)
	}
	s.reload(t, func() { edit(t, s.terraform, file, old, new) })
	t.Cleanup(func() {
		s.reload(t, func() { edit(t, s.terraform, file, s.read(t, file), string(before)) })
	})
}

// reload changes the mounted directory and waits until edgecase has taken the new version.
func (s *stack) reload(t *testing.T, change func()) {
	t.Helper()
	seen := len(s.log("edge").all())
	change()
	s.log("edge").awaitAfter(t, seen, "reloaded in ")
}

// read returns a file of the mounted directory.
func (s *stack) read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.terraform, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// container returns the ID of a service's container.
func (s *stack) container(t *testing.T, service string) string {
	t.Helper()
	return strings.TrimSpace(s.compose(t, "ps", "--quiet", service))
}

// compose runs docker compose on the stack and returns what it prints.
func (s *stack) compose(t *testing.T, args ...string) string {
	t.Helper()
	out, _ := s.run(t, slices.Concat(s.command, args)...)
	return out
}

// run runs a program in the folder and the environment of the stack, and returns what it prints.
func (s *stack) run(t *testing.T, command ...string) (stdout, stderr string) {
	t.Helper()
	// Not the test's own context: that has ended when a stack is taken down.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), composePatience)
	defer cancel()
	var out, trouble bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &out, &trouble
	if err := cmd.Run(); err != nil {
		t.Fatalf("%q: %v\n%s%s\nhint: make compose sees to it that an engine runs and the base images are there", command, err, &out, &trouble)
	}
	return out.String(), trouble.String()
}

// docker runs docker and returns what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, _ := (&stack{dir: houseRoot}).run(t, append([]string{"docker"}, args...)...)
	return out
}

// composeCommand returns how compose is called here: as docker's plugin, or as the program that came before it.
func composeCommand(t *testing.T) []string {
	t.Helper()
	if exec.CommandContext(t.Context(), "docker", "compose", "version").Run() == nil {
		return []string{"docker", "compose"}
	}
	return []string{"docker-compose"}
}

// attach collects what a service prints in this run of its container, and waits until it answers.
func (s *stack) attach(t *testing.T, service string) {
	t.Helper()
	id, journal := s.container(t, service), s.log(service)
	seen := len(journal.all())
	since := strings.TrimSpace(docker(t, "inspect", "--format", "{{.State.StartedAt}}", id))
	cmd := exec.CommandContext(s.follow, "docker", "logs", "--follow", "--since", since, id)
	cmd.Stdout, cmd.Stderr = journal, journal
	s.follows.Go(func() { _ = cmd.Run() }) // ends with the container, and it does not matter how
	journal.awaitAfter(t, seen, ready()[service])
}

// findPorts asks where the engine has published the ports of edge.
func (s *stack) findPorts(t *testing.T) {
	t.Helper()
	urls := map[string]string{}
	for line := range strings.Lines(docker(t, "port", s.container(t, "edge"))) { // "8080/tcp -> 127.0.0.1:49153"
		if port, at, ok := strings.Cut(strings.TrimSpace(line), "/tcp -> 127.0.0.1:"); ok {
			urls[port] = "://localhost:" + at
		}
	}
	s.http, s.https, s.admin = "http"+urls["8080"], "https"+urls["8443"], "http"+urls["8081"]
}

// down takes the stack down and looks for what it has left behind.
func (s *stack) down(t *testing.T) {
	t.Helper()
	s.compose(t, "down", "--volumes", "--timeout", "5")
	label := "label=com.docker.compose.project=" + s.project
	for what, args := range map[string][]string{
		"containers": {"ps", "--all", "--quiet", "--filter", label},
		"networks":   {"network", "ls", "--quiet", "--filter", label},
		"volumes":    {"volume", "ls", "--quiet", "--filter", label},
	} {
		if left := strings.Fields(docker(t, args...)); len(left) > 0 {
			t.Errorf("docker compose down leaves %s behind: %q", what, left)
		}
	}
}
