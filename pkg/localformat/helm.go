package localformat

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// waitDelay is how long helm's children may hold its output after it ended.
const waitDelay = 200 * time.Millisecond

// maxOutput is more than helm has to say.
const maxOutput = 4 << 20

// capped is what a program printed. It breaks the pipe of one that does not end, and so the program.
type capped struct {
	text bytes.Buffer
	full bool
}

func (c *capped) Write(p []byte) (int, error) {
	if c.full = c.text.Len()+len(p) > maxOutput; c.full {
		return 0, io.ErrShortWrite
	}
	return c.text.Write(p)
}

func (h *helm) run(ctx context.Context, input string, args ...string) (string, error) {
	var out, complaint capped
	cmd := exec.CommandContext(ctx, h.bin, args...) //nolint:gosec // the program that the user names is what this runs
	cmd.Dir, cmd.Env, cmd.WaitDelay = h.dir, append(os.Environ(), h.env...), waitDelay
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaint
	err := cmd.Run()
	switch {
	case err == nil:
		return strings.TrimSpace(out.text.String()), nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case out.full || complaint.full:
		return "", errors.New(errors.ErrCodeUnavailable, "helm %s prints more than %d MiB; check that %q is helm", args[0], maxOutput>>20, h.bin)
	}
	said := cmp.Or(strings.TrimSpace(complaint.text.String()), err.Error())
	if h.p.Password != "" {
		said = strings.ReplaceAll(said, h.p.Password, "…")
	}
	return "", errors.New(codeOf(said), "helm %s: %s", args[0], registryhttp.Clean(said))
}

// codeOf reads what kind of failure helm's words mean; it exits with 1 for all.
func codeOf(said string) errors.ErrorCode {
	said = strings.ToLower(said)
	for _, kind := range []struct {
		code  errors.ErrorCode
		words []string
	}{
		{errors.ErrCodeUnauthorized, []string{"unauthorized", "forbidden", "access denied", "denied:", "basic credential not found", "getting credentials"}},
		{errors.ErrCodeRateLimitExceeded, []string{"too many requests", "toomanyrequests", "status code 429"}},
		{errors.ErrCodeUnavailable, []string{"internal server error", "bad gateway", "service unavailable", "gateway timeout", "no such host"}},
		{errors.ErrCodeTimeout, []string{"timeout", "deadline exceeded", "timed out"}},
		{errors.ErrCodeNotFound, []string{"not found", "no chart version found", "no chart name found", "unable to locate", "could not locate"}},
	} {
		for _, words := range kind.words {
			if strings.Contains(said, words) {
				return kind.code
			}
		}
	}
	return errors.ErrCodeUnavailable
}

// result reads the one archive that helm downloaded.
func (h *helm) result() (tgz []byte, name string, err error) {
	files, err := os.ReadDir(h.charts())
	switch {
	case err != nil:
		return nil, "", err
	case len(files) != 1 || !files[0].Type().IsRegular():
		return nil, "", errors.New(errors.ErrCodeUnavailable, "helm left %d files, and one chart was asked for; check that %q is helm", len(files), h.bin)
	}
	name = files[0].Name()
	info, err := files[0].Info()
	switch {
	case err != nil:
		return nil, "", err
	case info.Size() > MaxPacked:
		return nil, "", tooLarge()
	}
	tgz, err = os.ReadFile(filepath.Join(h.charts(), name))
	return tgz, name, err
}
