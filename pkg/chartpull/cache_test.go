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

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/charttest"
)

func TestAPinnedChartIsPulledOnce(t *testing.T) {
	repo, reg := newRepository(t), newRegistry(t)
	tgz := charttest.Chart(t, "web", "1.2.3")
	repo.add("web", "1.2.3", tgz)
	reg.push(t, "web", "1.2.3", tgz)
	dir := t.TempDir()
	p, offline, helm := cachedIn(t, dir), cachedIn(t, dir), withHelm(cachedIn(t, dir), "/nowhere")
	offline.Offline = true
	for _, c := range []struct {
		*server
		component localformat.Component
	}{{repo.server, repo.component("web", "1.2.3")}, {reg.server, reg.component("web", "1.2.3")}} {
		_, _, _, err := offline.Pull(t.Context(), c.component)
		wantError(t, err, errors.ErrCodeNotFound, "web 1.2.3", c.host, "`Offline`", dir)
		_, first, _ := mustPull(t, p, c.component)
		c.asked()
		for _, again := range []*Puller{p, offline, helm} {
			got, rec, tarball := mustPull(t, again, c.component)
			if !bytes.Equal(got, tgz) || rec != first || tarball != "web-1.2.3.tgz" {
				t.Errorf("%+v, want %+v", rec, first)
			}
		}
		if n := len(c.asked()); n > 0 {
			t.Errorf("%d requests", n)
		}
		none := cachedIn(t, dir)
		none.NoCache = true
		mustPull(t, none, c.component)
		if n := len(c.asked()); n == 0 {
			t.Error("it read the cache")
		}
		// A range is asked anew.
		ranged := c.component
		ranged.Version = "1.2"
		mustPull(t, p, ranged)
		mustPull(t, p, ranged)
		_, _, _, err = offline.Pull(t.Context(), ranged)
		wantError(t, err, errors.ErrCodeInvalidRequest, "range")
	}
	if blobs, _ := filepath.Glob(filepath.Join(dir, "blobs", "sha256", "*")); len(blobs) != 1 || filepath.Base(blobs[0]) != digestOf(tgz) {
		t.Errorf("blobs: %v", blobs)
	}
	_, _, _, err := (&Puller{ChartPull: config.ChartPull{NoCache: true, Offline: true}}).Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeInvalidRequest, "`NoCache`")
}

func TestTheCacheStandsWhereXDGSays(t *testing.T) {
	repo := newRepository(t)
	repo.add("web", "1.2.3", charttest.Chart(t, "web", "1.2.3"))
	mustPull(t, cachedIn(t, ""), repo.component("web", "1.2.3"))
	if found, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "aicr", "charts", "*", "*")); len(found) != 2 {
		t.Errorf("%v", found)
	}
	// A cache that cannot be written costs nothing but a warning.
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	var warned error
	p := cachedIn(t, file)
	p.Progress = func(now Progress) { warned = errors.Join(warned, now.Warning) }
	mustPull(t, p, repo.component("web", "1.2.3"))
	if warned == nil {
		t.Error("no warning")
	}
}

