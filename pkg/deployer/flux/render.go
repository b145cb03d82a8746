package flux

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// RootFile is the Kustomize file that lists every object of a bundle. Every bundle has it, so it
// tells a bundle's checksums.txt from any other.
const RootFile = "kustomization.yaml"

// Render writes the plan down as the files of a bundle. checksums.txt is not among them: it is made
// where the files are stored.
func (p *Plan) Render() (*bundle.Files, error) {
	w := &writer{plan: p, files: &bundle.Files{}}
	w.readme()
	w.sources()
	for i := range p.Releases {
		w.release(&p.Releases[i])
	}
	if len(w.examples) > 0 {
		w.add(ClusterValuesFile, bytes.Join(w.examples, []byte("---\n")), nil)
	}
	if len(p.Vendored) > 0 {
		data, err := localformat.NewProvenance(p.Vendored).YAML()
		w.add(localformat.ProvenanceFile, data, err)
	}
	slices.Sort(w.resources)
	w.template(RootFile, RootFile, config.GeneratedComment, RootKustomizationData{
		Resources: w.resources, Revision: w.revision(), Mode: p.mode(), OCISourceName: p.OCISourceName, Version: p.Version,
	})
	w.fail(deployer.InfoFile, deployer.AddInfo(w.files, p.recipe, p.describe()))
	if err := errors.Join(append(w.problems, dropped(w.files))...); err != nil {
		return nil, err
	}
	return w.files, nil
}

// dropped refuses files that would be lost on the way to the cluster.
func dropped(files *bundle.Files) error {
	var problems []error
	for _, path := range files.Paths() {
		if pattern := localformat.Dropped(path); pattern != "" {
			problems = append(problems, errors.Invalid("file %q: Flux drops files that match %q on their way to the cluster; rename the file or the component", path, pattern))
		}
	}
	return errors.Join(problems...)
}

// writer collects files of a bundle.
type writer struct {
	plan      *Plan
	files     *bundle.Files
	resources []string
	examples  [][]byte // the ConfigMaps that a cluster brings
	problems  []error
}

// revision follows from the objects, which are all there and sorted.
func (w *writer) revision() string {
	h := sha256.New()
	for file := range w.files.All() {
		if _, object := slices.BinarySearch(w.resources, file.Path); object {
			fmt.Fprintf(h, "%q %q", file.Path, file.Data)
		}
	}
	return "h" + hex.EncodeToString(h.Sum(nil))[:12]
}

func (w *writer) readme() {
	comment, data := "<!-- "+config.GeneratedComment[2:]+" -->", w.plan.readme()
	w.template("README.md", "README.md", comment, data)
	if len(data.Upgrades) > 0 {
		w.template(upgradingFile, upgradingFile, comment, data.Upgrades)
	}
}

func (w *writer) sources() {
	p := w.plan
	for _, repo := range p.Repositories {
		w.object("sources/helmrepo-"+repo.Name+".yaml", "helmrepository.yaml", HelmRepoSourceData{
			Name: repo.Name, Namespace: p.Namespace, URL: repo.URL, IsOCI: repo.OCI,
			Interval: config.Duration(p.settings.HelmRepositoryInterval), SecretName: repo.Secret, CertSecretName: repo.CertSecret,
		})
	}
	if git := p.Git; git != nil {
		w.object("sources/gitrepo-"+git.Name+".yaml", "gitrepository.yaml", GitRepoSourceData{
			Name: git.Name, Namespace: p.Namespace, URL: git.URL, Branch: git.Branch,
			Interval: config.Duration(p.settings.GitRepositoryInterval), SecretName: git.Secret, ProxySecretName: git.ProxySecret,
		})
	}
}

func (w *writer) add(path string, data []byte, err error) {
	if err == nil {
		err = w.files.Add(path, data)
	}
	w.fail(path, err)
}

func (w *writer) fail(path string, err error) {
	if err != nil {
		w.problems = append(w.problems, errors.In(err, "file %q", path))
	}
}

func (w *writer) template(path, name, comment string, data any) {
	out, err := execute(name, comment, data)
	w.add(path, out, err)
}

// object adds the file of an object that Flux reconciles.
func (w *writer) object(path, name string, data any) {
	w.resources = append(w.resources, path)
	w.template(path, name, config.GeneratedComment, data)
}
