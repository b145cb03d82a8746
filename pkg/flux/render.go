package flux

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/values"
)

// RootFile is the Kustomize file that lists every object of a bundle. Every
// bundle has it, so it tells a bundle's checksums.txt from any other.
const RootFile = "kustomization.yaml"

// Render writes the plan down as the files of a bundle. checksums.txt is not
// among them: whoever stores the files makes it.
func (p *Plan) Render() (*bundle.Files, error) {
	w := p.newWriter()
	for _, part := range p.parts() {
		w.include(part)
	}
	if len(p.Vendored) > 0 {
		data, err := localformat.NewProvenance(p.Vendored).YAML()
		w.add(localformat.ProvenanceFile, data, err)
	}
	slices.Sort(w.resources)
	w.template(RootFile, RootFile, config.GeneratedComment, RootKustomizationData{
		Resources: w.resources, Mode: p.mode(), OCISourceName: p.OCISourceName, Version: p.Version,
	})
	if err := errors.Join(append(w.problems, dropped(w.files))...); err != nil {
		return nil, err
	}
	return w.files, nil
}

// parts renders the README, the sources and the releases side by side, the
// releases in batches: a writer each.
func (p *Plan) parts() []*writer {
	tasks := []func(*writer){(*writer).readme, (*writer).sources}
	for batch := range slices.Chunk(p.Releases, max(1, min(64, len(p.Releases)/runtime.GOMAXPROCS(0)/2))) {
		tasks = append(tasks, func(w *writer) {
			for i := range batch {
				w.release(&batch[i])
			}
		})
	}
	parts := make([]*writer, len(tasks))
	parallel.Each(len(tasks), func(i int) {
		parts[i] = p.newWriter()
		tasks[i](parts[i])
	})
	return parts
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
	problems  []error
}

func (p *Plan) newWriter() *writer { return &writer{plan: p, files: &bundle.Files{}} }

func (w *writer) readme() {
	w.template("README.md", "README.md", "<!-- "+config.GeneratedComment[2:]+" -->", w.plan.readme())
}

func (w *writer) sources() {
	p := w.plan
	for _, repo := range p.Repositories {
		w.object("sources/helmrepo-"+repo.Name+".yaml", "helmrepository.yaml", HelmRepoSourceData{
			Name: repo.Name, Namespace: p.Namespace, URL: repo.URL, IsOCI: repo.OCI,
			Interval: duration(p.settings.HelmRepositoryInterval), SecretName: repo.Secret,
		})
	}
	if git := p.Git; git != nil {
		w.object("sources/gitrepo-"+git.Name+".yaml", "gitrepository.yaml", GitRepoSourceData{
			Name: git.Name, Namespace: p.Namespace, URL: git.URL, Branch: git.Branch,
			Interval: duration(p.settings.GitRepositoryInterval), SecretName: git.Secret,
		})
	}
}