func TestABrokenEntryIsDroppedAndPulledAgain(t *testing.T) {
	repo := newRepository(t)
	repo.add("web", "1.2.3", charttest.Chart(t, "web", "1.2.3"))
	repo.add("web", "1.2.4", charttest.Chart(t, "web", "1.2.4"))
	c := repo.component("web", "1.2.3")
	for name, harm := range map[string]func(t *testing.T, pin, blob string){
		"flipped":              func(_ *testing.T, _, blob string) { os.WriteFile(blob, bytes.Repeat([]byte("x"), 300), 0o600) },
		"truncated":            func(_ *testing.T, _, blob string) { os.Truncate(blob, 10) },
		"empty":                func(_ *testing.T, _, blob string) { os.Truncate(blob, 0) },
		"gone":                 func(_ *testing.T, _, blob string) { os.Remove(blob) },
		"no JSON":              func(_ *testing.T, pin, _ string) { os.WriteFile(pin, []byte("{"), 0o600) },
		"another repository's": edit(`"repository":"http:`, `"repository":"https:`),
		"another chart's":      edit(`"chart":"web"`, `"chart":"db"`),
		"another version's":    edit(`"version":"1.2.3"`, `"version":"1.2.4"`),
		"of another content": func(t *testing.T, pin, blob string) {
			other := charttest.Chart(t, "db", "1.2.3")
			os.WriteFile(filepath.Join(filepath.Dir(blob), digestOf(other)), other, 0o600)
			edit(filepath.Base(blob), digestOf(other))(t, pin, blob)
		},
		"way out": edit(`"sha256":"`, `"sha256":"../../`),
		"symlink": func(_ *testing.T, _, blob string) { os.Remove(blob); os.Symlink("/dev/zero", blob) },
	} {
		t.Run(name, func(t *testing.T) {
			p := cachedIn(t, t.TempDir())
			want, _, _ := mustPull(t, p, c)
			pins, _ := filepath.Glob(filepath.Join(p.CacheDir, "pins", "*"))
			blobs, _ := filepath.Glob(filepath.Join(p.CacheDir, "blobs", "sha256", "*"))
			outside := filepath.Join(p.CacheDir, filepath.Base(blobs[0]))
			os.WriteFile(outside, []byte("somebody's"), 0o600)
			harm(t, pins[0], blobs[0])
			repo.asked()
			for _, requests := range []int{1, 0} { // the index is still known
				if got, _, _ := mustPull(t, p, c); !bytes.Equal(got, want) {
					t.Error("other bytes")
				}
				if n := len(repo.asked()); n != requests {
					t.Errorf("%d requests, want %d", n, requests)
				}
			}
			if _, err := os.Stat(outside); err != nil {
				t.Error(err)
			}
		})
	}
}

// edit replaces a part of a pin, which must be there.
func edit(from, to string) func(t *testing.T, pin, _ string) {
	return func(t *testing.T, pin, _ string) {
		data, err := os.ReadFile(pin)
		if err != nil || !bytes.Contains(data, []byte(from)) {
			t.Fatalf("%s, %v", data, err)
		}
		os.WriteFile(pin, bytes.Replace(data, []byte(from), []byte(to), 1), 0o600)
	}
}

// Two processes at once, many pulls each, entries broken meanwhile.
func TestTwoRunsShareACache(t *testing.T) {
	repo := newRepository(t)
	const n = 12
	for i := range n {
		name := fmt.Sprintf("web%d", i)
		repo.add(name, "1.2.3", charttest.Chart(t, name, "1.2.3", charttest.File{Name: name + "/x", Data: strings.Repeat(name, 20000)}))
	}
	dir := t.TempDir()
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), "CHARTPULL_RUN="+repo.url(), "CHARTPULL_CACHE="+dir, fmt.Sprintf("CHARTPULL_N=%d", n))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wait.Wait()
	left, _ := filepath.Glob(filepath.Join(dir, "*", "*", ".*"))
	more, _ := filepath.Glob(filepath.Join(dir, "*", ".*"))
	if len(left)+len(more) > 0 {
		t.Errorf("temporary files are left: %v %v", left, more)
	}
	p := cachedIn(t, dir)
	p.Offline = true
	for i := range n {
		mustPull(t, p, repo.component(fmt.Sprintf("web%d", i), "1.2.3"))
	}
}

func TestTheProxyOfTheEnvironmentIsUsed(t *testing.T) {
	proxy := newRepository(t)
	proxy.add("web0", "1.2.3", charttest.Chart(t, "web0", "1.2.3"))
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "CHARTPULL_RUN=http://charts.example/charts", "CHARTPULL_CACHE="+t.TempDir(), "CHARTPULL_N=1", "HTTP_PROXY="+proxy.URL, "NO_PROXY=", "no_proxy=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, r := range proxy.asked() {
		if r.URL.Host != "charts.example" {
			t.Errorf("the proxy was asked for %s", r.URL)
		}
	}
}

