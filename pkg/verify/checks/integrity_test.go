package checks_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// sums writes the checksums of a bundle; its ConfigMap is meant for editing.
func sums(t *testing.T, b fstest.MapFS) {
	t.Helper()
	var list bundle.Checksums
	for file, entry := range b {
		list = append(list, bundle.Checksum{Path: file, SHA256: fmt.Sprintf("%x", sha256.Sum256(entry.Data)), Editable: file == configMap})
	}
	b[bundle.ChecksumsFile] = &fstest.MapFile{Data: list.Bytes(), Mode: 0o644}
}

func TestChecksums(t *testing.T) {
	listed := load(t, "git")
	sums(t, listed)
	if report := passes(t, listed, verify.Options{}); strings.Contains(list(report), "checksums") {
		t.Errorf("something was not seen:\n%s", list(report))
	}
	report := passes(t, load(t, "git"), verify.Options{})
	if !strings.Contains(list(report), "there is no checksums.txt") {
		t.Errorf("it is not noted that there are no checksums:\n%s", list(report))
	}

	const first = "  cert-manager/helmrelease.yaml"
	each(t, "checksums-invalid",
		defect{name: "absolute path", breakIt: all(sums, edit("checksums.txt", first, "  /home/me/helmrelease.yaml")), at: "checksums.txt:1", says: "must be relative"},
		defect{name: "a path that leads out", breakIt: all(sums, edit("checksums.txt", first, "  ../x")), at: "checksums.txt:1", says: `".."`},
		defect{name: "another form", breakIt: all(sums, edit("checksums.txt", first, " cert-manager/helmrelease.yaml")), at: "checksums.txt:1", says: "two spaces and a path"},
		defect{name: "a symlink", breakIt: func(_ *testing.T, b fstest.MapFS) {
			b["checksums.txt"] = &fstest.MapFile{Data: []byte("README.md"), Mode: fs.ModeSymlink | 0o777}
		}, at: "checksums.txt", says: "not a file"},
	)
}

func TestFileMissing(t *testing.T) {
	readme := add("README.md", "A bundle.\n")
	each(t, "file-missing",
		defect{name: "gone", breakIt: all(readme, sums, remove("README.md")), at: "README.md", says: "not there"},
		defect{name: "a directory in its place", breakIt: all(readme, sums, remove("README.md"), func(_ *testing.T, b fstest.MapFS) {
			b["README.md"] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
		}), at: "README.md", says: "a directory stands"},
	)
	b := load(t, "git")
	all(readme, sums, func(_ *testing.T, b fstest.MapFS) {
		b["README.md"] = &fstest.MapFile{Data: []byte("x"), Mode: fs.ModeSymlink | 0o777}
	})(t, b)
	report := verifyAll(t, b, verify.Options{})
	if len(report.Findings) == 0 || report.Findings[0].Check != "file-missing" || !strings.Contains(report.Findings[0].Message, "symlink") {
		t.Errorf("a symlink in the place of a file:\n%s", list(report))
	}
}

func TestFileChanged(t *testing.T) {
	each(t, "file-changed",
		defect{name: "edited", breakIt: all(sums, edit(release, "timeout: 15m", "timeout: 20m")), at: release, says: "its SHA-256 begins with"},
	)
	// What is changed is judged all the same.
	b := load(t, "git")
	all(sums, edit(release, "timeout: 15m", "timeout: x"))(t, b)
	if report := verifyAll(t, b, verify.Options{}); len(report.Findings) != 2 {
		t.Errorf("want the change and what it breaks:\n%s", list(report))
	}
}

func TestHazard33_AnEditedConfigMapIsNoTampering(t *testing.T) {
	each(t, "file-changed", defect{
		name: "edited", info: true, breakIt: all(sums, edit(configMap, "quota: 1", "quota: 2")), at: configMap, says: "as it is meant to be",
	})
}

func TestFileExtra(t *testing.T) {
	each(t, "file-extra",
		defect{name: "hidden", breakIt: all(sums, add(".env", "TOKEN=x")), at: ".env", says: "does not list this file"},
		defect{name: "in a directory of the bundle", breakIt: all(sums, add("gpu-operator/notes.txt", "x")), at: "gpu-operator/notes.txt", says: "does not list"},
		defect{name: "a whole directory", breakIt: all(sums, add("old/a/1.txt", "x"), add("old/b/2.txt", "x")), at: "old", says: "none of the 2 files"},
		defect{name: "left by a killed run", breakIt: all(sums, add(".aicr-stage/n0", "x"), add(".aicr-stage/journal", "x")), at: ".aicr-stage", says: "was killed"},
	)
	b := load(t, "git")
	all(sums, add(".git/HEAD", "x"))(t, b)
	passes(t, b, verify.Options{})
}

func TestHazard32_ChecksumsAreAClosedWorld(t *testing.T) {
	each(t, "file-extra", defect{
		name: "a link", breakIt: all(sums, func(_ *testing.T, b fstest.MapFS) {
			b["link.txt"] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: fs.ModeSymlink | 0o777}
		}), at: "link.txt", says: "symlink",
	})
}

