package oci

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	specs "github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// archive packs headers, each with a content, into a layer.
func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := e.header
		h.Size, h.Mode = int64(len(e.content)), 0o644
		if h.Typeflag != 0 && h.Typeflag != tar.TypeReg {
			h.Size = 0
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := io.WriteString(w, e.content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

type entry struct {
	header  tar.Header
	content string
}

func file(name, content string) entry { return entry{tar.Header{Name: name}, content} }

// whole is an artifact that is a bundle, followed by more.
func whole(t testing.TB, more ...entry) []byte {
	files := set(t, map[string]string{"kustomization.yaml": "1", "a/b.yaml": "2"})
	return archive(t, append([]entry{
		file("kustomization.yaml", "1"), file("a/b.yaml", "2"), file(bundle.ChecksumsFile, string(bundle.Sum(files).Bytes())),
	}, more...)...)
}

// publish puts anything into a registry, as anybody can.
func publish(t testing.TB, r *testRegistry, layer []byte, change func(*ocispec.Manifest)) {
	t.Helper()
	config := []byte("{}")
	m := ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2},
		MediaType: ocispec.MediaTypeImageManifest,
		Config:    ocispec.Descriptor{MediaType: ConfigMediaType, Digest: digest.FromBytes(config), Size: 2},
		Layers:    []ocispec.Descriptor{{MediaType: LayerMediaType, Digest: digest.FromBytes(layer), Size: int64(len(layer))}},
	}
	if change != nil {
		change(&m)
	}
	manifest, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, blob := range [][]byte{config, layer} {
		put(t, r, http.MethodPost, "/v2/org/bundle/blobs/uploads/?digest="+string(digest.FromBytes(blob)), "application/octet-stream", blob)
	}
	put(t, r, http.MethodPut, "/v2/org/bundle/manifests/v1", m.MediaType, manifest)
}

func put(t testing.TB, r *testRegistry, method, path, mediaType string, data []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.URL+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", mediaType)
	resp, err := r.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		t.Fatal(method, path, resp.Status)
	}
}

func pullHostile(t testing.TB, r *testRegistry, limits Limits) (*Pulled, error) {
	t.Helper()
	o := PullOptions{Connection: plain(), TempDir: noLeftovers(t), Limits: limits}
	o.Retries = -1
	pulled, err := Pull(t.Context(), r.ref("v1"), o)
	if err != nil && pulled != nil {
		t.Error("there is half a result")
	}
	if err == nil {
		t.Cleanup(func() { pulled.Close() })
	}
	return pulled, err
}

func TestPullTakesWhatFluxPushes(t *testing.T) {
	r := newRegistry(t)
	// "flux push artifact" writes directories too, and no kind of config matters.
	root, below := tar.Header{Name: ".", Typeflag: tar.TypeDir}, tar.Header{Name: "a/", Typeflag: tar.TypeDir}
	publish(t, r, whole(t, entry{root, ""}, entry{below, ""}), nil)
	pulled, err := pullHostile(t, r, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, pulled.Files); !maps.Equal(got, map[string]string{"kustomization.yaml": "1", "a/b.yaml": "2"}) {
		t.Errorf("pulled %q", got)
	}
}

