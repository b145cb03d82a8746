package chartpull

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	helmregistry "helm.sh/helm/v4/pkg/registry"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/charttest"
)

func TestARepositoryOverHTTPIsReadAsHelmReadsIt(t *testing.T) {
	repo := newRepository(t)
	web := charttest.Chart(t, "web", "1.2.3")
	repo.add("web", "1.2.3", web)
	repo.add("web", "1.10.0", charttest.Chart(t, "web", "1.10.0"))
	repo.add("web", "2.0.0-rc.1", charttest.Chart(t, "web", "2.0.0-rc.1"))
	prefixed := charttest.Chart(t, "cert", "v1.20.2")
	repo.add("cert", "v1.20.2", prefixed)
	absolute := charttest.Chart(t, "far", "1.0.0", charttest.File{Name: "far/x", Data: "absolute"})
	repo.list("far", "1.0.0", repo.URL+"/elsewhere/far.tgz?token=hunter2", "")
	repo.put("/elsewhere/far.tgz", absolute)
	below := charttest.Chart(t, "rooted", "1.0.0")
	repo.list("rooted", "1.0.0", "/rooted.tgz", "sha256:"+digestOf(below))
	repo.put("/rooted.tgz", below)
	metadata := charttest.Chart(t, "meta", "1.0.0+b1")
	repo.add("meta", "1.0.0+b1", metadata)
	for name, c := range map[string]struct {
		component localformat.Component
		want      []byte
		version   string
		tarball   string
	}{
		"alike":            {repo.component("web", "1.2.3"), web, "1.2.3", "web-1.2.3.tgz"},
		"asked with v":     {repo.component("web", "v1.2.3"), web, "v1.2.3", "web-1.2.3.tgz"},
		"listed with v":    {repo.component("cert", "1.20.2"), prefixed, "1.20.2", "cert-v1.20.2.tgz"},
		"absolute URL":     {repo.component("far", "1.0.0"), absolute, "1.0.0", "far-1.0.0.tgz"},
		"URL from root":    {repo.component("rooted", "1.0.0"), below, "1.0.0", "rooted-1.0.0.tgz"},
		"metadata, asked":  {repo.component("meta", "1.0.0+b1"), metadata, "1.0.0+b1", "meta-1.0.0+b1.tgz"},
		"metadata, listed": {repo.component("meta", "1.0.0"), metadata, "1.0.0", "meta-1.0.0+b1.tgz"},
		"partial":          {repo.component("web", "1.10"), nil, "1.10.0", "web-1.10.0.tgz"},
		"range":            {repo.component("web", ">=1.0.0"), nil, "1.10.0", "web-1.10.0.tgz"},
		"none":             {repo.component("web", ""), nil, "1.10.0", "web-1.10.0.tgz"},
		"slash at the end": {localformat.Component{Name: "my-web", Repository: repo.url() + "/", ChartName: "web", Version: "1.2.3"}, web, "1.2.3", "web-1.2.3.tgz"},
	} {
		t.Run(name, func(t *testing.T) {
			tgz, rec, tarball := mustPull(t, newPuller(t), c.component)
			if c.want != nil && !bytes.Equal(tgz, c.want) {
				t.Error("other bytes")
			}
			want := localformat.VendorRecord{
				Name: c.component.Name, Chart: c.component.ChartName, Version: c.version, Repository: repo.url(),
				SHA256: digestOf(tgz), TarballName: c.tarball, PullerVersion: PullerVersion,
			}
			if rec != want || tarball != c.tarball {
				t.Errorf("got  %+v, %s\nwant %+v", rec, tarball, want)
			}
			if _, err := rec.Complete(c.component, tgz, tarball); err != nil {
				t.Error(err)
			}
			if _, err := localformat.NewWrapperChart(c.component, "1", tgz, tarball); err != nil {
				t.Error(err)
			}
		})
	}
	for name, c := range map[string]struct {
		component localformat.Component
		says      []string
	}{
		"no such chart":      {repo.component("wib", "1.2.3"), []string{`no chart "wib"`, "web"}},
		"no such version":    {repo.component("web", "1.2.4"), []string{`no version "1.2.4"`, "2.0.0-rc.1, 1.10.0, 1.2.3"}},
		"no such range":      {repo.component("web", ">=9"), []string{`no version ">=9"`, "1.10.0"}},
		"no such repository": {localformat.Component{Repository: repo.URL + "/none", ChartName: "web", Version: "1.2.3"}, []string{"chart web 1.2.3: ", "index.yaml", "404", "check it"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := newPuller(t).Pull(t.Context(), c.component)
			wantError(t, err, errors.ErrCodeNotFound, append(c.says, repo.host)...)
		})
	}
	repo.list("gone", "1.0.0", "gone.tgz?token=hunter2", "")
	_, _, _, err := newPuller(t).Pull(t.Context(), repo.component("gone", "1.0.0"))
	wantError(t, err, errors.ErrCodeNotFound, "404", repo.host)
	if strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

func TestARegistryIsReadAsHelmReadsIt(t *testing.T) {
	reg := newRegistry(t)
	web := charttest.Chart(t, "web", "1.2.3+b.1")
	reg.push(t, "web", "1.2.3_b.1", web)
	reg.push(t, "web", "v2.0.0", charttest.Chart(t, "web", "v2.0.0"))
	reg.push(t, "web", "3.0.0-rc.1", charttest.Chart(t, "web", "3.0.0-rc.1"))
	for asked, want := range map[string]string{"1.2.3+b.1": "1.2.3+b.1", "v2.0.0": "v2.0.0", ">=1.0.0": "1.2.3+b.1", "~1.2": "1.2.3+b.1"} {
		c := reg.component("web", asked)
		tgz, rec, tarball := mustPull(t, newPuller(t), c)
		if tarball != "web-"+want+".tgz" || rec.SHA256 != digestOf(tgz) || rec.Version != want || rec.Repository != c.Repository {
			t.Errorf("%s: %+v, %s", asked, rec, tarball)
		}
	}
	// Tags are literal.
	_, _, _, err := newPuller(t).Pull(t.Context(), reg.component("web", "2.0.0"))
	wantError(t, err, errors.ErrCodeNotFound, `no tag "2.0.0"`, "3.0.0-rc.1, 1.2.3+b.1", reg.host)
	reg.push(t, "cert", "v1.0.0", charttest.Chart(t, "cert", "v1.0.0"))
	_, _, _, err = newPuller(t).Pull(t.Context(), reg.component("cert", "1.0.0"))
	wantError(t, err, errors.ErrCodeNotFound, `no tag "1.0.0"`, "a v in front")
	_, _, _, err = newPuller(t).Pull(t.Context(), reg.component("none", "2.0.0"))
	wantError(t, err, errors.ErrCodeNotFound, "org/charts/none does not exist")
	_, _, _, err = newPuller(t).Pull(t.Context(), reg.component("web", ">9"))
	wantError(t, err, errors.ErrCodeNotFound, `">9"`, "1.2.3+b.1")
	c := reg.component("web", "1.2.3")
	c.ChartName = "Web"
	_, _, _, err = newPuller(t).Pull(t.Context(), c)
	wantError(t, err, errors.ErrCodeInvalidRequest, "lower-case")

	for name, change := range map[string]func(m *ocispec.Manifest){
		"no chart": func(m *ocispec.Manifest) { m.Config.MediaType = ocispec.MediaTypeImageConfig },
		"no layer": func(m *ocispec.Manifest) { m.Layers[0].MediaType = ocispec.MediaTypeImageLayer },
		"two layers": func(m *ocispec.Manifest) {
			second := m.Config
			second.MediaType = helmregistry.LegacyChartLayerMediaType
			m.Layers = append(m.Layers, second)
		},
	} {
		reg.pushAs(t, "web", "9.9.9", charttest.Chart(t, "web", "9.9.9"), change)
		_, _, _, err = newPuller(t).Pull(t.Context(), reg.component("web", "9.9.9"))
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "not a Helm chart") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Whatever the manifest says, what is read is bounded.
	reg.pushAs(t, "web", "9.9.9", nil, func(m *ocispec.Manifest) { m.Layers[0].Size = 1 << 40 })
	reg.set(func(s *server) {
		s.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, digestOf(nil)) {
				return false
			}
			_, _ = io.CopyN(w, endless{}, 1<<30)
			return true
		}
	})
	_, _, _, err = newPuller(t).Pull(t.Context(), reg.component("web", "9.9.9"))
	wantError(t, err, errors.ErrCodeInvalidRequest, "more than 58 MiB")
	reg.set(func(s *server) { s.fault = nil })
	// An index may send to a registry.
	repo := newRepository(t)
	tgz := charttest.Chart(t, "web", "5.0.0")
	reg.push(t, "web", "5.0.0", tgz)
	repo.list("web", "5.0.0", "oci://"+reg.host+"/org/charts/web:5.0.0", digestOf(tgz))
	if got, _, _ := mustPull(t, newPuller(t), repo.component("web", "5.0.0")); !bytes.Equal(got, tgz) {
		t.Error("other bytes")
	}
	repo.list("web", "2.0.0", "oci://"+reg.host+"/org/charts/web:v2.0.0", digestOf(tgz))
	_, _, _, err = newPuller(t).Pull(t.Context(), repo.component("web", "2.0.0"))
	wantError(t, err, errors.ErrCodeUnauthorized, "was promised")
}

