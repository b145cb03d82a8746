package chartpull

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/charttest"
)

// builtHelm is the directory of a helm that was built, or "".
var builtHelm string

// realHelm returns helm v4: the one that AICR_TEST_HELM names, one that is built of helm's module
// where that says "build", or the one on PATH.
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

// withHelm makes a puller pull with helm.
func withHelm(p *Puller, bin string) *Puller {
	p.HelmBin = bin
	return p
}

func TestItIsTheSameWithHelmAndWithout(t *testing.T) {
	bin := helmBinary(t)
	repo, reg := newRepository(t), newRegistry(t)
	for _, version := range []string{"1.2.3", "v1.10.0", "2.0.0+b.1", "3.0.0-rc.1"} {
		tgz := charttest.Chart(t, "web", version)
		repo.add("web", version, tgz)
		reg.push(t, "web", strings.ReplaceAll(version, "+", "_"), tgz)
	}
	repo.set(func(s *server) { s.user, s.password = "ada", "hunter2" })
	repositories := filepath.Join(t.TempDir(), "repositories.yaml")
	if err := os.WriteFile(repositories, fmt.Appendf(nil, "repositories:\n- {name: mine, url: %q, username: ada, password: hunter2}\n", repo.url()), 0o600); err != nil {
		t.Fatal(err)
	}
	logins := map[string][]string{
		"variables": {userVariable, "ada", passwordVariable, "hunter2"},
		"list":      {"HELM_REPOSITORY_CONFIG", repositories},
	}
	for name, pairs := range logins {
		for _, c := range []localformat.Component{
			repo.component("web", "1.2.3"), repo.component("web", "v1.2.3"), repo.component("web", "1.10.0"), repo.component("web", "2.0.0+b.1"),
			repo.component("web", "3.0.0-rc.1"), repo.component("web", "~1.2"), repo.component("web", ""),
			reg.component("web", "1.2.3"), reg.component("web", "v1.10.0"), reg.component("web", "2.0.0+b.1"), reg.component("web", ">=1.0.0"),
		} {
			t.Run(name+" "+c.Repository[:4]+" "+c.Version, func(t *testing.T) {
				wantBytes, want, wantTarball := mustPull(t, newPuller(t, pairs...), c)
				got, rec, tarball := mustPull(t, withHelm(newPuller(t, pairs...), bin), c)
				if !bytes.Equal(got, wantBytes) || rec != want || tarball != wantTarball {
					t.Errorf("helm %+v\nelse %+v", rec, want)
				}
			})
		}
	}
	for _, c := range []struct {
		component localformat.Component
		code      errors.ErrorCode
		pairs     []string
	}{
		{repo.component("web", "9.9.9"), errors.ErrCodeNotFound, logins["variables"]},
		{repo.component("web", "1.2.3"), errors.ErrCodeUnauthorized, nil},
		{repo.component("web", "1.2.3"), errors.ErrCodeUnauthorized, []string{userVariable, "ada", passwordVariable, "swordfish"}},
		{reg.component("web", "9.9.9"), errors.ErrCodeNotFound, nil},
	} {
		_, _, _, err := withHelm(newPuller(t, c.pairs...), bin).Pull(t.Context(), c.component)
		wantError(t, err, c.code)
		_, _, _, err = newPuller(t, c.pairs...).Pull(t.Context(), c.component)
		wantError(t, err, c.code)
	}
}

// BenchmarkTwentyChartsWithHelm is BenchmarkTwentyCharts as helm does it.
func BenchmarkTwentyChartsWithHelm(b *testing.B) {
	bin := helmBinary(b)
	repo := newRepository(b)
	for i := range 20 {
		name := fmt.Sprintf("web%d", i)
		repo.add(name, "1.2.3", charttest.Chart(b, name, "1.2.3", charttest.File{Name: name + "/x", Data: strings.Repeat(name, 100_000)}))
	}
	repo.set(func(s *server) { s.latency = 100 * time.Millisecond })
	for b.Loop() {
		for i := range 20 {
			mustPull(b, withHelm(newPuller(b), bin), repo.component(fmt.Sprintf("web%d", i), "1.2.3"))
		}
	}
}
