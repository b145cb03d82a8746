package docs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shell runs the commands of one page.
type shell struct {
	dir    string
	runner *interp.Runner
	// printed is all that the commands print, results only what goes to standard output.
	printed, results buffer
	net              *internet
	// secrets are those that the page has created in the cluster, and meant those of them that a
	// file has named since.
	secrets, meant []string
	// absent is a program that the page runs, and this machine does not have.
	absent absentError
}

// absentError names a program that is not installed.
type absentError string

func (e absentError) Error() string { return "there is no " + string(e) + " on this machine" }

// buffer is written by programs that run side by side.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *buffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
}

func newShell(t *testing.T) (*shell, error) {
	t.Helper()
	top := t.TempDir()
	s := &shell{dir: filepath.Join(top, "work"), net: newInternet(t, top)}
	for _, dir := range []string{s.dir, filepath.Join(top, "home")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return nil, err
		}
	}
	repository, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	env := append(s.net.environment(), "ROOT="+repository,
		"PATH="+os.Getenv("PATH"), "HOME="+filepath.Join(top, "home"), "XDG_CACHE_HOME="+filepath.Join(top, "cache"),
		"GIT_CONFIG_GLOBAL="+filepath.Join(top, "gitconfig"), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
		"GORACE=atexit_sleep_ms=0", "LC_ALL=C", "TOKEN=hush")
	if err := os.WriteFile(filepath.Join(top, "gitconfig"), []byte("[init]\n\tdefaultBranch = main\n"), 0o600); err != nil {
		return nil, err
	}
	runner, err := interp.New(interp.Dir(s.dir), interp.Env(expand.ListEnviron(env...)), interp.StdIO(nil, io.MultiWriter(&s.printed, &s.results), &s.printed),
		interp.Params("-o", "pipefail"), interp.ExecHandlers(s.program))
	s.runner = runner
	return s, err
}

// run runs commands one after the other, and returns what they print. The block begins at line.
func (s *shell) run(line int, text string) (string, error) {
	// Readers have any shell; the interpreter knows "export" in the syntax of bash alone.
	if _, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), ""); err != nil {
		return "", err
	}
	script, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return "", err
	}
	s.printed.Reset()
	s.results.Reset()
	for _, stmt := range script.Stmts {
		from := len(s.printed.String())
		if err := s.runner.Run(context.Background(), stmt); err != nil {
			if s.absent != "" {
				return "", s.absent
			}
			var command strings.Builder
			_ = syntax.NewPrinter(syntax.SingleLine(true)).Print(&command, stmt)
			return "", fmt.Errorf("the commands fail:\n%d: %s: %w\n%s", line+int(stmt.Pos().Line())-1, command.String(), err, s.printed.String()[from:])
		}
	}
	return s.printed.String(), nil
}

// programs are run as they are.
var programs = []string{
	"aicr", "cat", "cp", "curl", "diff", "dot", "git", "grep", "head", "id", "jq", "ls", "mkdir", "mv", "openssl", "rm", "sed", "sha256sum", "sh", "tail", "tar", "tr", "wc",
}

// program is asked for each program that a page runs.
func (s *shell) program(interp.ExecHandlerFunc) interp.ExecHandlerFunc {
	start := interp.DefaultExecHandler(time.Second)
	return func(ctx context.Context, args []string) error {
		at := interp.HandlerCtx(ctx)
		var err error
		if standIn, ok := standIns[args[0]]; ok {
			err = standIn(s, at, args[1:])
		} else if slices.Contains(programs, args[0]) {
			if _, err := exec.LookPath(args[0]); err != nil {
				s.absent = absentError(args[0])
				return interp.ExitStatus(127)
			}
			err = start(ctx, args)
			// That two bundles differ is what the reader wants to know, and no failure.
			if errors.Is(err, interp.ExitStatus(1)) && args[0] == "aicr" && slices.Contains(args[:min(3, len(args))], "diff") {
				err = nil
			}
			return err
		} else {
			err = fmt.Errorf("a page may run %s, and what has a stand-in", strings.Join(programs, ", "))
		}
		if err != nil {
			_, _ = fmt.Fprintf(at.Stderr, "%s: %v\n", args[0], err)
			return interp.ExitStatus(1)
		}
		return nil
	}
}

func (s *shell) store(path, text string) error {
	file := filepath.Join(s.runner.Dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// findSecrets looks for the Secrets that the page has created in the files that it has made, such as
// a HelmRelease or a source.
func (s *shell) findSecrets() error {
	if len(s.meant) == len(s.secrets) {
		return nil
	}
	return filepath.WalkDir(filepath.Dir(s.dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.Contains(path, "/.git/") || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		for _, name := range s.secrets {
			if !slices.Contains(s.meant, name) && strings.Contains(string(data), name) {
				s.meant = append(s.meant, name)
			}
		}
		return err
	})
}

// secretsAreMeant wants each Secret that the page creates to be named by a file.
func (s *shell) secretsAreMeant() error {
	for _, name := range s.secrets {
		if !slices.Contains(s.meant, name) {
			return fmt.Errorf("1: nothing in the page's directory names the Secret %s", name)
		}
	}
	return nil
}