// include takes over what another writer has collected.
func (w *writer) include(part *writer) {
	for f := range part.files.All() {
		w.fail(f.Path, w.files.AddFile(f))
	}
	w.resources = append(w.resources, part.resources...)
	w.problems = append(w.problems, part.problems...)
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

// helmRelease adds the HelmRelease, with its outline.
func (w *writer) helmRelease(r *Release, name string, data any) {
	path := r.Name + "/helmrelease.yaml"
	w.resources = append(w.resources, path)
	out, err := execute(name, config.GeneratedComment, data)
	if err == nil {
		err = w.files.AddFile(bundle.File{Path: path, Data: out, Outline: outline(out, r.Values)})
	}
	w.fail(path, err)
}

func (w *writer) release(r *Release) {
	if r.Local != nil {
		w.chart(r)
	}
	inline := ""
	if len(r.Values) > 0 {
		var err error
		inline, err = values.Encode(r.Values, 4)
		w.fail(r.Name, err)
	}
	settings := w.releaseSettings(r)
	dependsOn := make([]DependsOnRef, len(r.DependsOn))
	for i, name := range r.DependsOn {
		dependsOn[i].Name = name
	}
	var valuesFrom []ValuesFromRef
	if r.HasConfigMap() {
		valuesFrom = []ValuesFromRef{{Name: r.ConfigMapName()}}
		w.configMap(r)
	}
	if r.SourceKind == "ExternalArtifact" {
		w.helmRelease(r, "helmrelease-chartref.yaml", ChartRefHelmReleaseData{
			Name: r.Name, Namespace: w.plan.Namespace, TargetNamespace: r.TargetNamespace, ChartRefName: r.SourceName,
			DependsOn: dependsOn, ValuesFrom: valuesFrom, ValuesYAML: inline, ReleaseSettingsData: settings,
		})
		return
	}
	w.helmRelease(r, "helmrelease.yaml", HelmReleaseData{
		Name: r.Name, Namespace: w.plan.Namespace, TargetNamespace: r.TargetNamespace,
		Chart: r.Chart, Version: r.Version, SourceKind: r.SourceKind, SourceName: r.SourceName,
		DependsOn: dependsOn, ValuesFrom: valuesFrom, ValuesYAML: inline,
		ChartInterval: duration(w.plan.settings.ChartInterval), ReleaseSettingsData: settings,
	})
}

func (w *writer) releaseSettings(r *Release) ReleaseSettingsData {
	s := w.plan.settings
	return ReleaseSettingsData{
		Interval: duration(s.Interval), Timeout: duration(s.Timeout), RetryInterval: duration(s.RetryInterval),
		StorageNamespace: r.StorageNamespace, CreateNamespace: r.CreateNamespace,
		DriftDetection: s.DriftDetection, ServiceAccount: s.ServiceAccount,
	}
}

// helmignore keeps what belongs to Flux out of a chart that source-controller
// packs from the whole directory: otherwise each edit of a value would change
// the chart, and the values would be stored with it.
const helmignore = "# Generated by aicr: these files are Flux's, not the chart's.\n/helmrelease.yaml\n/configmap-values.yaml\n"

// chart adds the files of a local chart, and what brings it into the cluster.
func (w *writer) chart(r *Release) {
	data, err := r.Local.ChartYAML()
	w.add(r.Name+"/Chart.yaml", data, err)
	for _, f := range r.Local.Files {
		w.add(r.Name+"/"+f.Path, f.Data, nil)
	}
	if r.SourceKind != "ExternalArtifact" {
		w.add(r.Name+"/.helmignore", []byte(helmignore), nil)
		return
	}
	w.object(r.Name+"/artifactgenerator.yaml", "artifactgenerator.yaml", ArtifactGeneratorData{
		Name: r.artifactName(), Namespace: w.plan.Namespace, OCISourceName: w.plan.OCISourceName,
		ArtifactName: r.SourceName, ChartPath: r.Name, Directories: r.Local.Directories(),
	})
}

// configMap adds the dynamic values, and a comment for each path that has none.
func (w *writer) configMap(r *Release) {
	path := r.Name + "/configmap-values.yaml"
	text, err := dynamicYAML(r)
	if err == nil {
		var out []byte
		if out, err = execute("configmap-values.yaml", config.EditableComment, ConfigMapData{
			Name: r.ConfigMapName(), Namespace: w.plan.Namespace, ValuesYAML: values.Indent(text, 4),
		}); err == nil {
			err = w.files.AddEditable(path, out)
		}
	}
	w.fail(path, err)
	w.resources = append(w.resources, path)
}

func dynamicYAML(r *Release) (string, error) {
	text := ""
	if len(r.Dynamic) > 0 {
		var err error
		if text, err = values.Encode(r.Dynamic, 0); err != nil {
			return "", err
		}
	}
	for _, keys := range r.Unset {
		hint := map[string]any{}
		values.Set(hint, keys, "VALUE")
		example, err := values.Encode(hint, 0)
		if err != nil {
			return "", err
		}
		// Quoted where it must be: a line break would end the comment.
		path, err := values.Scalar(values.JoinPath(keys))
		if err != nil {
			return "", err
		}
		text += fmt.Sprintf("# %s is not set, so the chart's default holds. To set it, merge this in:\n", path)
		text += commented(example)
	}
	return text, nil
}

func commented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("#   " + line)
	}
	return b.String()
}
