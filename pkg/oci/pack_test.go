package oci

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	stderrors "errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// entries unpacks a layer: paths in order, and contents with the list among them.
func entries(t testing.TB, a *Artifact) (paths []string, all map[string]string) {
	t.Helper()
	z, err := gzip.NewReader(a.content.open())
	if err != nil {
		t.Fatal(err)
	}
	if z.Name != "" || !z.ModTime.IsZero() {
		t.Errorf("gzip names %q and %s", z.Name, z.ModTime)
	}
	all = map[string]string{}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if stderrors.Is(err, io.EOF) {
			return paths, all
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || h.Mode != 0o644 || h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" || !h.ModTime.Equal(time.Unix(0, 0)) {
			t.Errorf("header %+v", h)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, h.Name)
		all[h.Name] = string(data)
	}
}

func TestPackHoldsTheFilesAndTheirList(t *testing.T) {
	files := set(t, small)
	paths, all := entries(t, pack(t, files))
	want := maps.Clone(small)
	delete(want, "alpha/configmap-values.yaml*")
	want["alpha/configmap-values.yaml"] = small["alpha/configmap-values.yaml*"]
	want[bundle.ChecksumsFile] = string(bundle.Sum(files).Bytes())
	if !maps.Equal(all, want) {
		t.Errorf("packed %q", all)
	}
	if got := strings.Join(paths[:5], " "); got != "README.md alpha/charts/alpha-1.0.0.tgz alpha/configmap-values.yaml alpha/helmrelease.yaml checksums.txt" {
		t.Errorf("the order is %s", got)
	}
	a, err := Pack(t.Context(), files, PackOptions{NoChecksums: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if paths, _ := entries(t, a); len(paths) != len(small) {
		t.Errorf("without a list: %q", paths)
	}
}

func TestTheManifestIsWhatFluxReads(t *testing.T) {
	a := pack(t, set(t, small))
	var m ocispec.Manifest
	if err := json.Unmarshal(a.manifest.data, &m); err != nil {
		t.Fatal(err)
	}
	if m.SchemaVersion != 2 || m.MediaType != ocispec.MediaTypeImageManifest ||
		m.Config.MediaType != "application/vnd.cncf.flux.config.v1+json" ||
		len(m.Layers) != 1 || m.Layers[0].MediaType != "application/vnd.cncf.flux.content.v1.tar+gzip" || m.Layers[0].Size != a.Size() {
		t.Errorf("manifest %s", a.manifest.data)
	}
	revision := m.Annotations["org.opencontainers.image.revision"]
	delete(m.Annotations, "org.opencontainers.image.revision")
	want := map[string]string{
		"org.opencontainers.image.created": "1970-01-01T00:00:00Z", "org.opencontainers.image.source": "https://example.com/recipe",
		"org.opencontainers.image.version": "v1.2.3", "org.opencontainers.image.title": "a bundle",
	}
	if !maps.Equal(m.Annotations, want) {
		t.Errorf("annotations %q", m.Annotations)
	}
	// Constant over machines and Go versions, as it is of what is unpacked. If it changes, so does
	// every artifact.
	if revision != "bundle@sha256:24546c9f2d855f2a02518758207bb454a71b39e8e980b188ba4711083d39253a" {
		t.Errorf("the revision is %s", revision)
	}
	// go-containerregistry finds the layers by the config.
	var config ocispec.Image
	if err := json.Unmarshal(a.config.data, &config); err != nil {
		t.Fatal(err)
	}
	if ids := config.RootFS.DiffIDs; config.RootFS.Type != "layers" || len(ids) != 1 || "bundle@"+string(ids[0]) != revision {
		t.Errorf("config %s", a.config.data)
	}
}

// One bundle has one digest: in every directory, for every umask, time zone and locale, at every
// push.
func TestHazard36_OneBundleOneDigest(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	a, err := Pack(t.Context(), set(t, small), PackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for name, c := range map[string]struct{ shell, env string }{
		"plain":      {`exec "$0"`, "A=b"},
		"umask":      {`umask 077; exec "$0"`, "A=b"},
		"time zone":  {`exec "$0"`, "TZ=Pacific/Kiritimati"},
		"locale":     {`exec "$0"`, "LC_ALL=tr_TR.UTF-8"},
		"directory":  {`cd /; exec "$0"`, "A=b"},
		"other user": {`exec "$0"`, "USER=somebody"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), strings.ReplaceAll(name, " ", "/"))
			if _, err := bundle.Write(t.Context(), dir, set(t, small), bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
				t.Fatal(err)
			}
			// What a checkout does to a file changes nothing.
			if err := os.Chmod(filepath.Join(dir, "README.md"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(filepath.Join(dir, "README.md"), time.Now(), time.Now().Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
			if digest, _ := inChild(t, c.shell, dir, c.env); digest != a.Digest() {
				t.Errorf("%s, want %s", digest, a.Digest())
			}
		})
	}
	// A push adds nothing to what the next one packs.
	r := newRegistry(t)
	dir := filepath.Join(t.TempDir(), "bundle")
	if _, err := bundle.Write(t.Context(), dir, set(t, small), bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		digest, _ := inChild(t, `cd "$AICR_TEST_DIR"; exec "$0"`, dir, childRegistry+"="+r.host)
		if digest != a.Digest() {
			t.Errorf("%s, want %s", digest, a.Digest())
		}
	}
	if n := r.count(writes...); n != 6 {
		t.Errorf("three pushes wrote %d times, want 6 for the first and none for the others", n)
	}
}

func TestPackRefuses(t *testing.T) {
	_, err := Pack(t.Context(), nil, PackOptions{})
	wantError(t, err, errors.ErrCodeInvalidRequest, "no file")
	_, err = Pack(t.Context(), set(t, map[string]string{"checksums.txt": ""}), PackOptions{})
	wantError(t, err, errors.ErrCodeInvalidRequest, "checksums.txt")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Pack(ctx, large(t, 16<<20), PackOptions{TempDir: noLeftovers(t)})
	if errors.ExitStatus(err) != 1 {
		t.Errorf("error %v", err)
	}
}

// A file that changes between reading and packing is noticed, and nothing stays behind.
func TestPackNoticesChanges(t *testing.T) {
	dir := t.TempDir()
	if _, err := bundle.Write(t.Context(), dir, large(t, 16<<20), bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
		t.Fatal(err)
	}
	files := readDir(t, dir)
	for name, data := range map[string][]byte{"other": bytes.Repeat([]byte{1}, 4<<20), "shorter": {1}, "longer": bytes.Repeat([]byte{1}, 5<<20)} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(dir, "component-3", "charts", "chart-1.0.0.tgz"), data, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Pack(t.Context(), files, PackOptions{TempDir: noLeftovers(t)})
			wantError(t, err, errors.ErrCodeConflict, "component-3", "changed")
		})
	}
}
