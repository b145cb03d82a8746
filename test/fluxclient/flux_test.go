package fluxclient

import (
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	fluxoci "github.com/fluxcd/pkg/oci"
	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/tar"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/crane"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// generate makes a real bundle in OCI mode, with local charts.
func generate(t *testing.T) *bundle.Files {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bundle")
	_, err := aicr.Bundle(t.Context(), aicr.BundleOptions{
		Recipe: "../../examples/gke-h100-training/recipe.yaml", Data: []string{"../../examples/data"}, Output: dir, Options: deployer.Options{OCISourceName: "aicr-bundle"},
	})
	if err != nil {
		t.Fatal(err)
	}
	files, err := bundle.Read(t.Context(), os.DirFS(dir), "kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// contents are all files of a bundle, and its list.
func contents(t *testing.T, files *bundle.Files) map[string]string {
	t.Helper()
	all := map[string]string{bundle.ChecksumsFile: string(bundle.Sum(files).Bytes())}
	for file := range files.All() {
		r, err := file.Reader()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		all[file.Path] = string(data)
	}
	return all
}

// tree are all files below a directory.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		path, _ := filepath.Rel(dir, name)
		all[filepath.ToSlash(path)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func differ(got, want map[string]string) (paths []string) {
	for path := range want {
		if got[path] != want[path] {
			paths = append(paths, "lacks or changes "+path)
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok {
			paths = append(paths, "adds "+path)
		}
	}
	return paths
}

// A pushed bundle arrives whole where Flux reads it: pulled by the library of source-controller,
// and packed again without what source-controller ignores.
func TestFluxFindsTheBundleWhole(t *testing.T) {
	for _, auth := range []string{"", "basic", "token"} {
		t.Run("authentication "+auth, func(t *testing.T) {
			s := serve(t, auth)
			files := generate(t)
			want := contents(t, files)
			a, err := oci.Pack(t.Context(), files, oci.PackOptions{Meta: oci.Meta{Source: "https://example.com/recipe", Revision: "main@sha1:0123456789abcdef"}})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			connection := oci.Connection{CAFile: s.caFile, CredentialFiles: []string{login(t, s.host)}}
			ref := oci.Reference{Registry: s.host, Repository: "org/bundle", Tag: "v1"}
			done, err := oci.Push(t.Context(), ref, a, oci.PushOptions{Connection: connection, Tags: []string{"latest"}})
			if err != nil {
				t.Fatal(err)
			}
			again, err := oci.Push(t.Context(), ref, a, oci.PushOptions{Connection: connection})
			if err != nil || again.Uploaded || len(again.Tagged) > 0 {
				t.Errorf("a second push: %+v, %v", again, err)
			}

			pulled, err := oci.Pull(t.Context(), done.Reference, oci.PullOptions{Connection: connection})
			if err != nil {
				t.Fatal(err)
			}
			defer pulled.Close()
			if got := contents(t, pulled.Files); !maps.Equal(got, want) {
				t.Error("our own pull", differ(got, want))
			}

			client := fluxoci.NewClient([]crane.Option{
				crane.WithTransport(s.Client().Transport),
				crane.WithAuth(&authn.Basic{Username: user, Password: password}),
			})
			for _, image := range done.Images {
				dir := t.TempDir()
				meta, err := client.Pull(t.Context(), image, dir)
				if err != nil {
					t.Fatal(err)
				}
				if got := tree(t, dir); !maps.Equal(got, want) {
					t.Error("Flux", differ(got, want))
				}
				if !strings.HasSuffix(meta.Digest, "@"+done.Digest) || meta.Revision != "main@sha1:0123456789abcdef" ||
					meta.Source != "https://example.com/recipe" || meta.Created != "1970-01-01T00:00:00Z" {
					t.Errorf("metadata %+v", meta)
				}
				if got := archived(t, dir); !maps.Equal(got, want) {
					t.Error("the artifact of source-controller", differ(got, want))
				}
			}
			if auth == "token" {
				for _, scope := range s.tokens[:1] {
					if scope != "repository:org/bundle:pull,push" {
						t.Errorf("asked for %s", scope)
					}
				}
			}
		})
	}
}

// archived packs a directory as source-controller stores an artifact, and unpacks it as
// kustomize-controller and source-watcher do.
func archived(t *testing.T, dir string) map[string]string {
	t.Helper()
	domain := strings.Split(dir, string(filepath.Separator))
	patterns, err := sourceignore.LoadIgnorePatterns(dir, domain)
	if err != nil {
		t.Fatal(err)
	}
	ignored := sourceignore.NewDefaultMatcher(patterns, domain)
	file, err := os.Create(filepath.Join(t.TempDir(), "artifact.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := tar.Tar(dir, file, tar.WithFilter(func(path string, info fs.FileInfo) bool {
		return ignored.Match(strings.Split(path, string(filepath.Separator)), info.IsDir())
	})); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := tar.Untar(file, to); err != nil {
		t.Fatal(err)
	}
	return tree(t, to)
}

// The other way round: what "flux push artifact" makes of a bundle can be pulled.
func TestWhatFluxPushesCanBePulled(t *testing.T) {
	s := serve(t, "")
	files := generate(t)
	dir := filepath.Join(t.TempDir(), "bundle")
	if _, err := bundle.Write(t.Context(), dir, files, bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
		t.Fatal(err)
	}
	client := fluxoci.NewClient([]crane.Option{crane.WithTransport(s.Client().Transport)})
	if _, err := client.Push(t.Context(), s.host+"/org/bundle:v1", dir); err != nil {
		t.Fatal(err)
	}
	pulled, err := oci.Pull(t.Context(), oci.Reference{Registry: s.host, Repository: "org/bundle", Tag: "v1"},
		oci.PullOptions{Connection: oci.Connection{CAFile: s.caFile, CredentialFiles: []string{}}})
	if err != nil {
		t.Fatal(err)
	}
	defer pulled.Close()
	if got, want := contents(t, pulled.Files), contents(t, files); !maps.Equal(got, want) {
		t.Error(differ(got, want))
	}
}

// A wrong password is refused by the registry and said so.
func TestAWrongPasswordIsSaid(t *testing.T) {
	for _, auth := range []string{"basic", "token"} {
		s := serve(t, auth)
		config := write(t, "config.json", []byte(`{"auths":{"`+s.host+`":{"username":"robot","password":"swordfish"}}}`))
		_, err := oci.Pull(t.Context(), oci.Reference{Registry: s.host, Repository: "org/bundle", Tag: "v1"},
			oci.PullOptions{Connection: oci.Connection{CAFile: s.caFile, CredentialFiles: []string{config}}})
		if err == nil || !strings.Contains(err.Error(), "the credentials in "+config+" were used") || strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: %v", auth, err)
		}
	}
}
