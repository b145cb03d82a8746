package localformat

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// DefaultHelmTimeout is how long helm may take for a chart.
const DefaultHelmTimeout = 10 * time.Minute

// CLIChartPuller pulls charts with the helm command, and so with everything that helm can reach on this
// machine: its repositories, logins and certificates. Helm runs without a shell, in a temporary
// directory that also has its caches; nothing of a component can be read as a flag. The zero value is
// usable, also concurrently.
type CLIChartPuller struct {
	// HelmBin is the command's path, or its name on PATH; empty: "helm".
	HelmBin string
	// CAFile is a file of PEM certificates that are trusted.
	CAFile string
	// InsecureTLS accepts any certificate.
	InsecureTLS bool
	// PlainHTTP speaks HTTP with registries.
	PlainHTTP bool
	// Username and Password are for a chart repository that asks for a login, and that helm does not
	// know.
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
	dir, err := os.MkdirTemp("", "aicr-helm-*")
	if err != nil {
		return nil, rec, "", err
	}
	defer os.RemoveAll(dir)
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
