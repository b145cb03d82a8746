package scenario

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// Git is a repository that is served over smart HTTP, and a work tree of it.
type Git struct {
	// URL is where the repository is served.
	URL string
	// Dir is the work tree, on the branch main.
	Dir string

	t   testing.TB
	off atomic.Bool
}

// newGit serves an empty repository with one commit.
func newGit(t testing.TB) *Git {
	t.Helper()
	root := t.TempDir()
	g := &Git{t: t, Dir: filepath.Join(root, "work")}
	g.in(root, "init", "-q", "--bare", "-b", "main", "fleet.git")
	g.in(filepath.Join(root, "fleet.git"), "config", "http.receivepack", "true")
	backend := &cgi.Handler{
		Path: filepath.Join(g.in(root, "--exec-path"), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1"},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.off.Load() {
			http.Error(w, "switched off", http.StatusServiceUnavailable)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	g.URL = server.URL + "/fleet.git"
	g.in(root, "clone", "-q", g.URL, "work")
	g.Run("checkout", "-q", "-B", "main")
	g.Write("README.md", "# Fleet\n")
	g.Push("Begin")
	return g
}

// Off makes the server refuse everything, or answer again.
func (g *Git) Off(off bool) { g.off.Store(off) }

// Path is a path in the work tree.
func (g *Git) Path(path string) string { return filepath.Join(g.Dir, filepath.FromSlash(path)) }

// Write writes a file of the work tree.
func (g *Git) Write(path, content string) {
	g.t.Helper()
	file := g.Path(path)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		g.t.Fatal(err)
	}
}

// Replace edits a file of the work tree; a text that is not in it fails the test.
func (g *Git) Replace(path, old, with string) {
	g.t.Helper()
	data, err := os.ReadFile(g.Path(path))
	if err != nil {
		g.t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		g.t.Fatalf("%s has no %q:\n%s", path, old, data)
	}
	g.Write(path, strings.ReplaceAll(string(data), old, with))
}

// Push commits all that changed, pushes it, and returns the commit.
func (g *Git) Push(message string) string {
	g.t.Helper()
	g.Run("add", "-A")
	g.Run("commit", "-q", "--allow-empty", "-m", message)
	g.Run("push", "-q", "origin", "main")
	return g.Run("rev-parse", "HEAD")
}

// Run runs git in the work tree, and returns what it prints.
func (g *Git) Run(args ...string) string {
	g.t.Helper()
	return g.in(g.Dir, args...)
}

func (g *Git) in(dir string, args ...string) string {
	g.t.Helper()
	cmd := exec.CommandContext(g.t.Context(), "git", append([]string{"-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		g.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