// Each failure has its code, passes when it passes, and nothing is kept of it.
func TestFailuresHaveCodes(t *testing.T) {
	repo, reg := newRepository(t), newRegistry(t)
	tgz := charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/x", Data: strings.Repeat("0123456789", 1000)})
	repo.add("web", "1.2.3", tgz)
	reg.push(t, "web", "1.2.3", tgz)
	status := func(code int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(code); return true }
	}
	body := func(change func([]byte) []byte, length bool) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, ".tgz") && !strings.HasSuffix(r.URL.Path, digestOf(tgz)) {
				return false
			}
			if data := change(bytes.Clone(tgz)); length {
				w.Write(data)
			} else {
				w.Header().Set("Content-Length", fmt.Sprint(len(tgz)))
				w.Write(data)
			}
			return true
		}
	}
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	half := func(b []byte) []byte { return b[:len(b)/2] }
	type fault = func(http.ResponseWriter, *http.Request) bool
	for name, c := range map[string]struct {
		fault   fault
		code    errors.ErrorCode
		says    string
		passing bool
	}{
		"401":                {status(401), errors.ErrCodeUnauthorized, "401", false},
		"403":                {status(403), errors.ErrCodeUnauthorized, "403", false},
		"404":                {status(404), errors.ErrCodeNotFound, "", false},
		"429":                {status(429), errors.ErrCodeRateLimitExceeded, "429", true},
		"500":                {status(500), errors.ErrCodeUnavailable, "500", true},
		"503":                {status(503), errors.ErrCodeUnavailable, "503", true},
		"reset":              {func(w http.ResponseWriter, _ *http.Request) bool { reset(w); return true }, errors.ErrCodeUnavailable, "the connection failed", true},
		"hanging":            {nil, errors.ErrCodeTimeout, "nothing moved for 600ms", true},
		"truncated":          {body(half, false), errors.ErrCodeUnavailable, "", true},
		"truncated, unknown": {body(half, true), "", "", true},
		"wrong digest":       {body(flip, false), errors.ErrCodeUnauthorized, "was promised", true},
	} {
		for kind, s := range map[string]*server{"http": repo.server, "oci": reg.server} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				component := repo.component("web", "1.2.3")
				if kind == "oci" {
					component = reg.component("web", "1.2.3")
				}
				wanted, f := c.code, c.fault
				if name == "hanging" {
					f = func(_ http.ResponseWriter, r *http.Request) bool { s.hang(r); return true }
				}
				if wanted == "" { // the digest of the index tells, or the size in the manifest
					wanted = map[string]errors.ErrorCode{"http": errors.ErrCodeUnauthorized, "oci": errors.ErrCodeUnavailable}[kind]
				}
				p := cachedIn(t, t.TempDir())
				if name == "hanging" {
					p.StallTimeout = 600 * time.Millisecond // long for a busy machine, short for a test
				}
				s.set(func(s *server) { s.fault = f })
				_, _, _, err := p.Pull(t.Context(), component)
				wantError(t, err, wanted, c.says, s.host)
				if left, _ := filepath.Glob(filepath.Join(p.CacheDir, "*", "*")); len(left) > 0 {
					t.Errorf("it kept %v", left)
				}
				// Twice, and then no more.
				var mu sync.Mutex
				failures := 2
				s.set(func(s *server) {
					s.fault = func(w http.ResponseWriter, r *http.Request) bool {
						mu.Lock()
						left := failures
						failures--
						mu.Unlock()
						if left <= 0 {
							return false
						}
						if !f(w, r) {
							mu.Lock()
							failures++
							mu.Unlock()
							return false
						}
						return true
					}
				})
				got, _, _, err := p.Pull(t.Context(), component)
				s.set(func(s *server) { s.fault = nil })
				if kind == "oci" && name == "truncated, unknown" {
					return // a size that is not the manifest's is no accident
				}
				if c.passing && (err != nil || !bytes.Equal(got, tgz)) {
					t.Errorf("it passes, and got %v", err)
				} else if !c.passing && err == nil {
					t.Error("it was tried again")
				}
			})
		}
	}
	_, _, _, err := newPuller(t).Pull(t.Context(), localformat.Component{Repository: "http://127.0.0.1:1/x", ChartName: "web", Version: "1.2.3"})
	wantError(t, err, errors.ErrCodeUnavailable, "connection refused")
}

