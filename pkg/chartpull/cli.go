package chartpull

import (
	"bytes"
	"context"
	stderrors "errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// DefaultHelmTimeout is how long helm may take for a chart.
const DefaultHelmTimeout = 10 * time.Minute

// CLIChartPuller fetches charts with the helm binary, "helm pull", and so with
// whatever helm on this machine can reach. Helm runs without a shell, in a
// temporary directory, with its caches there; nothing of a component can be read
// as a flag. It is safe for concurrent use.
//
// What it returns is checked, kept and recorded exactly as by NativeChartPuller.
// Two things it cannot do, because helm does not: it does not hold the chart
// against the digest of the index, and it sees no progress, so that the clock
// ends it.
type CLIChartPuller struct {
	// HelmBin is the binary's path, or its name on PATH; empty: "helm".
	HelmBin string
	Cache   Cache

	// CAFile is a file of PEM certificates that are trusted.
	CAFile string
	// InsecureTLS takes any certificate.
	InsecureTLS bool
	// PlainHTTP speaks HTTP with registries.
	PlainHTTP bool

	// Timeout is how long helm may take for a chart. 0: DefaultHelmTimeout.
	Timeout time.Duration
	// Getenv is where variables come from; nil: the process's environment. Helm
	// gets that in either case.
	Getenv func(string) string
	// Progress is told what is going on, by several goroutines at once where
	// several pull.
	Progress func(Progress)
}

var _ localformat.ChartPuller = (*CLIChartPuller)(nil)

// Pull runs helm pull and checks what it fetched; see localformat.ChartPuller
// and NativeChartPuller.Pull. Errors have the same codes as far as helm's words
// tell; a helm that is not there is ErrCodeUnavailable.
func (p *CLIChartPuller) Pull(ctx context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	s := shared{cache: p.Cache, getenv: environment(p.Getenv), progress: p.Progress}
	return s.pull(ctx, c, p.fetch)
}

func (p *CLIChartPuller) fetch(ctx context.Context, r *request) ([]byte, error) {
	bin, err := p.binary()
	if err != nil {
		return nil, err
	}
	logins, err := openLogins(environment(p.Getenv))
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "aicr-helm-*")
	if err != nil {
		return nil, errors.In(err, "temporary directory")
	}
	defer os.RemoveAll(dir)
	h := &helm{CLIChartPuller: p, bin: bin, dir: dir, r: r, secrets: []string{logins.any.password}}
	if err := os.Mkdir(h.charts(), 0o700); err != nil {
		return nil, errors.In(err, "temporary directory")
	}
	timeout := p.Timeout
	if timeout <= 0 {
		timeout = DefaultHelmTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errors.New(errors.ErrCodeTimeout, "helm was not done with %s after %s; check the network and run again", r, timeout))
	defer cancel()
	if err := h.pull(ctx, logins); err != nil {
		return nil, err
	}
	return h.result()
}

// binary finds helm.
func (p *CLIChartPuller) binary() (string, error) {
	name := p.HelmBin
	if name == "" {
		name = "helm"
	}
	bin, err := exec.LookPath(name)
	if err == nil {
		// It runs in another directory.
		bin, err = filepath.Abs(bin)
	}
	if err != nil {
		return "", errors.New(errors.ErrCodeUnavailable, "there is no helm to run, %q: %s; install helm, name its path with --helm-bin, or leave that out and pull without helm", name, wire.Clean(reasonOf(err)))
	}
	return bin, nil
}

func reasonOf(err error) string {
	if failed, ok := stderrors.AsType[*exec.Error](err); ok {
		err = failed.Err
	}
	return err.Error()
}

// helm is one use of the binary.
type helm struct {
	*CLIChartPuller
	bin, dir string
	r        *request
	secrets  []string
}

func (h *helm) charts() string       { return filepath.Join(h.dir, "charts") }
func (h *helm) repositories() string { return filepath.Join(h.dir, "repositories.yaml") }

