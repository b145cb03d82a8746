package datasource

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/aicr-flux/aicr/internal/cache"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

const (
	ref     = "github:NVIDIA/aicr@v1.3.0"
	address = "/NVIDIA/aicr/archive/v1.3.0.tar.gz"
	stored  = "/NVIDIA/aicr/tar.gz/refs/tags/v1.3.0"
	values  = "components/a/values.yaml"
)

// serve lets the host be GitHub with one repository: an address that redirects to the archive. It
// returns what changes the archive.
func (h *host) serve(packed []byte) func([]byte) {
	change := func(p []byte) {
		h.mu.Lock()
		defer h.mu.Unlock()
		packed = p
	}
	h.mux.Handle("/NVIDIA/aicr/archive/", http.RedirectHandler(stored, http.StatusFound))
	h.mux.HandleFunc(stored, func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		data := packed
		h.mu.Unlock()
		w.Header().Set("ETag", `"`+cache.Sum(data)+`"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(data)))
	})
	return change
}

// TestARepositoryOnGitHub is downloaded once, asked for again, and taken from the cache where nothing
// else is there.
func TestARepositoryOnGitHub(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	first, second := repo(t, "first"), repo(t, "second")
	change := h.serve(first)
	o := h.options(t)
	s := open(t, ref, o)
	holds(t, s, values, "first")
	if s.Digest != "sha256:"+cache.Sum(first) || s.Name != ref || s.Warning != nil || !slices.Equal(h.asked(), []string{address, stored}) {
		t.Errorf("%+v", s)
	}
	if _, err := read(s, "README.md"); errors.CodeOf(err) != errors.ErrCodeNotFound {
		t.Errorf("what is not below recipes is read: %v", err)
	}
	holds(t, open(t, ref+"//other", o), "values.yaml", "other")

	change(second)
	holds(t, open(t, ref, o), values, "second")

	// Each of the two can be had by its digest for ever, also where the address has become another.
	h.asked()
	pinned := ref + "#sha256:" + cache.Sum(first)
	for _, text := range []string{pinned, strings.Replace(pinned, "v1.3.0", "main", 1), ref + "#sha256:" + cache.Sum(second)} {
		open(t, text, o)
	}
	holds(t, open(t, pinned, o), values, "first")
	if asked := h.asked(); asked != nil {
		t.Errorf("a server is asked for what is in the cache: %v", asked)
	}

	h.Close()
	_, err := Open(t.Context(), ref, o)
	fails(t, err, errors.ErrCodeUnavailable, "data "+ref+": the connection failed: ")
	fails(t, err, errors.ErrCodeUnavailable, "; to use what was there last, sha256:"+cache.Sum(second)+", set `Offline`")
	o.Offline = true
	holds(t, open(t, ref, o), values, "second")
	holds(t, open(t, pinned, o), values, "first")
	_, err = Open(t.Context(), strings.Replace(ref, "v1.3.0", "v1.2.0", 1), o)
	fails(t, err, errors.ErrCodeNotFound, "it is not in the cache \""+o.CacheDir+"\"; run once without `Offline`")
	_, err = Open(t.Context(), ref+"#sha256:"+hex, o)
	fails(t, err, errors.ErrCodeNotFound, "it is not in the cache")
}

// TestWhatDidNotChangeIsNotSentAgain, and what is broken in the cache is.
func TestWhatDidNotChangeIsNotSentAgain(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	var statuses []int
	packed := repo(t, "it")
	h.mux.HandleFunc("/a.tar.gz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			statuses = append(statuses, http.StatusNotModified)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		statuses = append(statuses, http.StatusOK)
		_, _ = w.Write(packed)
	})
	o := h.options(t)
	blob := filepath.Join(o.CacheDir, "blobs", "sha256", cache.Sum(packed))
	for _, harm := range []func() error{
		func() error { return nil },
		func() error { return nil },
		func() error { return os.Truncate(blob, 7) },
		func() error { return os.WriteFile(blob, repo(t, "another"), 0o600) },
	} {
		if err := harm(); err != nil {
			t.Fatal(err)
		}
		holds(t, open(t, h.URL+"/a.tar.gz", o), values, "it")
	}
	o.NoCache = true
	open(t, h.URL+"/a.tar.gz", o)
	if !slices.Equal(statuses, []int{200, 304, 200, 200, 200}) {
		t.Errorf("%v", statuses)
	}
	// A cache that cannot be written costs nothing but a warning.
	o.NoCache, o.CacheDir = false, blob
	if s := open(t, h.URL+"/a.tar.gz", o); s.Warning == nil || !strings.Contains(s.Warning.Error(), "cache of data") {
		t.Errorf("%v", s.Warning)
	}
}

// TestServersThatFailOrDeceive: each is named, nothing is kept of it, and a pin decides what is taken.
func TestServersThatFailOrDeceive(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	packed := repo(t, "it")
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(packed) }))
	t.Cleanup(plain.Close)
	h.mux.HandleFunc("/good", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(packed) })
	h.mux.Handle("/downgrade", http.RedirectHandler(plain.URL, http.StatusFound))
	h.mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	h.mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") })
	h.mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(packed)
	})
	h.mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, zeros{}) })
	h.mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(packed[:10])
		w.(http.Flusher).Flush()
		select {
		case <-h.stop:
		case <-r.Context().Done():
		}
	})
	h.mux.HandleFunc("/locked", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	zip := bomb(t, 8<<20)
	h.mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(zip) })

	pin := "#sha256:" + cache.Sum(packed)
	o := h.options(t)
	o.limits = limits{packed: 4 << 20, unpacked: 8 << 20}
	for path, c := range map[string]struct {
		code errors.ErrorCode
		want string
	}{
		"/downgrade":          {errors.ErrCodeUnavailable, `it redirects from HTTPS to "http"`},
		"/downgrade" + pin:    {errors.ErrCodeUnavailable, `it redirects from HTTPS to "http"`},
		"/loop":               {errors.ErrCodeUnavailable, "it redirects more than 10 times"},
		"/page":               {errors.ErrCodeInvalidRequest, "it is not a gzip archive; name a .tar.gz"},
		"/cut":                {errors.ErrCodeUnavailable, "unexpected EOF"},
		"/endless":            {errors.ErrCodeInvalidRequest, "it has more than 4 MiB, the limit"},
		"/slow":               {errors.ErrCodeTimeout, "nothing moved for 50ms"},
		"/locked":             {errors.ErrCodeUnauthorized, "401 Unauthorized; download the archive and name the file"},
		"/none":               {errors.ErrCodeNotFound, "404 Not Found"},
		"/bomb":               {errors.ErrCodeInvalidRequest, "it unpacks to more than 8 MiB"},
		"/good#sha256:" + hex: {errors.ErrCodeUnauthorized, "the archive is another one: its digest is sha256:" + cache.Sum(packed) + ", and #sha256:" + hex + " is asked for"},
	} {
		o := o
		if path == "/slow" {
			o.HTTP.Stall = 50 * time.Millisecond
		}
		_, err := Open(t.Context(), h.URL+path, o)
		where, _, _ := strings.Cut(path, "#")
		fails(t, err, c.code, "data "+h.URL+where+": ")
		fails(t, err, c.code, c.want)
	}
	_, err := Open(t.Context(), "github:NVIDIA/none@v1", o)
	fails(t, err, errors.ErrCodeNotFound, `there is no ref "v1" of the repository NVIDIA/none on GitHub, or not for everybody`)

	holds(t, open(t, h.URL+"/good"+pin, o), values, "it")
	// Over plain HTTP the pin alone says what is right.
	holds(t, open(t, plain.URL+pin, h.options(t)), values, "it")
	_, err = Open(t.Context(), plain.URL+"#sha256:"+hex, h.options(t))
	fails(t, err, errors.ErrCodeUnauthorized, "the archive is another one")
}

// TestHazard74_AnArchiveHostLearnsNothing of the server that redirects to it.
func TestHazard74_AnArchiveHostLearnsNothing(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	other := httptest.NewUnstartedServer(nil)
	other.TLS = h.TLS.Clone()
	headers := make(chan http.Header, 1)
	other.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		_, _ = w.Write(repo(t, "it"))
	})
	other.StartTLS()
	t.Cleanup(other.Close)
	h.mux.Handle("/away", http.RedirectHandler(other.URL, http.StatusFound))
	holds(t, open(t, h.URL+"/away", h.options(t)), values, "it")
	got := <-headers
	for _, header := range []string{"Referer", "Authorization", "Cookie"} {
		if got.Get(header) != "" {
			t.Errorf("%s: %s", header, got.Get(header))
		}
	}
}

func TestPathsOnThisMachine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	packed := repo(t, "it")
	for name, data := range map[string][]byte{"a.tar.gz": packed, "a.tgz": packed, "a.zip": packed, "plain.tar.gz/registry.yaml": []byte("dir"), "recipes/x": []byte("x"), "x": []byte("root")} {
		if err := os.MkdirAll(filepath.Dir(at(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{Offline: true, CacheDir: at("cache")}
	for _, name := range []string{"a.tar.gz", "a.tgz", "a.tar.gz#sha256:" + cache.Sum(packed)} {
		s := open(t, at(name), o)
		holds(t, s, values, "it")
		if s.Digest != "sha256:"+cache.Sum(packed) || s.Name != at(strings.TrimSuffix(name, "#"+s.Digest)) {
			t.Errorf("%+v", s)
		}
	}
	if s := open(t, at("plain.tar.gz"), o); s.Digest != "" {
		t.Errorf("a directory has the digest %s", s.Digest)
	} else {
		holds(t, s, "registry.yaml", "dir")
	}
	holds(t, open(t, dir, o), "x", "root") // a directory is taken as it is named
	for name, c := range map[string]struct {
		code errors.ErrorCode
		want string
	}{
		"a.tar.gz#sha256:" + hex: {errors.ErrCodeUnauthorized, "data archive " + at("a.tar.gz") + ": the archive is another one"},
		"recipes#sha256:" + hex:  {errors.ErrCodeInvalidRequest, "a digest is that of an archive, which this is not"},
		"none.tar.gz":            {errors.ErrCodeNotFound, "data archive " + at("none.tar.gz") + " does not exist; check the path"},
		"none":                   {errors.ErrCodeNotFound, "data directory " + at("none") + " does not exist; check the path"},
		"a.zip":                  {errors.ErrCodeInvalidRequest, "data directory " + at("a.zip") + " is not a directory"},
	} {
		_, err := Open(t.Context(), at(name), o)
		fails(t, err, c.code, c.want)
	}
	if _, err := os.Stat(at("cache")); err == nil {
		t.Error("what is on this machine is kept in the cache, too")
	}
}

// TestAnArtifactInARegistry is what "flux push artifact" and "oras push" make: one layer.
func TestAnArtifactInARegistry(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	packed := repo(t, "it")
	repository, err := remote.NewRepository(host + "/org/data")
	if err != nil {
		t.Fatal(err)
	}
	repository.PlainHTTP = true
	push := func(layers ...[]byte) string {
		t.Helper()
		var o oras.PackManifestOptions
		for _, layer := range layers {
			at, err := oras.PushBytes(t.Context(), repository, "application/vnd.cncf.flux.content.v1.tar+gzip", layer)
			if err != nil {
				t.Fatal(err)
			}
			o.Layers = append(o.Layers, at)
		}
		at, err := oras.PackManifest(t.Context(), repository, oras.PackManifestVersion1_1, "application/x", o)
		if err != nil {
			t.Fatal(err)
		}
		return "oci://" + host + "/org/data@" + string(at.Digest)
	}
	o := Options{CacheDir: t.TempDir(), Registry: oci.Connection{PlainHTTP: true, Retries: -1, CredentialFiles: []string{}}}
	ref := push(packed)
	s := open(t, ref, o)
	holds(t, s, values, "it")
	if s.Digest != "sha256:"+cache.Sum(packed) {
		t.Errorf("digest %s", s.Digest)
	}
	_, err = Open(t.Context(), push(packed, packed), o)
	fails(t, err, errors.ErrCodeInvalidRequest, "it has 2 layers, and an archive has one")
	_, err = Open(t.Context(), push([]byte("text")), o)
	fails(t, err, errors.ErrCodeInvalidRequest, "it is not a gzip archive")
	_, err = Open(t.Context(), "oci://"+host+"/org/data@sha256:"+hex, o)
	fails(t, err, errors.ErrCodeNotFound, "not found")
	_, err = Open(t.Context(), ref+"#sha256:"+hex, o)
	fails(t, err, errors.ErrCodeUnauthorized, "the archive is another one")

	server.Close() // a digest never changes, so that nobody has to be asked
	holds(t, open(t, ref, o), values, "it")
	holds(t, open(t, ref+"#"+s.Digest, o), values, "it")
}
