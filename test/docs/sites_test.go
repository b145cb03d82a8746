package docs

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/test/charttest"
)

// sites are what pages ask over HTTPS: Git repositories, archives of GitHub, chart repositories.
func (n *internet) sites(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("github.com/org/", n.gitServer())
	data := dataArchive(t)
	mux.HandleFunc("github.com/NVIDIA/aicr/archive/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	program := charttest.Archive(t, charttest.File{Name: "aicr", Data: "#!/bin/sh\n"})
	mux.HandleFunc("github.com/aicr-flux/aicr/releases/download/", func(w http.ResponseWriter, r *http.Request) {
		switch file := filepath.Base(r.URL.Path); {
		case strings.HasSuffix(file, ".tar.gz"):
			_, _ = w.Write(program)
		case file == "checksums.txt":
			version := strings.TrimPrefix(filepath.Base(filepath.Dir(r.URL.Path)), "v")
			_, _ = fmt.Fprintf(w, "%x  aicr_%s_linux_amd64.tar.gz\n", sha256.Sum256(program), version)
		case file == "checksums.txt.sigstore.json":
			_, _ = w.Write([]byte("{}"))
		default:
			http.NotFound(w, r)
		}
	})
	n.addCharts(t, mux)
	return mux
}

// gitServer serves repositories, which are made when somebody asks for them.
func (n *internet) gitServer() http.HandlerFunc {
	git, _ := exec.LookPath("git") // a page finds out that there is none
	return func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/org/"), "/")
		if _, err := n.repository(name); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		(&cgi.Handler{
			Path: git, Args: []string{"http-backend"}, Root: "/org",
			Env: []string{"GIT_PROJECT_ROOT=" + n.repositories, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=a"},
		}).ServeHTTP(w, r)
	}
}

// repository is the directory of a bare repository.
func (n *internet) repository(name string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	dir := filepath.Join(n.repositories, name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	return dir, exec.Command("git", "init", "--quiet", "--bare", "--initial-branch=main", dir).Run()
}

// dataArchive is the repository of AICR as GitHub packs it, with the data of our examples.
func dataArchive(t *testing.T) []byte {
	t.Helper()
	var files []charttest.File
	data := os.DirFS(filepath.Join(root, "examples/data"))
	err := fs.WalkDir(data, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(data, path)
		files = append(files, charttest.File{Name: "aicr-1.3.0/recipes/" + path, Data: string(content)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return charttest.Archive(t, files...)
}
