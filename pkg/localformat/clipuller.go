package localformat

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// DefaultHelmTimeout is how long helm may take for a chart.
const DefaultHelmTimeout = 10 * time.Minute

// CLIChartPuller pulls charts with the helm command, and so with everything that helm can reach on
// this machine: its repositories, logins and certificates. Helm runs without a shell, in a
// temporary directory that also has its caches; nothing of a component can be read as a flag. The
// zero value is usable, also concurrently.
type CLIChartPuller struct {
	// HelmBin is the command's path, or its name on PATH; empty: "helm".
	HelmBin string
	// CAFile is a file of PEM certificates that are trusted.
	CAFile string
	// InsecureTLS accepts any certificate.
	InsecureTLS bool
	// PlainHTTP speaks HTTP with registries.
	PlainHTTP bool
	// Username and Password are for a chart repository that asks for a login, and that helm does
	// not know.
	Username, Password string
	// Timeout is how long helm may take for a chart. 0: DefaultHelmTimeout.
	Timeout time.Duration
}

var _ ChartPuller = (*CLIChartPuller)(nil)

// Pull runs "helm pull". Errors have the code that helm's words tell, as far as they do; a missing
// command is ErrCodeUnavailable.
func (p *CLIChartPuller) Pull(ctx context.Context, c Component) (tgz []byte, rec VendorRecord, tarball string, err error) {
	timeout := cmp.Or(p.Timeout, DefaultHelmTimeout)
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errors.New(errors.ErrCodeTimeout, "helm did not finish within %s; check the network and run again", timeout))
	defer cancel()
	tgz, rec, tarball, err = p.pull(ctx, c)
	return tgz, rec, tarball, errors.In(err, "chart %s %s of %s", c.ChartName, c.Version, c.Repository)
}

func (p *CLIChartPuller) pull(ctx context.Context, c Component) (tgz []byte, rec VendorRecord, tarball string, err error) {
	bin, err := exec.LookPath(cmp.Or(p.HelmBin, "helm"))
	if err == nil {
		bin, err = filepath.Abs(bin) // it runs in another directory
	}
	if err != nil {
		return nil, rec, "", errors.New(errors.ErrCodeUnavailable, "helm cannot be run: %s; install helm, or set `HelmBin` to its path", err)
	}
	temp, err := tempdir.Make("", "aicr-helm")
	if err != nil {
		return nil, rec, "", err
	}
	defer func() { _ = temp.Remove() }()
	dir := temp.Path
	if err := os.Mkdir(filepath.Join(dir, "charts"), 0o700); err != nil {
		return nil, rec, "", err
	}
	h := &helm{p: p, bin: bin, dir: dir, component: c, env: []string{
		"HELM_CACHE_HOME=" + filepath.Join(dir, "cache"), "HELM_REPOSITORY_CACHE=" + filepath.Join(dir, "cache", "repository"),
		"HELM_CONTENT_CACHE=" + filepath.Join(dir, "cache", "content"), "HELM_DEBUG=false",
	}}
	version, err := h.run(ctx, "", "version", "--template={{ .Version }}")
	if err == nil {
		err = h.fetch(ctx)
	}
	if err != nil {
		return nil, rec, "", err
	}
	tgz, tarball, err = h.result()
	return tgz, VendorRecord{PullerVersion: "helm " + version}, tarball, err
}

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
	if err != nil {
		return err
	}
	if name != "" {
		if _, err := h.run(ctx, "", "repo", "update", "--", name); err != nil {
			return err
		}
		return h.download(ctx, name+"/"+c.ChartName)
	}
	err = h.download(ctx, c.ChartName, "--repo="+c.Repository)
	if errors.CodeOf(err) != errors.ErrCodeUnauthorized || h.p.Username == "" || h.p.Password == "" {
		return err
	}
	// Every user of the machine can read a program's arguments, so the password goes another way,
	// into a list of repositories that ends with this run.
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
		file, _ := filepath.Abs(h.p.CAFile) // helm runs in another directory
		args = append(args, "--ca-file="+file)
	}
	if h.p.InsecureTLS {
		args = append(args, "--insecure-skip-tls-verify")
	}
	return args
}

func (h *helm) charts() string { return filepath.Join(h.dir, "charts") }