func TestRetryAfterIsHonoured(t *testing.T) {
	repo, reg := newRepository(t), newRegistry(t)
	tgz := charttest.Chart(t, "web", "1.2.3")
	repo.add("web", "1.2.3", tgz)
	reg.push(t, "web", "1.2.3", tgz)
	for _, c := range []struct {
		*server
		component localformat.Component
	}{{repo.server, repo.component("web", "1.2.3")}, {reg.server, reg.component("web", "1.2.3")}} {
		busy := func(pause string) func(http.ResponseWriter, *http.Request) bool {
			return func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Retry-After", pause)
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
		}
		var once sync.Once
		c.set(func(s *server) {
			s.fault = func(w http.ResponseWriter, r *http.Request) (early bool) {
				once.Do(func() { early = busy("1")(w, r) })
				return early
			}
		})
		p := newPuller(t)
		var told []Progress
		p.Progress = func(now Progress) { told = append(told, now) }
		mustPull(t, p, c.component)
		if len(told) != 3 || told[1].Retry == nil || told[1].Pause != time.Second || told[2].Step != "pulled" || told[0].Component != "my-web" || told[0].Chart != "chart web 1.2.3" {
			t.Errorf("progress: %+v", told)
		}
		c.set(func(s *server) { s.fault = busy("3600") })
		_, _, _, err := newPuller(t).Pull(t.Context(), c.component)
		wantError(t, err, errors.ErrCodeUnavailable, "503", "1h0m0s")
	}
}