// pull lets helm fetch the chart. A login is passed in a file, because every user
// of the machine can read a program's arguments.
func (h *helm) pull(ctx context.Context, logins *logins) error {
	if h.r.repo.OCI() {
		flags := []string{}
		if h.PlainHTTP {
			flags = append(flags, "--plain-http")
		}
		return h.run(ctx, nil, append(h.flags(h.trust(flags...)...), "--", h.r.repo.String()+"/"+h.r.ChartName)...)
	}
	entry, ok := logins.entries[h.r.repo]
	if ok {
		return h.pullAs(ctx, entry)
	}
	err := h.run(ctx, nil, append(h.flags(h.trust("--repo="+h.r.repo.String())...), "--", h.r.ChartName)...)
	if errors.CodeOf(err) == errors.ErrCodeUnauthorized && logins.any.user != "" && logins.any.password != "" {
		return h.pullAs(ctx, logins.any)
	}
	return err
}

// pullAs fetches the chart with a user name and a password.
func (h *helm) pullAs(ctx context.Context, as login) error {
	h.secrets = append(h.secrets, as.password)
	repository := map[string]any{
		"name": "repository", "url": h.r.repo.String(), "username": as.user, "password": as.password,
		"insecure_skip_tls_verify": h.InsecureTLS, "caFile": h.absolute(h.CAFile),
	}
	data, err := yaml.Marshal(map[string]any{"apiVersion": "", "repositories": []any{repository}})
	if err == nil {
		err = os.WriteFile(h.repositories(), data, 0o600)
	}
	if err != nil {
		return errors.In(err, "temporary file")
	}
	env := []string{"HELM_REPOSITORY_CONFIG=" + h.repositories()}
	if err := h.run(ctx, env, "repo", "update", "--", "repository"); err != nil {
		return err
	}
	return h.run(ctx, env, append(h.flags(h.trust()...), "--", "repository/"+h.r.ChartName)...)
}

// flags are those of helm pull. Each value stands in the word of its flag.
func (h *helm) flags(more ...string) []string {
	return append([]string{"pull", "--version=" + h.r.version, "--destination=" + h.charts()}, more...)
}

func (h *helm) trust(flags ...string) []string {
	if h.CAFile != "" {
		flags = append(flags, "--ca-file="+h.absolute(h.CAFile))
	}
	if h.InsecureTLS {
		flags = append(flags, "--insecure-skip-tls-verify")
	}
	return flags
}

func (h *helm) absolute(file string) string {
	if path, err := filepath.Abs(file); file != "" && err == nil {
		return path
	}
	return file
}

// killDelay is how long helm's children may hold its output after it ended.
const killDelay = 200 * time.Millisecond

func (h *helm) run(ctx context.Context, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, h.bin, args...) //nolint:gosec // the user names the binary, and newRequest checks what it is given
	said := &tail{}
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = h.dir, said, said, killDelay
	cache := filepath.Join(h.dir, "cache")
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+cache, "HELM_REPOSITORY_CACHE="+filepath.Join(cache, "repository"),
		"HELM_CONTENT_CACHE="+filepath.Join(cache, "content"), "HELM_DEBUG=false")
	cmd.Env = append(cmd.Env, env...)
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil:
		return nil
	}
	text := said.String()
	if text == "" {
		text = err.Error()
	}
	for _, secret := range h.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return errors.New(codeOf(text), "helm cannot pull %s from %s: %s", h.r, h.r.repo, wire.Clean(text))
}

// codeOf reads what kind of failure helm's words mean; it exits with 1 for all.
func codeOf(text string) errors.ErrorCode {
	text = strings.ToLower(text)
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
			if strings.Contains(text, words) {
				return kind.code
			}
		}
	}
	return errors.ErrCodeUnavailable
}

// result reads the one archive that helm fetched.
func (h *helm) result() ([]byte, error) {
	files, err := os.ReadDir(h.charts())
	if err != nil {
		return nil, errors.In(err, "temporary directory")
	}
	if len(files) != 1 {
		return nil, errors.New(errors.ErrCodeUnavailable, "helm left %d files for %s, and a chart is one; check that %q is helm", len(files), h.r, h.bin)
	}
	tgz, err := readLimited(filepath.Join(h.charts(), files[0].Name()))
	return tgz, errors.In(err, "what helm pulled for %s", h.r)
}

// maxSaid is how much of helm's words is kept.
const maxSaid = 16 << 10

// tail keeps the end of what is written.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	t.Buffer.Write(p[max(0, len(p)-maxSaid):])
	if over := t.Len() - maxSaid; over > 0 {
		t.Next(over)
	}
	return n, nil
}
