package worktree

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// git runs git in dir and returns what it prints, without the newline at its end. The repository's
// configuration can name programs that git runs when it looks at the index; none is run.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	return feed(ctx, "", dir, args...)
}

// feed is git with something to read.
func feed(ctx context.Context, input, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false"}, args...)...) //nolint:gosec // the arguments are ours
	cmd.Dir = dir
	// A hook of git runs with GIT_DIR and its like, which would answer for another repository.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "GIT_CONFIG") })
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	cmd.Stdin = strings.NewReader(input)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	begun := time.Now()
	err := cmd.Run()
	logr.FromContextOrDiscard(ctx).Info("asked", "program", "git", "for", args[0], "of", dir, "took", time.Since(begun))
	if err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", errors.Wrap(errors.ErrCodeInvalidRequest, err, "git %s in %s: %s", args[0], dir, strings.Join(strings.Fields(said.String()), " "))
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}