// vendored turns the release of the GPU operator into one with a vendored chart.
func vendored(t *testing.T, b fstest.MapFS) {
	t.Helper()
	tgz := packed(t, "gpu-operator", "25.3.0")
	b["gpu-operator/charts/gpu-operator-25.3.0.tgz"] = &fstest.MapFile{Data: tgz, Mode: 0o644}
	for file, text := range map[string]string{
		"gpu-operator/.helmignore": "helmrelease.yaml\nconfigmap-values.yaml\n",
		"gpu-operator/Chart.yaml":  "apiVersion: v2\nname: gpu-operator\ntype: application\nversion: 0.1.0-h0123456789ab\ndependencies:\n- name: gpu-operator\n  version: 25.3.0\n  repository: \"\"\n",
		"provenance.yaml": "apiVersion: aicr.run/v1alpha2\nkind: BundleProvenance\nvendoredCharts:\n- chart: gpu-operator\n  name: gpu-operator\n  pullerVersion: test\n" +
			"  repository: https://helm.ngc.nvidia.com/nvidia\n  sha256: " + fmt.Sprintf("%x", sha256.Sum256(tgz)) + "\n  tarballName: gpu-operator-25.3.0.tgz\n  version: v25.3.0\n",
	} {
		add(file, text)(t, b)
	}
	all(
		edit(release, "      chart: gpu-operator\n      version: 25.3.0", "      chart: ./bundle/gpu-operator\n      version: 0.1.0-h0123456789ab"),
		edit(release, "kind: HelmRepository\n        name: helm-ngc-nvidia-com-nvidia", "kind: GitRepository\n        name: github-com-acme-clusters"),
		edit(listing, "- sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml\n", ""),
		remove("sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml"),
		edit(configMap, "quota: 1\n      priority: system-node-critical", "{quota: 1, priority: system-node-critical}"),
		edit(configMap, "    gpu-operator:\n      {", "    gpu-operator: {"),
	)(t, b)
}

func packed(t *testing.T, name, version string) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	archive := tar.NewWriter(zip)
	for _, file := range [][2]string{
		{"Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n"},
		{"values.yaml", "quota: 0\npriority: ''\n"},
		{"templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ .Values.quota | quote }}, b: {{ .Values.priority | quote }}}\n"},
	} {
		if err := archive.WriteHeader(&tar.Header{Name: name + "/" + file[0], Mode: 0o644, Size: int64(len(file[1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(file[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestProvenance(t *testing.T) {
	const tarball = "gpu-operator/charts/gpu-operator-25.3.0.tgz"
	good := load(t, "git")
	vendored(t, good)
	passes(t, good, verify.Options{})
	remove("provenance.yaml")(t, good)
	if report := passes(t, good, verify.Options{}); !strings.Contains(list(report), "there is no provenance.yaml") {
		t.Errorf("it is not noted that nothing tells of the charts:\n%s", list(report))
	}

	each(t, "provenance",
		defect{name: "another digest", breakIt: all(vendored, edit("provenance.yaml", "sha256: ", "sha256: 00000000000000000000000000000000000000000000000000000000000000ff # ")), at: tarball, says: "pulled from helm.ngc.nvidia.com: its SHA-256"},
		defect{name: "a chart without a record", also: []string{"post-render"}, breakIt: all(vendored, func(t *testing.T, b fstest.MapFS) {
			b["gpu-operator/charts/other-1.0.0.tgz"] = &fstest.MapFile{Data: packed(t, "other", "1.0.0"), Mode: 0o644}
			edit("gpu-operator/Chart.yaml", "dependencies:\n", "dependencies:\n- {name: other, version: 1.0.0, repository: \"\"}\n")(t, b)
		}), at: "gpu-operator/charts/other-1.0.0.tgz", says: "does not say where"},
		defect{name: "a record without a chart", breakIt: all(vendored, edit("provenance.yaml", "vendoredCharts:\n", "vendoredCharts:\n- {chart: x, name: x, pullerVersion: test, repository: https://a, sha256: 00000000000000000000000000000000000000000000000000000000000000ff, tarballName: x-1.tgz, version: '1'}\n")), at: "provenance.yaml:4", says: "x/charts/x-1.tgz is recorded"},
		defect{name: "another version", breakIt: all(vendored, edit("provenance.yaml", "version: v25.3.0", "version: v25.3.1")), at: "provenance.yaml:4", says: `version "25.3.0" of the chart, not "v25.3.1"`},
		defect{name: "another chart", breakIt: all(vendored, edit("provenance.yaml", "chart: gpu-operator", "chart: gpu-operato")), at: "provenance.yaml:4", says: `the chart "gpu-operator", not "gpu-operato"`},
		defect{name: "not YAML", breakIt: all(vendored, edit("provenance.yaml", "kind:", "kind: [")), at: "provenance.yaml:1", says: "syntax"},
		defect{name: "another document", breakIt: all(vendored, edit("provenance.yaml", "BundleProvenance", "Provenance")), at: "provenance.yaml:1", says: "and BundleProvenance are expected"},
		defect{name: "no digest", breakIt: all(vendored, edit("provenance.yaml", "sha256: ", "sha256: 00 # ")), at: "provenance.yaml:4", says: "no SHA-256"},
	)
}
