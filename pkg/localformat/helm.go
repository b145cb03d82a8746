package localformat

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// helm is one use of the command.
type helm struct {
	p         *CLIChartPuller
	bin, dir  string
	component Component
	env       []string
}

// fetch lets helm download the chart.
func (h *helm) fetch(ctx context.Context) error {
	c := h.component
	if c.IsOCI {
		var flags []string
		if h.p.PlainHTTP {
			flags = []string{"--plain-http"}
		}
		return h.download(ctx, strings.TrimSuffix(c.Repository, "/")+"/"+c.ChartName, flags...)
	}
	// Helm uses a login from its list of repositories only for a chart that is named by that list.
	name, err := h.listed(ctx)
	if err == nil && name != "" {
		if _, err = h.run(ctx, "", "repo", "update", "--", name); err == nil {
			err = h.download(ctx, name+"/"+c.ChartName)
		}
		return err
	}
	if err == nil {
		err = h.download(ctx, c.ChartName, "--repo="+c.Repository)
	}
	if errors.CodeOf(err) != errors.ErrCodeUnauthorized || h.p.Username == "" || h.p.Password == "" {
		return err
	}
	// Every user of the machine can read a program's arguments, so the password goes another way, into a
	// list of repositories that ends with this run.
	h.env = append(h.env, "HELM_REPOSITORY_CONFIG="+filepath.Join(h.dir, "repositories.yaml"))
	add := h.trust("repo", "add", "--username="+h.p.Username, "--password-stdin")
	if _, err := h.run(ctx, h.p.Password, append(add, "--", "repository", c.Repository)...); err != nil {
		return err
	}
	return h.download(ctx, "repository/"+c.ChartName)
}

// listed returns the repository's name in helm's own list of repositories, or "".
func (h *helm) listed(ctx context.Context) (string, error) {
	out, err := h.run(ctx, "", "repo", "list", "--output=json")
	if err != nil {
		return "", err
	}
	var list []struct{ Name, URL string }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		return "", errors.New(errors.ErrCodeUnavailable, "the list of helm's repositories cannot be read; check that %q is helm", h.bin)
	}
	for _, r := range list {
		if strings.TrimSuffix(r.URL, "/") == strings.TrimSuffix(h.component.Repository, "/") {
			return r.Name, nil
		}
	}
	return "", nil
}

// download runs helm pull. Each value stands in the word of its flag or after --.
func (h *helm) download(ctx context.Context, ref string, flags ...string) error {
	args := append([]string{"pull", "--version=" + h.component.Version, "--destination=" + h.charts()}, flags...)
	_, err := h.run(ctx, "", append(h.trust(args...), "--", ref)...)
	return err
}

func (h *helm) trust(args ...string) []string {
	if h.p.CAFile != "" {
		file := h.p.CAFile
		if path, err := filepath.Abs(file); err == nil {
			file = path
		}
		args = append(args, "--ca-file="+file)
	}
	if h.p.InsecureTLS {
		args = append(args, "--insecure-skip-tls-verify")
	}
	return args
}

func (h *helm) charts() string { return filepath.Join(h.dir, "charts") }

// waitDelay is how long helm's children may hold its output after it ended.
const waitDelay = 200 * time.Millisecond

func (h *helm) run(ctx context.Context, input string, args ...string) (string, error) {
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, h.bin, args...) //nolint:gosec // the program that the user names is what this runs
	cmd.Dir, cmd.Env, cmd.WaitDelay = h.dir, append(os.Environ(), h.env...), waitDelay
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaint
	err := cmd.Run()
	switch {
	case err == nil:
		return strings.TrimSpace(out.String()), nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	}
	said := cmp.Or(strings.TrimSpace(complaint.String()), err.Error())
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
