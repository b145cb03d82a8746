package worktree

import (
	"context"
	stderrors "errors"
	"fmt"
	"os/exec"
	"strings"
)

// Ignored is a file that no commit will have.
type Ignored struct {
	// Path is that of the file, from Root on.
	Path string
	// Rule is the line that leaves it out, such as ".gitignore:3: sources/".
	Rule string
}

// IgnoredOf returns those of the paths, from Root on, that git leaves out: by any of the files that
// it reads. They need not exist; a file that git follows already is never left out.
func (p *Place) IgnoredOf(ctx context.Context, paths []string) ([]Ignored, error) {
	out, err := feed(ctx, strings.Join(paths, "\x00"), p.Root, "check-ignore", "--stdin", "-z", "--verbose")
	if exit, ok := stderrors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		return nil, nil // none is
	}
	if err != nil {
		return nil, err
	}
	var all []Ignored
	fields := strings.Split(out, "\x00")
	for ; len(fields) >= 4; fields = fields[4:] {
		if file, line, pattern, path := fields[0], fields[1], fields[2], fields[3]; !strings.HasPrefix(pattern, "!") {
			all = append(all, Ignored{path, fmt.Sprintf("%s:%s: %s", file, line, pattern)})
		}
	}
	return all, nil
}
