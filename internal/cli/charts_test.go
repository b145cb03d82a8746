package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/yaml"
)

// packed is a chart as it is published.
type packed struct {
	name, version string
	tgz           []byte
}

func (c packed) file() string { return c.name + "-" + c.version + ".tgz" }

func (c packed) digest() string { return fmt.Sprintf("%x", sha256.Sum256(c.tgz)) }

// pack packs the chart in a directory, and leaves it in packed/ too.
func pack(ts *testscript.TestScript, dir string) packed {
	dir = ts.MkAbs(dir)
	data, err := os.ReadFile(filepath.Join(dir, "Chart.yaml"))
	ts.Check(err)
	var meta struct{ Name, Version string }
	ts.Check(yaml.Unmarshal(data, &meta))

	c := packed{meta.Name, meta.Version, archiveOf(ts, dir, meta.Name)}
	ts.Check(os.MkdirAll(ts.MkAbs("packed"), 0o755))
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs("packed"), c.file()), c.tgz, 0o600))
	return c
}

// archive packs a directory, and puts the SHA-256 of the archive into $NAME: archive NAME FILE DIR.
func archive(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: archive NAME FILE DIR")
	}
	tgz := archiveOf(ts, ts.MkAbs(args[2]), args[2])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), tgz, 0o600))
	ts.Setenv(args[0], fmt.Sprintf("%x", sha256.Sum256(tgz)))
}

// archiveOf packs a directory, whose name in the archive is top.
func archiveOf(ts *testscript.TestScript, dir, top string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	ts.Check(filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		ts.Check(err)
		name, err := filepath.Rel(dir, path)
		ts.Check(err)
		ts.Check(w.WriteHeader(&tar.Header{Name: top + "/" + filepath.ToSlash(name), Mode: 0o644, Size: int64(len(data))}))
		_, err = w.Write(data)
		return err
	}))
	ts.Check(w.Close())
	ts.Check(z.Close())
	return out.Bytes()
}

// startCharts starts a chart repository over HTTP with the charts in the
// directories, and puts its HOST:PORT into $NAME: charts NAME DIR...
func startCharts(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: charts NAME DIR...")
	}
	entries := map[string][]any{}
	mux := http.NewServeMux()
	for _, dir := range args[1:] {
		c := pack(ts, dir)
		entries[c.name] = append(entries[c.name], map[string]any{
			"apiVersion": "v2", "name": c.name, "version": c.version, "digest": c.digest(), "urls": []string{c.file()},
		})
		mux.HandleFunc("/"+c.file(), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(c.tgz) })
	}
	index, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "entries": entries})
	ts.Check(err)
	mux.HandleFunc("/index.yaml", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(index) })

	asked := &requestLog{Handler: mux}
	server := httptest.NewServer(asked)
	ts.Defer(server.Close)
	_, host, _ := strings.Cut(server.URL, "://")
	ts.Setenv(args[0], host)
	logs.Store(host, asked)
	ts.Defer(func() { logs.Delete(host) })
}

// pushChart puts the chart in a directory into a registry as helm does:
// pushchart HOST:PORT/PATH DIR.
func pushChart(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: pushchart HOST:PORT/PATH DIR")
	}
	host, path, _ := strings.Cut(args[0], "/")
	found, ok := logs.Load(host)
	if !ok {
		ts.Fatalf("there is no registry %s", host)
	}
	l, _ := found.(*requestLog)
	c := pack(ts, args[1])
	send := func(method, to, mediaType string, body []byte) {
		// The registry is in this process, so its certificate and its log do not matter.
		r := httptest.NewRequest(method, "/v2/"+path+"/"+c.name+to, bytes.NewReader(body))
		r.Header.Set("Content-Type", mediaType)
		w := httptest.NewRecorder()
		l.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusCreated {
			ts.Fatalf("%s %s: status %d: %s", method, to, w.Code, w.Body)
		}
	}
	blob := func(mediaType string, data []byte) map[string]any {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
		send(http.MethodPost, "/blobs/uploads/?digest="+digest, "application/octet-stream", data)
		return map[string]any{"mediaType": mediaType, "digest": digest, "size": len(data)}
	}
	const mediaType = "application/vnd.oci.image.manifest.v1+json"
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": mediaType,
		"config": blob("application/vnd.cncf.helm.config.v1+json", fmt.Appendf(nil, `{"name":%q}`, c.name)),
		"layers": []any{blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", c.tgz)},
	})
	ts.Check(err)
	send(http.MethodPut, "/manifests/"+c.version, mediaType, manifest)
}

// fill puts the values of environment variables into files: fill FILE...
func fill(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args {
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(os.Expand(ts.ReadFile(file), ts.Getenv)), 0o600))
	}
}