func TestCredentialsGoToTheVeryRepositoryOnly(t *testing.T) {
	repo, other := newRepository(t), newRepository(t)
	far := charttest.Chart(t, "far", "1.0.0")
	repo.add("web", "1.2.3", charttest.Chart(t, "web", "1.2.3"))
	repo.list("far", "1.0.0", other.URL+"/charts/far-1.0.0.tgz", digestOf(far))
	other.add("far", "1.0.0", far)
	repo.set(func(s *server) { s.user, s.password = "ada", "hunter2" })
	repositories := filepath.Join(t.TempDir(), "repositories.yaml")
	write := func(url, password string) {
		data := fmt.Sprintf("repositories:\n- name: x\n  url: %s\n  username: ada\n  password: %s\n", url, password)
		if err := os.WriteFile(repositories, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sent := func(s *server) (n int) {
		for _, r := range s.asked() {
			if r.Header.Get("Authorization") != "" {
				n++
			}
		}
		return n
	}
	logins := map[string][]string{
		"file":      {"HELM_REPOSITORY_CONFIG", repositories},
		"variables": {"HELM_REPOSITORY_USERNAME", "ada", "HELM_REPOSITORY_PASSWORD", "hunter2"},
	}
	for name, pairs := range logins {
		write(repo.url()+"/", "hunter2")
		p := newPuller(t, pairs...)
		_, rec, _ := mustPull(t, p, repo.component("web", "1.2.3"))
		if strings.Contains(fmt.Sprint(rec), "hunter2") {
			t.Error(rec)
		}
		mustPull(t, p, repo.component("far", "1.0.0"))
		mustPull(t, p, other.component("far", "1.0.0"))
		if n := sent(repo.server); n != 2 {
			t.Errorf("%s: the repository was sent %d logins, want 2", name, n)
		}
		if n := sent(other.server); n != 0 {
			t.Errorf("%s: another host was sent %d logins", name, n)
		}
		// A redirect, there and back.
		repo.set(func(s *server) {
			s.fault = func(w http.ResponseWriter, r *http.Request) bool {
				if strings.HasSuffix(r.URL.Path, ".tgz") {
					http.Redirect(w, r, other.URL+"/charts/far-1.0.0.tgz", http.StatusFound)
					return true
				}
				return false
			}
		})
		repo.list("moved", "1.0.0", "moved-1.0.0.tgz", "")
		_, _, _, err := newPuller(t, pairs...).Pull(t.Context(), repo.component("moved", "1.0.0"))
		wantError(t, err, errors.ErrCodeInvalidRequest, `holds the chart "far"`)
		_, _, _, err = newPuller(t, pairs...).Pull(t.Context(), repo.component("web", "1.2.3"))
		wantError(t, err, errors.ErrCodeUnauthorized, "was promised")
		if n := sent(other.server); n != 0 {
			t.Errorf("%s: a redirect carried %d logins", name, n)
		}
		// Another host may ask, by itself or after a redirect.
		other.set(func(s *server) { s.user, s.password = "ada", "hunter2" })
		_, _, _, err = newPuller(t, pairs...).Pull(t.Context(), repo.component("far", "1.0.0"))
		wantError(t, err, errors.ErrCodeUnauthorized, other.host, "not the repository's own")
		repo.asked()
		_, _, _, err = newPuller(t, pairs...).Pull(t.Context(), repo.component("moved", "1.0.0"))
		wantError(t, err, errors.ErrCodeUnauthorized, "401")
		if n := sent(other.server); n != 0 {
			t.Errorf("%s: another host that asks was sent %d logins", name, n)
		}
		repo.set(func(s *server) { s.user, s.password = "", "" })
		repo.asked()
		_, _, _, err = newPuller(t, pairs...).Pull(t.Context(), repo.component("moved", "1.0.0"))
		wantError(t, err, errors.ErrCodeUnauthorized, "401")
		if n := sent(repo.server); n != map[string]int{"file": 2, "variables": 0}[name] {
			t.Errorf("%s: the repository was sent %d logins because another host asks", name, n)
		}
		repo.set(func(s *server) { s.user, s.password = "ada", "hunter2" })
		other.set(func(s *server) { s.user, s.password = "", "" })
		repo.set(func(s *server) { s.fault = nil })
		repo.asked()
	}
	// Wrong ones, and none: the code and the host are said, the password is not.
	write(repo.url(), "swordfish")
	for name, c := range map[string]struct {
		pairs []string
		says  string
	}{
		"none":            {nil, "HELM_REPOSITORY_USERNAME"},
		"wrong":           {logins["file"], "refuses the user name and password"},
		"wrong variables": {[]string{"HELM_REPOSITORY_USERNAME", "ada", "HELM_REPOSITORY_PASSWORD", "swordfish"}, "refuses the user name and password"},
	} {
		_, _, _, err := newPuller(t, c.pairs...).Pull(t.Context(), repo.component("web", "1.2.3"))
		wantError(t, err, errors.ErrCodeUnauthorized, repo.host, c.says)
		if strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A repository that helm has a login for gets no other one.
	repo.asked()
	_, _, _, err := newPuller(t, append(slices.Clone(logins["file"]), logins["variables"]...)...).Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnauthorized, repositories)
	if n := sent(repo.server); n != 1 {
		t.Errorf("%d logins", n)
	}
	// A login for a neighbour on the same host is not this repository's.
	write(repo.URL+"/neighbour", "hunter2")
	_, _, _, err = newPuller(t, logins["file"]...).Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnauthorized, "no user name and password")
	if n := sent(repo.server); n != 0 {
		t.Errorf("%d logins", n)
	}
	os.WriteFile(repositories, []byte("repositories: {password: swordfish"), 0o600)
	_, _, _, err = newPuller(t, logins["file"]...).Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnauthorized, "repositories file")
	if strings.Contains(err.Error(), "swordfish") {
		t.Error(err)
	}
}

