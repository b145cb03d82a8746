package chartpull

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// call is one use of the fake helm.
type call struct {
	Args         []string
	Dir          string
	Repositories string // the file that HELM_REPOSITORY_CONFIG names
}

// fakeHelm is this test's binary as helm: it notes how it was called, and does
// what a test wants.
func fakeHelm(args []string) int {
	dir, _ := os.Getwd()
	c := call{Args: args, Dir: dir}
	if data, err := os.ReadFile(os.Getenv("HELM_REPOSITORY_CONFIG")); err == nil {
		c.Repositories = string(data)
	}
	data, _ := json.Marshal(c)
	log, _ := os.OpenFile(os.Getenv("CHARTPULL_FAKE_LOG"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	log.Write(append(data, '\n'))
	log.Close()
	into := ""
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--destination="); ok {
			into = value
		}
	}
	write := func(name string) {
		tgz, _ := os.ReadFile(os.Getenv("CHARTPULL_FAKE_CHART"))
		os.WriteFile(filepath.Join(into, name), tgz, 0o600)
	}
	switch mode := os.Getenv("CHARTPULL_FAKE_HELM"); {
	case mode == "hang":
		time.Sleep(time.Minute)
	case mode == "nothing" || args[0] == "repo":
	case mode == "two":
		write("a.tgz")
		write("b.tgz")
	case mode == "symlink":
		os.Symlink(os.Getenv("CHARTPULL_FAKE_CHART"), filepath.Join(into, "a.tgz"))
	case mode == "login" && c.Repositories == "":
		fmt.Fprintln(os.Stderr, "Error: failed to fetch https://h/x/index.yaml : 401 Unauthorized")
		return 1
	case mode == "ok" || mode == "login":
		write("whatever.tgz")
	default:
		fmt.Fprintln(os.Stderr, mode)
		return 1
	}
	return 0
}

// fake makes the process's environment one in which this binary is helm.
func fake(t *testing.T, mode string, tgz []byte) (calls func() []call) {
	t.Helper()
	dir := t.TempDir()
	chart, log := filepath.Join(dir, "chart"), filepath.Join(dir, "log")
	if err := os.WriteFile(chart, tgz, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector lingers for a second
	t.Setenv("CHARTPULL_FAKE_HELM", mode)
	t.Setenv("CHARTPULL_FAKE_CHART", chart)
	t.Setenv("CHARTPULL_FAKE_LOG", log)
	t.Setenv("TMPDIR", noLeftovers(t))
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

// noLeftovers fails a test that leaves something in the directory for temporary
// files, which it makes.
func noLeftovers(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
	})
	return dir
}

func cli(t testing.TB, pairs ...string) *CLIChartPuller {
	return &CLIChartPuller{HelmBin: os.Args[0], Getenv: env(t, pairs...), Cache: Cache{NoCache: true}}
}

func TestHelmIsGivenWordsThatItCannotMistake(t *testing.T) {
	tgz := chart(t, "web", "1.2.3")
	http := localformat.Component{Name: "x", Repository: "https://h/x", ChartName: "web", Version: "v1.2.3"}
	oci := localformat.Component{Name: "x", Repository: "oci://h/x", ChartName: "web", Version: "v1.2.3", IsOCI: true}
	for name, c := range map[string]struct {
		component localformat.Component
		change    func(p *CLIChartPuller)
		want      string
	}{
		"repository": {http, nil, "pull --version=1.2.3 --destination=DIR/charts --repo=https://h/x -- web"},
		"registry":   {oci, nil, "pull --version=v1.2.3 --destination=DIR/charts -- oci://h/x/web"},
		"plain":      {oci, func(p *CLIChartPuller) { p.PlainHTTP = true }, "pull --version=v1.2.3 --destination=DIR/charts --plain-http -- oci://h/x/web"},
		"trust": {
			http, func(p *CLIChartPuller) { p.CAFile, p.InsecureTLS = "/ca", true },
			"pull --version=1.2.3 --destination=DIR/charts --repo=https://h/x --ca-file=/ca --insecure-skip-tls-verify -- web",
		},
	} {
		t.Run(name, func(t *testing.T) {
			calls := fake(t, "ok", tgz)
			p := cli(t)
			if c.change != nil {
				c.change(p)
			}
			got, rec, tarball := mustPull(t, p, c.component)
			want := localformat.VendorRecord{
				Name: "x", Chart: "web", Version: "v1.2.3", Repository: c.component.Repository,
				SHA256: digestOf(tgz), TarballName: "web-1.2.3.tgz", PullerVersion: PullerVersion,
			}
			if !bytes.Equal(got, tgz) || rec != want || tarball != "web-1.2.3.tgz" {
				t.Errorf("%+v, %s", rec, tarball)
			}
			all := calls()
			if said := strings.ReplaceAll(strings.Join(all[0].Args, " "), all[0].Dir, "DIR"); len(all) != 1 || said != c.want {
				t.Errorf("got  %s\nwant %s", said, c.want)
			}
		})
	}
}

