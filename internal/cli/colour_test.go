//go:build unix

package cli

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// onTerminal runs the program in a pseudo terminal of 80 columns, and returns what is on the screen.
func onTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Args[0] = "aicr"
	cmd.Env = append(os.Environ(), append([]string{"TERM=xterm", "NO_COLOR="}, env...)...)
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("there is no pseudo terminal: %v", err)
	}
	defer screen.Close()
	text, err := io.ReadAll(screen)
	if err != nil && !errors.Is(err, syscall.EIO) { // the end, on Linux
		t.Fatal(err)
	}
	_ = cmd.Wait()
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// TestColours_OnlyOnATerminalAndOnlyIfWanted, and where a bundle brings escapes they are escaped.
func TestColours_OnlyOnATerminalAndOnlyIfWanted(t *testing.T) {
	const escape = "\x1b["
	for _, c := range []struct {
		env  []string
		want string
	}{
		{nil, "\x1b[31mError:\x1b[0m absent does not exist; check the path\n"},
		{[]string{"NO_COLOR=1"}, "Error: absent does not exist; check the path\n"},
		{[]string{"TERM=dumb"}, "Error: absent does not exist; check the path\n"},
	} {
		if got := onTerminal(t, c.env, "verify", "absent"); got != c.want {
			t.Errorf("%q: got %q", c.env, got)
		}
	}
	if got := onTerminal(t, nil, "verify", "ab\x1b[32msent"); strings.Count(got, escape) != 2 {
		t.Errorf("a name with an escape: %q", got)
	}
	if _, _, stderr := run(t.Context(), "verify", "absent"); strings.Contains(stderr, escape) {
		t.Errorf("in a pipe: %q", stderr)
	}
	if got := onTerminal(t, nil, "verify", "absent", "-q"); !strings.Contains(got, "Error:") {
		t.Errorf("a quiet run: %q", got)
	}
	for line := range strings.Lines(onTerminal(t, nil, "bundle", "--help")) {
		if len([]rune(strings.TrimSuffix(line, "\n"))) > 80 || strings.Contains(line, escape) {
			t.Errorf("help on a terminal: %q", line)
		}
	}
}
