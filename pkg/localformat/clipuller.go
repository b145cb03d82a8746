package localformat

import (
	"bytes"
	"context"
	stderrors "errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// CLIChartPuller pulls charts with the helm command, whose login and
// certificates it shares. The zero value is usable, also concurrently.
type CLIChartPuller struct {
	// HelmBin is the command (default: "helm", looked up in PATH).
	HelmBin string
}

var _ ChartPuller = (*CLIChartPuller)(nil)

// Pull runs "helm pull". A missing command is ErrCodeInvalidRequest, a chart
// that cannot be pulled ErrCodeUnavailable.
func (p *CLIChartPuller) Pull(ctx context.Context, c Component) (tgz []byte, rec VendorRecord, tarball string, err error) {
	tgz, rec, tarball, err = p.pull(ctx, c)
	return tgz, rec, tarball, errors.In(err, "chart %s %s of %s", c.ChartName, c.Version, c.Repository)
}

func (p *CLIChartPuller) pull(ctx context.Context, c Component) (tgz []byte, rec VendorRecord, tarball string, err error) {
	version, err := p.run(ctx, "version", "--template", "{{ .Version }}")
	if err != nil {
		return nil, rec, "", err
	}
	dir, err := os.MkdirTemp("", "aicr-pull-")
	if err != nil {
		return nil, rec, "", err
	}
	defer os.RemoveAll(dir)
	if _, err := p.run(ctx, pullArguments(c, dir)...); err != nil {
		return nil, rec, "", err
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, rec, "", errors.New(errors.ErrCodeInternal, "helm pull left %d charts, where one was asked for", len(found))
	}
	tgz, err = os.ReadFile(found[0])
	return tgz, VendorRecord{PullerVersion: "helm " + version}, filepath.Base(found[0]), err
}

// pullArguments names the chart as its kind of repository wants it. Everything
// that comes from the recipe stands behind a flag's "=" or after "--", so that
// none of it is read as a flag.
func pullArguments(c Component, dir string) []string {
	args := []string{"pull", "--destination=" + dir, "--version=" + c.Version}
	if c.IsOCI {
		return append(args, "--", strings.TrimSuffix(c.Repository, "/")+"/"+c.ChartName)
	}
	return append(args, "--repo="+c.Repository, "--", c.ChartName)
}

func (p *CLIChartPuller) run(ctx context.Context, args ...string) (string, error) {
	bin := p.HelmBin
	if bin == "" {
		bin = "helm"
	}
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, args...) //nolint:gosec // the program that the user names is what this runs
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	switch {
	case err == nil:
		return strings.TrimSpace(out.String()), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case stderrors.Is(err, exec.ErrNotFound), stderrors.Is(err, fs.ErrNotExist), stderrors.Is(err, fs.ErrPermission):
		return "", errors.Wrap(errors.ErrCodeInvalidRequest, err, "vendoring charts needs the helm command; install it, or leave the charts in their repositories")
	}
	return "", errors.New(errors.ErrCodeUnavailable, "helm %s: %s", args[0], strings.TrimSpace(complaint.String()))
}
