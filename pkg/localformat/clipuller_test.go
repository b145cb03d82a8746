package localformat_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// fakeHelm is a command that writes down its arguments and runs body for a
// pull.
func fakeHelm(t *testing.T, body string) (bin, arguments string) {
	t.Helper()
	dir := t.TempDir()
	bin, arguments = filepath.Join(dir, "helm"), filepath.Join(dir, "arguments")
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = version ]; then echo v4.2.4; exit; fi\nfor a in \"$@\"; do echo \"$a\" >> %s; case $a in --destination=*) to=${a#*=};; esac; done\n%s\n", arguments, body)
	if err := os.WriteFile(bin, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return bin, arguments
}

func TestCLIChartPullerRunsHelm(t *testing.T) {
	chart := filepath.Join(t.TempDir(), "chart")
	want := upstream(t, "gpu-operator", "1.2.3")
	if err := os.WriteFile(chart, want, 0o600); err != nil {
		t.Fatal(err)
	}
	oci := asked
	oci.IsOCI, oci.Repository, oci.Version = true, "oci://registry.example.com/charts", "v1.2.3"
	for c, args := range map[localformat.Component]string{
		asked: "--version=1.2.3 --repo=https://charts.example.com -- gpu-operator",
		oci:   "--version=v1.2.3 -- oci://registry.example.com/charts/gpu-operator",
	} {
		bin, arguments := fakeHelm(t, "cp "+chart+" $to/gpu-operator-1.2.3.tgz")
		puller := &localformat.CLIChartPuller{HelmBin: bin}
		tgz, rec, tarball, err := puller.Pull(t.Context(), c)
		if err != nil || !bytes.Equal(tgz, want) || tarball != "gpu-operator-1.2.3.tgz" || rec.PullerVersion != "helm v4.2.4" {
			t.Errorf("%v %+v %s, %d bytes", err, rec, tarball, len(tgz))
		}
		text, err := os.ReadFile(arguments)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if got := strings.Join(lines[2:], " "); lines[0] != "pull" || got != args {
			t.Errorf("helm is asked %q, want %q", got, args)
		}
		if left, _ := filepath.Glob(strings.TrimPrefix(lines[1], "--destination=")); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	}
}

func TestCLIChartPullerFails(t *testing.T) {
	_, _, _, err := (&localformat.CLIChartPuller{HelmBin: filepath.Join(t.TempDir(), "no-helm")}).Pull(t.Context(), asked)
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "install it") {
		t.Errorf("%v", err)
	}
	bin, _ := fakeHelm(t, "echo 'chart not found' >&2; exit 1")
	if _, _, _, err = (&localformat.CLIChartPuller{HelmBin: bin}).Pull(t.Context(), asked); errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.HasPrefix(err.Error(), "chart "+asked.ChartName+" "+asked.Version+" of "+asked.Repository+": ") || !strings.Contains(err.Error(), "chart not found") {
		t.Errorf("%v", err)
	}
	bin, _ = fakeHelm(t, "true")
	if _, _, _, err = (&localformat.CLIChartPuller{HelmBin: bin}).Pull(t.Context(), asked); errors.CodeOf(err) != errors.ErrCodeInternal {
		t.Errorf("%v", err)
	}
	bin, _ = fakeHelm(t, "exec sleep 10")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, _, _, err = (&localformat.CLIChartPuller{HelmBin: bin}).Pull(ctx, asked); errors.CodeOf(err) != errors.ErrCodeTimeout {
		t.Errorf("%v", err)
	}
}
