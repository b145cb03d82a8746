//go:build unix

package cli

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// completed are command lines, and what the key for completion makes of them.
var completed = map[string]string{
	"aicr bun":                                         "aicr bundle ",
	"aicr fleet bu":                                    "aicr fleet build ",
	"aicr bundle --vendor":                             "aicr bundle --vendor-charts ",
	"aicr bundle --order g":                            "aicr bundle --order graph ",
	"aicr bundle -r reci":                              "aicr bundle -r recipe.yaml ",
	"aicr bundle --set we":                             "aicr bundle --set we", // of which recipe?
	"aicr bundle -r recipe.yaml --set we":              "aicr bundle -r recipe.yaml --set web:",
	"aicr bundle -r recipe.yaml --set site":            "aicr bundle -r recipe.yaml --set sitealias:",
	"aicr bundle -r recipe.yaml --set web:im":          "aicr bundle -r recipe.yaml --set web:image.",
	"aicr bundle -r recipe.yaml --set web:image.re":    "aicr bundle -r recipe.yaml --set web:image.repository=",
	"aicr bundle -r recipe.yaml --dynamic web:rep":     "aicr bundle -r recipe.yaml --dynamic web:replicas ",
	"aicr bundle -r recipe.yaml --set=web:image.re":    "aicr bundle -r recipe.yaml --set=web:image.repository=",
	"aicr bundle -r recipe.yaml --set web:password=hu": "aicr bundle -r recipe.yaml --set web:password=hu", // it may be a secret
	"aicr bundle -r recipe.yaml --ready we":            "aicr bundle -r recipe.yaml --ready web=",
	"aicr plan recipe.yaml --set web:im":               "aicr plan recipe.yaml --set web:image.",
	"aicr bundle --again b --set web:im":               "aicr bundle --again b --set web:image.",
	"aicr verify --skip crd-or":                        "aicr verify --skip crd-order ",
	"aicr verify --explain crd-or":                     "aicr verify --explain crd-order ",
	"aicr init --example gke":                          "aicr init --example gke-h100-training ",
	"aicr completion z":                                "aicr completion zsh ",
	"aicr push s":                                      "aicr push somewhere/",
	"aicr bundle --tag s":                              "aicr bundle --tag s", // no name of a file
	"aicr bundle -r absent.yaml --set we":              "aicr bundle -r absent.yaml --set we",
	"aicr bundle -r http://127.0.0.1:9/r.yaml --set w": "aicr bundle -r http://127.0.0.1:9/r.yaml --set w",
}

// TestCompletion_InShells types command lines into real shells, and presses the key for completion.
func TestCompletion_InShells(t *testing.T) {
	if testing.Short() {
		t.Skip("shells are slow")
	}
	for name, shell := range map[string]struct {
		command []string
		setup   string // what makes the key Control-G print and clear the line
	}{
		"bash": {
			[]string{"bash", "--noprofile", "--norc", "-i"},
			`source /usr/share/bash-completion/bash_completion; source <(aicr completion bash); bind -x '"\C-g": printf "LINE[%s]\n" "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0'`,
		},
		"zsh": {
			[]string{"zsh", "-f", "-i"},
			`autoload -U compinit; compinit -D -u; source <(aicr completion zsh); show() { zle -I; print -r -- "LINE[$BUFFER]"; BUFFER= }; zle -N show; bindkey '^G' show`,
		},
		"fish": {
			[]string{"fish", "--no-config", "-i"},
			`aicr completion fish | source; bind \cg 'printf "LINE[%s]\n" (commandline); commandline ""'`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(shell.command[0]); err != nil {
				t.Skipf("%s is not installed", name)
			}
			if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); err != nil && name == "bash" {
				t.Skip("bash-completion is not installed")
			}
			s := startShell(t, shell.command, shell.setup)
			for typed, want := range completed {
				if got := s.complete(typed); strings.TrimRight(got, " ") != strings.TrimRight(want, " ") || name != "fish" && got != want {
					t.Errorf("%q becomes\n     %q, want\n     %q", typed, got, want)
				}
			}
		})
	}
}

// shell is a shell on a terminal.
type shell struct {
	t      *testing.T
	in     *os.File
	screen *bufio.Reader
}

// startShell starts a shell in a directory with a recipe and its bundle.
func startShell(t *testing.T, command []string, setup string) *shell {
	t.Helper()
	dir := t.TempDir()
	for file, text := range map[string]string{
		"recipe.yaml":   "componentRefs: [{name: web, namespace: web, source: 'https://charts.example.com', version: 1.0.0, overrides: {image: {repository: a, tag: b}, replicas: 2, password: hunter2}}]",
		"registry.yaml": "components: [{name: web, valueOverrideKeys: [sitealias]}]",
		"somewhere/x":   "",
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "aicr")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+t.TempDir(), "TERM=xterm", "INPUTRC=/dev/null", "LC_ALL=C.UTF-8", "GORACE=atexit_sleep_ms=0")
	in, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 250})
	if err != nil {
		t.Skipf("there is no pseudo terminal: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s := &shell{t, in, bufio.NewReader(in)}
	s.typed("git init -q .; aicr bundle -q -r recipe.yaml -o b; " + setup + "; printf 'READ%s\\n' Y\r")
	s.await("READY")
	return s
}

func (s *shell) typed(text string) {
	s.t.Helper()
	if _, err := s.in.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// await reads the screen up to the end of a text, and returns what is before it.
func (s *shell) await(text string) string {
	s.t.Helper()
	var seen strings.Builder
	for !strings.HasSuffix(seen.String(), text) {
		b, err := s.screen.ReadByte()
		if err != nil {
			s.t.Fatalf("%s does not come: %v\n%s", text, err, seen.String())
		}
		seen.WriteByte(b)
	}
	return strings.TrimSuffix(seen.String(), text)
}

// complete types a line, presses the keys for completion and for printing and clearing the line.
func (s *shell) complete(line string) string {
	s.t.Helper()
	s.typed(line + "\t\a")
	s.await("LINE[")
	return s.await("]\r\n")
}
