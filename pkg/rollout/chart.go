package rollout

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// Origin says where the chart of a release comes from.
type Origin int

// The origins of charts.
const (
	// OriginUnknown is a source that the bundle does not describe.
	OriginUnknown Origin = iota
	// OriginRepository is a chart repository, or an OCI repository of a chart.
	OriginRepository
	// OriginGit is a directory of the bundle, which Flux reads from Git.
	OriginGit
	// OriginArtifact is an artifact that is composed of files of the bundle.
	OriginArtifact
	// OriginMissing is a place that should be in the bundle and is not.
	OriginMissing
)

// ChartSource tells where the chart of a release comes from.
type ChartSource struct {
	Origin Origin
	// Dir is the directory of the bundle with the chart's Chart.yaml; "" unless the chart is local.
	Dir string
	// RepositoryPath is, for OriginGit, where in the repository the bundle must lie for the release
	// to find its chart: "clusters/a", or "." for the root.
	RepositoryPath string
	// Repository is the URL of the chart repository, for OriginRepository.
	Repository string
	// Files are the chart's files below its directory, and the files of the bundle that they are.
	Files map[string]string
	// Values stand, where they are not nil, in the place of the chart's own values.yaml: what
	// chart.spec.valuesFiles makes of a chart from Git in the bundle. ValuesProblems are why not
	// all of them can be read.
	Values         map[string]any
	ValuesProblems []Problem
	// Problems are why the chart is not as its generator means it.
	Problems []Problem
}

// Local reports whether the bundle holds the chart.
func (c ChartSource) Local() bool { return c.Origin == OriginGit || c.Origin == OriginArtifact }

// ChartSource follows the release to its chart. repositoryPath is where in its repository the
// bundle lies; "" where that is not known, and then the chart's path must end in a directory of the
// bundle.
func (r *Rollout) ChartSource(release *Release, repositoryPath string) ChartSource {
	switch release.Source.Kind {
	case "HelmRepository":
		if o := r.Object(release.Source); o != nil {
			return ChartSource{Origin: OriginRepository, Repository: o.Text("spec", "url")}
		}
	case "OCIRepository":
		if o := r.Object(release.Source); o != nil && release.HasChartRef {
			return ChartSource{Origin: OriginRepository, Repository: o.Text("spec", "url")}
		}
	case "GitRepository", "Bucket":
		return r.fromGit(release, repositoryPath)
	case externalArtifact:
		if a := r.Artifact(release.Source); a != nil {
			return r.fromArtifact(a, repositoryPath)
		}
	}
	return ChartSource{}
}

func (r *Rollout) fromGit(release *Release, repositoryPath string) ChartSource {
	chart := path.Clean(strings.TrimPrefix(release.Chart, "/"))
	dir, prefix := r.suffix(chart)
	if repositoryPath != "" {
		held := dir != "" // then the bundle was moved, and what lies beside it is another one's
		prefix = path.Clean(repositoryPath)
		if dir = r.Tree.below(chart, prefix); held && Outside(dir) {
			dir = ""
		}
	}
	if dir == "" || !r.Tree.IsFile(path.Join(dir, "Chart.yaml")) {
		return ChartSource{Origin: OriginMissing}
	}
	source := ChartSource{Origin: OriginGit, Dir: dir, RepositoryPath: prefix, Files: map[string]string{}}
	source.Values, source.ValuesProblems = r.valuesFiles(release, prefix)
	r.take(source.Files, dir, "", nil)
	return source
}

// below returns a path of the repository as one of the bundle at prefix; "" where it is outside, and
// nothing is seen there.
func (t *Tree) below(file, prefix string) string {
	if prefix == "." {
		return file
	}
	if inside, ok := strings.CutPrefix(file, prefix+"/"); ok {
		return inside
	}
	if t.around != nil && t.around.dir == prefix {
		return t.around.part(file)
	}
	return ""
}

// suffix cuts a path of the repository where the bundle begins: its longest end with a chart.
func (r *Rollout) suffix(chart string) (dir, prefix string) {
	for dir := chart; ; {
		if r.Tree.IsFile(path.Join(dir, "Chart.yaml")) {
			return dir, path.Clean("./" + strings.TrimSuffix(strings.TrimSuffix(chart, dir), "/"))
		}
		_, rest, ok := strings.Cut(dir, "/")
		if !ok {
			return "", ""
		}
		dir = rest
	}
}

func (r *Rollout) fromArtifact(a *Artifact, repositoryPath string) ChartSource {
	files, problems, elsewhere := a.Compose(r.Tree, repositoryPath)
	if elsewhere != "" {
		return ChartSource{}
	}
	source := ChartSource{Origin: OriginArtifact, Files: map[string]string{}, Problems: problems}
	tops := map[string]bool{}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		from := files[file]
		top, rest, below := strings.Cut(file, "/")
		if tops[top] = true; !below {
			rest = file
		}
		source.Files[rest] = from
		if below && rest == "Chart.yaml" {
			source.Dir = path.Dir(from)
		}
	}
	if len(problems) == 0 && (len(tops) != 1 || source.Dir == "") {
		source.Problems = append(source.Problems, Problem{
			a.Generator.Place("spec", "artifacts", a.Index, "copy"),
			"the artifact " + a.Name + " must hold one directory, and that must hold the Chart.yaml; copy everything to @artifact/<chart>/",
		})
	}
	return source
}