// run is a process of TestTwoRunsShareACache.
func run(url, dir string, n int) error {
	var wait sync.WaitGroup
	errs := make([]error, 4)
	for job := range errs {
		wait.Go(func() {
			p := &Puller{CacheDir: dir, Retries: -1}
			for round := range 3 { // the third one repairs what the second one breaks
				for i := range n {
					name := fmt.Sprintf("web%d", i)
					tgz, rec, _, err := p.Pull(contextOfTests(), localformat.Component{Name: name, Repository: url, ChartName: name, Version: "1.2.3"})
					if err == nil && digestOf(tgz) != rec.SHA256 {
						err = errors.Invalid("other bytes")
					}
					if err != nil {
						errs[job] = err
						return
					}
					if round == 1 && job == 0 {
						os.Truncate(filepath.Join(dir, "blobs", "sha256", rec.SHA256), 3)
					}
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func TestALockHoldsALaterRun(t *testing.T) {
	a, b := strings.Repeat("a", 64), strings.Repeat("b", 64)
	record := func(name, sum string) localformat.VendorRecord {
		return localformat.VendorRecord{Name: name, Chart: name, Version: "1.2.3", Repository: "https://h/x", SHA256: sum, TarballName: name + ".tgz", PullerVersion: PullerVersion}
	}
	lock, err := localformat.NewProvenance([]localformat.VendorRecord{record("web", a), record("db", b)}).YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, good := range [][]localformat.VendorRecord{{record("web", a), record("db", b)}, {record("db", strings.ToUpper(b))}, nil} {
		if err := VerifyProvenance(lock, good); err != nil {
			t.Error(err)
		}
	}
	err = VerifyProvenance(lock, []localformat.VendorRecord{record("web", b), record("db", b), record("new", a)})
	wantError(t, err, errors.ErrCodeUnauthorized, "2 problems", `component "web"`, a, b, `component "new"`, "not in the earlier")
	if errors.ExitStatus(err) != 4 || strings.Contains(err.Error(), `"db"`) {
		t.Error(err)
	}
	for name, bad := range map[string]string{
		"empty":         "",
		"no provenance": "kind: Recipe\napiVersion: " + config.APIVersion,
		"other version": strings.Replace(string(lock), config.APIVersion, "aicr.run/v9", 1),
		"unknown field": string(lock) + "surprise: 1\n",
		"no digest":     strings.Replace(string(lock), a, "none", 1),
		"twice":         strings.Replace(string(lock), "name: db", "name: web", 1),
		"no YAML":       "{",
	} {
		if err := VerifyProvenance([]byte(bad), nil); errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkTwentyCharts pulls 20 charts of one repository behind 100 ms of latency a request: one
// after the other with a puller each, as helm does, 8 at a time, and from the cache.
func BenchmarkTwentyCharts(b *testing.B) {
	repo := newRepository(b)
	for i := range 20 {
		name := fmt.Sprintf("web%d", i)
		repo.add(name, "1.2.3", charttest.Chart(b, name, "1.2.3", charttest.File{Name: name + "/x", Data: strings.Repeat(name, 100_000)}))
	}
	repo.set(func(s *server) { s.latency = 100 * time.Millisecond })
	component := func(i int) localformat.Component { return repo.component(fmt.Sprintf("web%d", i), "1.2.3") }
	parallel := func(b *testing.B, p *Puller) {
		jobs := make(chan struct{}, 8)
		var wait sync.WaitGroup
		for i := range 20 {
			wait.Go(func() {
				jobs <- struct{}{}
				defer func() { <-jobs }()
				if _, _, _, err := p.Pull(b.Context(), component(i)); err != nil {
					b.Error(err)
				}
			})
		}
		wait.Wait()
	}
	b.Run("sequential", func(b *testing.B) {
		for b.Loop() {
			for i := range 20 {
				mustPull(b, newPuller(b), component(i))
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		for b.Loop() {
			parallel(b, newPuller(b))
		}
	})
	b.Run("cached", func(b *testing.B) {
		p := cachedIn(b, b.TempDir())
		parallel(b, p)
		repo.asked()
		for b.Loop() {
			parallel(b, cachedIn(b, p.CacheDir))
		}
		if n := len(repo.asked()); n > 0 {
			b.Errorf("%d requests", n)
		}
	})
}
