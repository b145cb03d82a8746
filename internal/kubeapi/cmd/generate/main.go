// Command generate writes the kinds of Kubernetes and their schemas, of a few versions of Kubernetes
// together, out of the OpenAPI files of the modules k8s.io/kubernetes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// releases are the modules that the data is of, the oldest first.
var releases = [...]string{"v1.35.4", "v1.36.3", "v1.37.2"}

// histories are modules with life cycles of kinds, the oldest first: newer ones no longer have the
// oldest kinds.
var histories = [...]string{
	"k8s.io/api@v0.20.6", "k8s.io/api@v0.22.5", "k8s.io/api@v0.25.9", "k8s.io/api@v0.28.3", "k8s.io/api@v0.31.14", "k8s.io/api@v0.34.13", "k8s.io/api@v0.37.2",
	"k8s.io/apiextensions-apiserver@v0.24.2", "k8s.io/kube-aggregator@v0.24.2",
}

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir string) error {
	all, err := generate()
	if err != nil {
		return err
	}
	return errors.Join(
		write(filepath.Join(dir, "kinds.json.gz"), all),
		write(filepath.Join(dir, "definitions.json.gz"), all.definitions),
	)
}

// write packs the content: a reader of the repository would see one line of it, changed or not.
func write(file string, content any) error {
	data, err := json.Marshal(content)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, packed.Bytes(), 0o644) //nolint:gosec // a file of the repository
}

func generate() (*catalog, error) {
	var all catalog
	for i, version := range releases {
		dir, err := moduleDir("k8s.io/kubernetes@" + version)
		if err != nil {
			return nil, err
		}
		r, err := read(dir)
		if err != nil {
			return nil, fmt.Errorf("k8s.io/kubernetes %s: %w", version, err)
		}
		all.add(i, version, r)
	}
	for _, module := range histories {
		dir, err := moduleDir(module)
		if err != nil {
			return nil, err
		}
		if err := all.addHistory(dir); err != nil {
			return nil, fmt.Errorf("%s: %w", module, err)
		}
	}
	all.sort()
	return &all, nil
}

// moduleDir downloads a module, unless it is there, and returns its directory.
func moduleDir(module string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", module) //nolint:gosec // a constant
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", module, err)
	}
	var found struct{ Dir string }
	err = json.Unmarshal(out, &found)
	return found.Dir, err
}