func TestARegistryGetsDockersAndHelmsLogins(t *testing.T) {
	reg, other := newRegistry(t), newRegistry(t)
	tgz := charttest.Chart(t, "web", "1.2.3")
	reg.set(func(s *server) { s.user, s.password = "ada", "hunter2" })
	reg.push(t, "web", "1.2.3", tgz)
	other.push(t, "web", "1.2.3", tgz)
	auths := fmt.Sprintf(`{"auths":{%q:{"auth":"YWRhOmh1bnRlcjI="}}}`, reg.host)
	docker, helm := t.TempDir(), filepath.Join(t.TempDir(), "config.json")
	os.WriteFile(filepath.Join(docker, "config.json"), []byte(auths), 0o600)
	os.WriteFile(helm, []byte(auths), 0o600)
	for _, pairs := range [][]string{{"DOCKER_CONFIG", docker}, {"HELM_REGISTRY_CONFIG", helm}} {
		mustPull(t, newPuller(t, pairs...), reg.component("web", "1.2.3"))
		// Blobs stand elsewhere in many registries.
		reg.set(func(s *server) {
			s.fault = func(w http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.Path, "/blobs/") {
					http.Redirect(w, r, other.URL+r.URL.Path+"?X-Amz-Signature=swordfish", http.StatusTemporaryRedirect)
					return true
				}
				return false
			}
		})
		mustPull(t, newPuller(t, pairs...), reg.component("web", "1.2.3"))
		reg.set(func(s *server) { s.fault = nil })
		for _, r := range other.asked() {
			if r.Header.Get("Authorization") != "" {
				t.Error("a redirect carried a login")
			}
		}
	}
	_, _, _, err := newPuller(t).Pull(t.Context(), reg.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnauthorized, reg.host, "docker login")
	os.WriteFile(helm, []byte("{"), 0o600)
	_, _, _, err = newPuller(t, "HELM_REGISTRY_CONFIG", helm).Pull(t.Context(), reg.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnauthorized, helm)
}