func TestHazard73_PullRefusesHostileArchives(t *testing.T) {
	link := func(kind byte, name, to string) entry {
		return entry{tar.Header{Name: name, Typeflag: kind, Linkname: to}, ""}
	}
	zeros := strings.Repeat("\x00", 1<<20)
	sum := strings.Repeat("0", 64)
	for name, c := range map[string]struct {
		layer  []byte
		limits Limits
		says   string
	}{
		"parent":              {whole(t, file("../evil", "x")), Limits{}, "relative"},
		"parent inside":       {whole(t, file("a/../../evil", "x")), Limits{}, "relative"},
		"absolute":            {whole(t, file("/etc/evil", "x")), Limits{}, "relative"},
		"dot":                 {whole(t, file("./evil", "x")), Limits{}, "relative"},
		"2,000 segments":      {whole(t, file(strings.Repeat("a/", 1999)+"a", "x")), Limits{}, "2000 segments"},
		"100 segments":        {whole(t, entry{tar.Header{Name: strings.Repeat("a/", 100), Typeflag: tar.TypeDir}, ""}), Limits{}, "100 segments"},
		"long path":           {whole(t, file(strings.Repeat("ab/", 50)+strings.Repeat("a", 2000), "x")), Limits{}, "2150 bytes"},
		"long name":           {whole(t, file(strings.Repeat("a", 256), "x")), Limits{}, "a segment of 256 bytes"},
		"backslash":           {whole(t, file(`..\evil`, "x")), Limits{}, "backslash"},
		"control character":   {whole(t, file("evil\x1b[2J", "x")), Limits{}, "unprintable"},
		"Git hook":            {whole(t, file(".git/hooks/pre-commit", "x")), Limits{}, "reserved"},
		"stage":               {whole(t, file(".aicr-stage/journal", "x")), Limits{}, "reserved"},
		"directory above":     {whole(t, entry{tar.Header{Name: "../evil/", Typeflag: tar.TypeDir}, ""}), Limits{}, "relative"},
		"symlink":             {whole(t, link(tar.TypeSymlink, "evil", "/etc")), Limits{}, "no regular file"},
		"hard link":           {whole(t, link(tar.TypeLink, "evil", "kustomization.yaml")), Limits{}, "no regular file"},
		"device":              {whole(t, link(tar.TypeChar, "evil", "")), Limits{}, "no regular file"},
		"pipe":                {whole(t, link(tar.TypeFifo, "evil", "")), Limits{}, "no regular file"},
		"twice":               {whole(t, file("a/b.yaml", "3")), Limits{}, "twice"},
		"by case":             {whole(t, file("A/b.yaml", "3")), Limits{}, "only in case"},
		"file and directory":  {whole(t, file("a", "3")), Limits{}, "directory"},
		"unlisted file":       {whole(t, file("evil.yaml", "x")), Limits{}, `does not list: ["evil.yaml"]`},
		"many files":          {whole(t), Limits{Files: 2}, "more than 2 files"},
		"large file":          {whole(t, file("zeros", zeros)), Limits{File: 1 << 19}, "1048576 bytes"},
		"bomb":                {whole(t, file("zeros", zeros)), Limits{Unpacked: 1 << 19}, "more than the limit"},
		"bomb after the end":  {append(whole(t), gzipped(t, zeros)...), Limits{Unpacked: 1 << 19}, "more than the limit"},
		"packed":              {whole(t), Limits{Packed: 10}, "the limit is 10"},
		"no archive":          {[]byte("hello"), Limits{}, "gzip"},
		"no tar":              {gzipped(t, strings.Repeat("hello", 1000)), Limits{}, "cannot be read"},
		"cut off":             {whole(t)[:100], Limits{}, "cannot be read"},
		"garbage at the end":  {append(whole(t), "garbage"...), Limits{}, "cannot be read"},
		"empty":               {archive(t), Limits{}, "checksums.txt is missing"},
		"no list":             {archive(t, file("kustomization.yaml", "1")), Limits{}, "checksums.txt is missing"},
		"list of others":      {archive(t, file("x", "1"), file("checksums.txt", sum+"  x\n")), Limits{}, `does not list "kustomization.yaml"`},
		"list that goes away": {archive(t, file("checksums.txt", sum+"  ../../etc/passwd\n")), Limits{}, "relative"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			publish(t, r, c.layer, nil)
			_, err := pullHostile(t, r, c.limits)
			wantError(t, err, errors.ErrCodeInvalidRequest, "artifact", r.host, c.says)
			if strings.Contains(err.Error(), "\x1b") {
				t.Errorf("the artifact writes to the terminal: %q", err)
			}
		})
	}
	t.Run("changed", func(t *testing.T) {
		r := newRegistry(t)
		publish(t, r, archive(t, file("kustomization.yaml", "1"), file("checksums.txt", sum+"  kustomization.yaml\n"+sum+"  missing\n")), nil)
		_, err := pullHostile(t, r, Limits{})
		wantError(t, err, errors.ErrCodeConflict, "2 files", "kustomization.yaml", "missing")
	})
}

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestPullRefusesOtherArtifacts(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ocispec.Manifest)
		says   string
	}{
		"index":        {func(m *ocispec.Manifest) { m.MediaType = ocispec.MediaTypeImageIndex }, "image.index"},
		"docker image": {func(m *ocispec.Manifest) { m.MediaType = "application/vnd.docker.distribution.manifest.v2+json" }, "docker"},
		"image":        {func(m *ocispec.Manifest) { m.Config.MediaType = ocispec.MediaTypeImageConfig }, "its config"},
		"chart": {func(m *ocispec.Manifest) {
			m.Layers[0].MediaType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
		}, "its layer"},
		"no layer":      {func(m *ocispec.Manifest) { m.Layers = nil }, "0 layers"},
		"two layers":    {func(m *ocispec.Manifest) { m.Layers = append(m.Layers, m.Layers[0]) }, "2 layers"},
		"no digest":     {func(m *ocispec.Manifest) { m.Layers[0].Digest = "../../../evil" }, "digest"},
		"weak digest":   {func(m *ocispec.Manifest) { m.Layers[0].Digest = "md5:d41d8cd98f00b204e9800998ecf8427e" }, "digest"},
		"negative size": {func(m *ocispec.Manifest) { m.Layers[0].Size = -1 }, "-1 bytes"},
		"huge":          {func(m *ocispec.Manifest) { m.Layers[0].Size = 1 << 60 }, "the limit"},
		"large manifest": {func(m *ocispec.Manifest) {
			m.Annotations = map[string]string{"a": strings.Repeat("x", maxManifest)}
		}, "4 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			publish(t, r, whole(t), c.change)
			_, err := pullHostile(t, r, Limits{})
			wantError(t, err, errors.ErrCodeInvalidRequest, c.says)
		})
	}
}