func TestHelmGetsALoginInAFile(t *testing.T) {
	c := localformat.Component{Name: "x", Repository: "https://h/x", ChartName: "web", Version: "1.2.3"}
	repositories := filepath.Join(t.TempDir(), "repositories.yaml")
	os.WriteFile(repositories, []byte("repositories:\n- {name: x, url: https://h/x, username: ada, password: hunter2}\n"), 0o600)
	for name, pairs := range map[string][]string{
		"file":      {"HELM_REPOSITORY_CONFIG", repositories},
		"variables": {"HELM_REPOSITORY_USERNAME", "ada", "HELM_REPOSITORY_PASSWORD", "hunter2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HELM_REPOSITORY_CONFIG", "")
			calls := fake(t, "login", chart(t, "web", "1.2.3"))
			mustPull(t, cli(t, pairs...), c)
			all := calls()
			last := all[len(all)-1]
			if !slices.Equal(last.Args[len(last.Args)-2:], []string{"--", "repository/web"}) || !strings.Contains(last.Repositories, "hunter2") {
				t.Errorf("%+v", last)
			}
			for _, call := range all {
				if strings.Contains(strings.Join(call.Args, " "), "hunter2") {
					t.Errorf("everybody can read %v", call.Args)
				}
			}
		})
	}
	fake(t, "Error: login with hunter2 at https://ada:hunter2@h/x?sig=hunter2 denied: no", nil)
	_, _, _, err := cli(t, "HELM_REPOSITORY_CONFIG", repositories).Pull(t.Context(), c)
	wantError(t, err, errors.ErrCodeUnauthorized, "https://h/x")
	if strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

func TestHelmsFailuresHaveCodes(t *testing.T) {
	c := localformat.Component{Name: "x", Repository: "https://h/x", ChartName: "web", Version: "1.2.3"}
	for mode, code := range map[string]errors.ErrorCode{
		"Error: failed to fetch https://h/x : 401 Unauthorized":                  errors.ErrCodeUnauthorized,
		"Error: failed to fetch https://h/x : 404 Not Found":                     errors.ErrCodeNotFound,
		`Error: chart "web" version "1.2.3" not found in https://h/x repository`: errors.ErrCodeNotFound,
		"Error: failed to fetch https://h/x : 429 Too Many Requests":             errors.ErrCodeRateLimitExceeded,
		"Error: failed to fetch https://h/x : 503 Service Unavailable":           errors.ErrCodeUnavailable,
		"Error: dial tcp: lookup h: no such host":                                errors.ErrCodeUnavailable,
		"Error: context deadline exceeded":                                       errors.ErrCodeTimeout,
		"Error: dial tcp 127.0.0.1:40429: connect: connection refused":           errors.ErrCodeUnavailable,
		"nothing": errors.ErrCodeUnavailable,
		"two":     errors.ErrCodeUnavailable,
	} {
		fake(t, mode, chart(t, "web", "1.2.3"))
		_, _, _, err := cli(t).Pull(t.Context(), c)
		wantError(t, err, code)
	}
	for _, tgz := range [][]byte{chart(t, "evil", "1.2.3"), chart(t, "web", "6.6.6"), nil, bomb(t)} {
		fake(t, "ok", tgz)
		_, _, _, err := cli(t).Pull(t.Context(), c)
		wantError(t, err, errors.ErrCodeInvalidRequest)
	}
	fake(t, "symlink", chart(t, "web", "1.2.3"))
	if _, _, _, err := cli(t).Pull(t.Context(), c); err == nil {
		t.Error("a link was followed")
	}
	t.Setenv("PATH", t.TempDir())
	for _, bin := range []string{"", "/nowhere/helm", "helm-of-nobody"} {
		p := cli(t)
		p.HelmBin = bin
		_, _, _, err := p.Pull(t.Context(), c)
		wantError(t, err, errors.ErrCodeUnavailable, "install helm", "--helm-bin")
	}
}

func TestAHelmThatHangsIsEnded(t *testing.T) {
	c := localformat.Component{Name: "x", Repository: "https://h/x", ChartName: "web", Version: "1.2.3"}
	fake(t, "hang", nil)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	start := time.Now()
	_, _, _, err := cli(t).Pull(ctx, c)
	wantError(t, err, context.Canceled)
	p := cli(t)
	p.Timeout = 100 * time.Millisecond
	_, _, _, err = p.Pull(t.Context(), c)
	wantError(t, err, errors.ErrCodeTimeout, "100ms")
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
}

// builtHelm is the directory of a helm that was built, or "".
var builtHelm string