func TestCertificates(t *testing.T) {
	repo := newRepositoryOver(t, httptest.NewTLSServer)
	repo.add("web", "1.2.3", charttest.Chart(t, "web", "1.2.3"))
	ca := filepath.Join(t.TempDir(), "ca.pem")
	os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: repo.Certificate().Raw}), 0o600)
	p := newPuller(t)
	_, _, _, err := p.Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnavailable, "`ChartCAFile`")
	p = newPuller(t)
	p.ChartCAFile = ca
	mustPull(t, p, repo.component("web", "1.2.3"))
	p = newPuller(t)
	p.InsecureTLS = true
	mustPull(t, p, repo.component("web", "1.2.3"))
	p = newPuller(t)
	p.ChartCAFile = filepath.Join(t.TempDir(), "none")
	_, _, _, err = p.Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeInvalidRequest, "`ChartCAFile`")
	// From HTTPS to HTTP, nothing protects the bytes.
	plain := newRepository(t)
	plain.add("web", "2.0.0", charttest.Chart(t, "web", "2.0.0"))
	repo.list("web", "2.0.0", plain.url()+"/web-2.0.0.tgz", "")
	p = newPuller(t)
	p.ChartCAFile = ca
	_, _, _, err = p.Pull(t.Context(), repo.component("web", "2.0.0"))
	wantError(t, err, errors.ErrCodeUnauthorized, "plain HTTP")
	repo.set(func(s *server) {
		s.fault = func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, plain.URL+r.URL.Path, http.StatusFound)
			return true
		}
	})
	p = newPuller(t)
	p.ChartCAFile = ca
	_, _, _, err = p.Pull(t.Context(), repo.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnavailable, "redirects from HTTPS")
}

