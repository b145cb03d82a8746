package localformat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/charttest"
)

// The variables by which a test runs its own program as helm: what it does, the chart that it
// pulls, and the file in which it notes how it was called.
const (
	helmDoes  = "AICR_TEST_HELM_DOES"
	helmChart = "AICR_TEST_HELM_CHART"
	helmLog   = "AICR_TEST_HELM_LOG"
)

func TestMain(m *testing.M) {
	if os.Getenv(helmDoes) != "" {
		os.Exit(fakeHelm(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// call is one use of the fake helm.
type call struct {
	Args         []string
	Dir          string
	Repositories string // what HELM_REPOSITORY_CONFIG names
	Input        string
}

func fakeHelm(args []string) int {
	dir, _ := os.Getwd()
	input, _ := io.ReadAll(os.Stdin)
	noted, _ := json.Marshal(call{args, dir, os.Getenv("HELM_REPOSITORY_CONFIG"), string(input)})
	log, _ := os.OpenFile(os.Getenv(helmLog), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	log.Write(append(noted, '\n'))
	log.Close()
	does := os.Getenv(helmDoes)
	for does == "endless" {
		if _, err := fmt.Println("version"); err != nil {
			return 1
		}
	}
	switch args[0] + " " + args[1] {
	case "version --template={{ .Version }}":
		fmt.Println("v4.3.1")
		return 0
	case "repo list":
		fmt.Println(map[bool]string{true: `[{"name":"mine","url":"https://charts.example.com/"}]`, false: `[]`}[does == "listed"])
		return 0
	case "repo add", "repo update":
		return 0
	}
	into := ""
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--destination="); ok {
			into = value
		}
	}
	write := func(name string) {
		tgz, _ := os.ReadFile(os.Getenv(helmChart))
		os.WriteFile(filepath.Join(into, name), tgz, 0o600)
	}
	switch {
	case does == "hang":
		time.Sleep(time.Hour)
	case does == "nothing":
	case does == "two":
		write("a.tgz")
		write("b.tgz")
	case does == "link":
		os.Symlink(os.Getenv(helmChart), filepath.Join(into, "a.tgz"))
	case does == "ask" && strings.HasPrefix(args[3], "--repo="):
		fmt.Fprintln(os.Stderr, "Error: failed to fetch https://charts.example.com/index.yaml : 401 Unauthorized")
		return 1
	case does == "pull", does == "listed", does == "ask":
		write("gpu-operator-1.2.3.tgz")
	default:
		fmt.Fprintln(os.Stderr, does)
		return 1
	}
	return 0
}

// helm makes an environment in which this binary is helm. Nothing may be left in the directory for
// temporary files.
func helm(t *testing.T, does string, tgz []byte) (calls func() []call) {
	t.Helper()
	dir, temp := t.TempDir(), t.TempDir()
	chart, log := filepath.Join(dir, "chart"), filepath.Join(dir, "log")
	if err := os.WriteFile(chart, tgz, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector lingers for a second
	t.Setenv(helmDoes, does)
	t.Setenv(helmChart, chart)
	t.Setenv(helmLog, log)
	t.Setenv("HELM_REPOSITORY_CONFIG", "")
	t.Setenv("TMPDIR", temp)
	t.Cleanup(func() {
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
	})
	return func() (calls []call) {
		data, _ := os.ReadFile(log)
		for line := range bytes.Lines(data) {
			var c call
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			calls = append(calls, c)
		}
		return calls
	}
}

func TestHelmIsGivenWordsThatItCannotMistake(t *testing.T) {
	oci := asked
	oci.IsOCI, oci.Repository, oci.Version = true, "oci://registry.example.com/charts", "v1.2.3"
	const pull = "pull --version=1.2.3 --destination=DIR/charts "
	login := localformat.CLIChartPuller{Username: "ada", Password: "hunter2"}
	for name, c := range map[string]struct {
		does      string
		component localformat.Component
		puller    localformat.CLIChartPuller
		want      []string
	}{
		"repository": {"pull", asked, localformat.CLIChartPuller{}, []string{"repo list --output=json", pull + "--repo=https://charts.example.com -- gpu-operator"}},
		"registry":   {"pull", oci, localformat.CLIChartPuller{}, []string{"pull --version=v1.2.3 --destination=DIR/charts -- oci://registry.example.com/charts/gpu-operator"}},
		"plain HTTP": {"pull", oci, localformat.CLIChartPuller{PlainHTTP: true}, []string{"pull --version=v1.2.3 --destination=DIR/charts --plain-http -- oci://registry.example.com/charts/gpu-operator"}},
		"trust": {"pull", asked, localformat.CLIChartPuller{CAFile: "/ca", InsecureTLS: true}, []string{
			"repo list --output=json", pull + "--repo=https://charts.example.com --ca-file=/ca --insecure-skip-tls-verify -- gpu-operator",
		}},
		// Helm's own login for the repository goes with its name in helm's list.
		"listed": {"listed", asked, login, []string{"repo list --output=json", "repo update -- mine", pull + "-- mine/gpu-operator"}},
		// Another login is used where it is asked for.
		"not asked": {"pull", asked, login, []string{"repo list --output=json", pull + "--repo=https://charts.example.com -- gpu-operator"}},
		"asked": {"ask", asked, login, []string{
			"repo list --output=json", pull + "--repo=https://charts.example.com -- gpu-operator",
			"repo add --username=ada --password-stdin -- repository https://charts.example.com < hunter2", pull + "-- repository/gpu-operator",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tgz := upstream(t, "gpu-operator", "1.2.3")
			calls := helm(t, c.does, tgz)
			c.puller.HelmBin = os.Args[0]
			got, rec, tarball, err := c.puller.Pull(t.Context(), c.component)
			if err != nil || !bytes.Equal(got, tgz) || tarball != "gpu-operator-1.2.3.tgz" || rec != (localformat.VendorRecord{PullerVersion: "helm v4.3.1"}) {
				t.Errorf("%v %+v %s, %d bytes", err, rec, tarball, len(got))
			}
			var said []string
			for _, call := range calls()[1:] {
				text := strings.ReplaceAll(strings.Join(call.Args, " "), call.Dir, "DIR")
				if call.Input != "" {
					text += " < " + call.Input
				}
				said = append(said, text)
				if own := strings.HasPrefix(call.Repositories, call.Dir); own != strings.Contains(text, "repository/") && own != strings.Contains(text, "repo add") {
					t.Errorf("%s reads the repositories of %q", text, call.Repositories)
				}
			}
			if got, want := strings.Join(said, "\n"), strings.Join(c.want, "\n"); got != want {
				t.Errorf("helm is asked\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestHelmsFailuresHaveCodes(t *testing.T) {
	puller := &localformat.CLIChartPuller{HelmBin: os.Args[0], Username: "ada", Password: "hunter2"}
	for does, code := range map[string]errors.ErrorCode{
		"Error: failed to fetch https://h/x : 404 Not Found":               errors.ErrCodeNotFound,
		"Error: login with hunter2 at https://ada:hunter2@h/x?sig=hunter2": errors.ErrCodeUnavailable,
		"nothing": errors.ErrCodeUnavailable,
		"two":     errors.ErrCodeUnavailable,
		"link":    errors.ErrCodeUnavailable,
	} {
		helm(t, does, charttest.Chart(t, "web", "1.2.3"))
		_, _, _, err := puller.Pull(t.Context(), asked)
		if errors.CodeOf(err) != code || !strings.HasPrefix(err.Error(), "chart gpu-operator 1.2.3 of https://charts.example.com: ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %s %v", does, errors.CodeOf(err), err)
		}
	}
	helm(t, "pull", make([]byte, localformat.MaxPacked+1))
	if _, _, _, err := puller.Pull(t.Context(), asked); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "50 MiB") {
		t.Error(err)
	}
	t.Setenv("PATH", t.TempDir())
	for _, bin := range []string{"", "/nowhere/helm", "helm-of-nobody"} {
		_, _, _, err := (&localformat.CLIChartPuller{HelmBin: bin}).Pull(t.Context(), asked)
		if errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.Contains(err.Error(), "install helm, or set `HelmBin`") {
			t.Error(err)
		}
	}
}

func TestAHelmThatNeverStopsTalkingIsEnded(t *testing.T) {
	helm(t, "endless", nil)
	_, _, _, err := (&localformat.CLIChartPuller{HelmBin: os.Args[0]}).Pull(t.Context(), asked)
	if errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.Contains(err.Error(), "helm version prints more than 4 MiB; check that") {
		t.Error(err)
	}
}

func TestAHelmThatHangsIsEnded(t *testing.T) {
	helm(t, "hang", nil)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, context.Canceled)
	defer cancel()
	if _, _, _, err := (&localformat.CLIChartPuller{HelmBin: os.Args[0]}).Pull(ctx, asked); errors.ExitStatus(err) != 1 {
		t.Error(err)
	}
	_, _, _, err := (&localformat.CLIChartPuller{HelmBin: os.Args[0], Timeout: 200 * time.Millisecond}).Pull(t.Context(), asked)
	if errors.CodeOf(err) != errors.ErrCodeTimeout || !strings.Contains(err.Error(), "200ms") {
		t.Error(err)
	}
}