// realHelm returns helm v4: the one that AICR_TEST_HELM names, one that is built
// of helm's module where that says "build", or the one on PATH.
var realHelm = sync.OnceValues(func() (bin, why string) {
	bin = os.Getenv("AICR_TEST_HELM")
	switch bin {
	case "":
		bin = "helm"
	case "build":
		version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "helm.sh/helm/v4").Output()
		dir, _ := os.MkdirTemp("", "chartpull-helm-*") // TestMain removes it
		builtHelm = dir
		build := exec.Command("go", "install", "helm.sh/helm/v4/cmd/helm@"+strings.TrimSpace(string(version)))
		build.Env = append(os.Environ(), "GOBIN="+dir)
		if out, failed := build.CombinedOutput(); err != nil || failed != nil {
			return "", fmt.Sprintf("helm cannot be built: %v: %s", failed, out)
		}
		bin = filepath.Join(dir, "helm")
	}
	out, err := exec.Command(bin, "version", "--short").Output()
	if err != nil || !bytes.HasPrefix(out, []byte("v4.")) {
		return "", fmt.Sprintf("there is no helm v4 (%v %s); name one with AICR_TEST_HELM, or have it built with AICR_TEST_HELM=build", err, bytes.TrimSpace(out))
	}
	return bin, ""
})

func helmBinary(t testing.TB) string {
	t.Helper()
	bin, why := realHelm()
	if why != "" {
		t.Skip(why)
	}
	return bin
}

func TestBothPullersReturnTheSame(t *testing.T) {
	bin := helmBinary(t)
	repo, reg := newRepository(t), newRegistry(t)
	for _, version := range []string{"1.2.3", "v1.10.0", "2.0.0+b.1", "3.0.0-rc.1"} {
		tgz := chart(t, "web", version)
		repo.add("web", version, tgz)
		reg.push(t, "web", tagOf(version), tgz)
	}
	repo.set(func(s *server) { s.user, s.password = "ada", "hunter2" })
	for _, c := range []localformat.Component{
		repo.component("web", "1.2.3"), repo.component("web", "v1.2.3"), repo.component("web", "1.10.0"), repo.component("web", "2.0.0+b.1"),
		repo.component("web", "3.0.0-rc.1"), repo.component("web", "~1.2"), repo.component("web", ""),
		reg.component("web", "1.2.3"), reg.component("web", "v1.10.0"), reg.component("web", "2.0.0+b.1"), reg.component("web", ">=1.0.0"),
	} {
		t.Run(c.Repository[:4]+" "+c.Version, func(t *testing.T) {
			pairs := []string{"HELM_REPOSITORY_USERNAME", "ada", "HELM_REPOSITORY_PASSWORD", "hunter2"}
			p := cli(t, pairs...)
			p.HelmBin, p.PlainHTTP = bin, true
			t.Setenv("TMPDIR", noLeftovers(t))
			wantBytes, want, wantTarball := mustPull(t, native(t, pairs...), c)
			got, rec, tarball := mustPull(t, p, c)
			if !bytes.Equal(got, wantBytes) || rec != want || tarball != wantTarball {
				t.Errorf("helm   %+v\nnative %+v", rec, want)
			}
		})
	}
	for _, c := range []struct {
		component localformat.Component
		code      errors.ErrorCode
		pairs     []string
	}{
		{repo.component("web", "9.9.9"), errors.ErrCodeNotFound, []string{"HELM_REPOSITORY_USERNAME", "ada", "HELM_REPOSITORY_PASSWORD", "hunter2"}},
		{repo.component("web", "1.2.3"), errors.ErrCodeUnauthorized, nil},
		{repo.component("web", "1.2.3"), errors.ErrCodeUnauthorized, []string{"HELM_REPOSITORY_USERNAME", "ada", "HELM_REPOSITORY_PASSWORD", "swordfish"}},
		{reg.component("web", "9.9.9"), errors.ErrCodeNotFound, nil},
	} {
		p := cli(t, c.pairs...)
		p.HelmBin, p.PlainHTTP = bin, true
		_, _, _, err := p.Pull(t.Context(), c.component)
		wantError(t, err, c.code)
		_, _, _, err = native(t, c.pairs...).Pull(t.Context(), c.component)
		wantError(t, err, c.code)
	}
}

// BenchmarkTwentyChartsWithHelm is BenchmarkTwentyCharts as helm does it.
func BenchmarkTwentyChartsWithHelm(b *testing.B) {
	bin := helmBinary(b)
	repo := newRepository(b)
	for i := range 20 {
		name := fmt.Sprintf("web%d", i)
		repo.add(name, "1.2.3", chart(b, name, "1.2.3", file{name: name + "/x", data: strings.Repeat(name, 100_000)}))
	}
	repo.set(func(s *server) { s.latency = 100 * time.Millisecond })
	for b.Loop() {
		for i := range 20 {
			p := cli(b)
			p.HelmBin = bin
			mustPull(b, p, repo.component(fmt.Sprintf("web%d", i), "1.2.3"))
		}
	}
}