// The servers never answer, so that only the context ends a pull.
func TestACancelledPullEnds(t *testing.T) {
	repo, reg := newRepository(t), newRegistry(t)
	for _, s := range []*server{repo.server, reg.server} {
		s.set(func(s *server) {
			s.fault = func(_ http.ResponseWriter, r *http.Request) bool { s.hang(r); return true }
		})
	}
	for _, c := range []localformat.Component{repo.component("web", "1.2.3"), reg.component("web", "1.2.3")} {
		ctx, cancel := context.WithCancel(t.Context())
		p := newPuller(t)
		p.StallTimeout = time.Hour
		var wait sync.WaitGroup
		time.AfterFunc(50*time.Millisecond, cancel)
		for range 4 {
			wait.Go(func() {
				_, _, _, err := p.Pull(ctx, c)
				wantError(t, err, context.Canceled)
				if errors.ExitStatus(err) != 1 {
					t.Error(errors.ExitStatus(err))
				}
			})
		}
		wait.Wait()
	}
}

func TestAnIndexIsFetchedOnce(t *testing.T) {
	repo := newRepository(t)
	repo.set(func(s *server) { s.latency = 20 * time.Millisecond })
	for i := range 20 {
		name := fmt.Sprintf("web%d", i)
		repo.add(name, "1.2.3", charttest.Chart(t, name, "1.2.3"))
	}
	p := newPuller(t)
	// Who begins and gives up takes nobody along.
	early, cancel := context.WithCancel(t.Context())
	time.AfterFunc(5*time.Millisecond, cancel)
	var wait sync.WaitGroup
	wait.Go(func() { _, _, _, _ = p.Pull(early, repo.component("web0", "1.2.3")) })
	time.Sleep(2 * time.Millisecond)
	for i := range 20 {
		wait.Go(func() {
			if _, _, _, err := p.Pull(t.Context(), repo.component(fmt.Sprintf("web%d", i), "1.2.3")); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	indexes := 0
	for _, r := range repo.asked() {
		if strings.HasSuffix(r.URL.Path, "index.yaml") {
			indexes++
		}
	}
	if indexes > 2 {
		t.Errorf("%d indexes were fetched", indexes)
	}
}