// The manifest says itself what it is, whatever the registry calls it.
func TestPullBelievesTheManifestsOwnMediaType(t *testing.T) {
	r := newRegistry(t)
	publish(t, r, whole(t), func(m *ocispec.Manifest) { m.MediaType = "application/vnd.docker.distribution.manifest.v2+json" })
	r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
		r.real.ServeHTTP(renamed{w}, req)
		return true
	})
	_, err := pullHostile(t, r, Limits{})
	wantError(t, err, errors.ErrCodeInvalidRequest, "docker")
}

// renamed calls every answer an image manifest.
type renamed struct{ http.ResponseWriter }

func (r renamed) WriteHeader(status int) {
	r.Header().Set("Content-Type", ocispec.MediaTypeImageManifest)
	r.ResponseWriter.WriteHeader(status)
}

// A registry that sends something else than it was asked for is found out, whether it is asked for
// a digest or for a tag.
func TestPullVerifiesDigests(t *testing.T) {
	for name, path := range map[string]string{"manifest": "/manifests/", "layer": "/blobs/"} {
		for _, how := range []string{"other bytes", "more", "fewer"} {
			t.Run(name+" "+how, func(t *testing.T) {
				r := newRegistry(t)
				done := mustPush(t, r.ref("v1"), version(t, 1), PushOptions{Connection: plain()})
				other := append([]byte{}, version(t, 2).manifest.data...)
				if name == "layer" {
					other, _ = io.ReadAll(version(t, 1).content.open())
					other[len(other)-1] ^= 1
				}
				switch how {
				case "more":
					other = append(other, " "...)
				case "fewer":
					other = other[:len(other)-1]
				}
				r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
					if req.Method != http.MethodGet || !strings.Contains(req.URL.Path, path) {
						return false
					}
					w.Header().Set("Content-Type", ocispec.MediaTypeImageManifest)
					// No length, so that the count of bytes decides.
					w.(http.Flusher).Flush()
					w.Write(other)
					return true
				})
				o := PullOptions{Connection: plain(), TempDir: noLeftovers(t)}
				o.Retries = -1
				for _, ref := range []Reference{done.Reference, r.ref("v1")} {
					_, err := Pull(t.Context(), ref, o)
					wantError(t, err, errors.ErrCodeUnavailable, map[bool]string{true: "EOF", false: "other content"}[name+how == "layerfewer"])
				}
			})
		}
	}
	_, err := Pull(t.Context(), Reference{Registry: "h", Repository: "r"}, PullOptions{})
	wantError(t, err, errors.ErrCodeInvalidRequest, "no tag")
	_, err = Pull(t.Context(), Reference{Registry: "h", Repository: "r", Digest: "sha256"}, PullOptions{})
	wantError(t, err, errors.ErrCodeInvalidRequest, "the invalid digest")
}

// A sparse file takes no place in the archive, however large it is unpacked. Go writes none, so the
// two forms are made by hand.
func TestPullCountsSparseFiles(t *testing.T) {
	const size = 900 << 10
	block := func(name string, length int, kind byte, magic string) []byte {
		b := make([]byte, 512)
		copy(b, name)
		copy(b[100:], "0000644\x000000000\x000000000\x00")
		copy(b[124:], fmt.Sprintf("%011o\x0000000000000\x00        %c", length, kind))
		copy(b[257:], magic)
		return b
	}
	signed := func(b []byte) []byte {
		sum := 0
		for _, c := range b[:512] {
			sum += int(c)
		}
		copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
		return b
	}
	old := func(name string) []byte {
		b := block(name, 512, tar.TypeGNUSparse, "ustar  \x00")
		copy(b[386:], fmt.Sprintf("%011o\x00%011o\x00%011o\x00%011o\x00", 0, 512, size, 0))
		copy(b[483:], fmt.Sprintf("%011o\x00", size))
		return append(signed(b), make([]byte, 512)...)
	}
	pax := func(name string) []byte {
		var records string
		for _, record := range []string{"GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=" + name, fmt.Sprint("GNU.sparse.realsize=", size)} {
			records += fmt.Sprintf("%d %s\n", len(record)+4, record)
		}
		extended := append(signed(block("pax", len(records), tar.TypeXHeader, "ustar\x0000")), make([]byte, 512)...)
		copy(extended[512:], records)
		data := append(signed(block(name, 1024, tar.TypeReg, "ustar\x0000")), make([]byte, 1024)...)
		copy(data[512:], "1\n0\n512\n")
		return append(extended, data...)
	}
	for name, c := range map[string]struct {
		form func(string) []byte
		says string
	}{"GNU": {old, "no regular file"}, "PAX": {pax, "more than the limit"}} {
		t.Run(name, func(t *testing.T) {
			plain := append(append(c.form("one"), c.form("two")...), make([]byte, 1024)...)
			if h, err := tar.NewReader(bytes.NewReader(plain)).Next(); err != nil || h.Size != size {
				t.Fatalf("it is no sparse file: %+v, %v", h, err)
			}
			r := newRegistry(t)
			publish(t, r, gzipped(t, string(plain)), nil)
			_, err := pullHostile(t, r, Limits{Unpacked: 1 << 20, File: 1 << 20})
			wantError(t, err, errors.ErrCodeInvalidRequest, c.says)
		})
	}
}
