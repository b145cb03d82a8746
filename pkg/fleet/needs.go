package fleet

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// need is a ConfigMap that a release reads and the cluster brings.
type need struct {
	release   *rollout.Release
	configMap rollout.ValuesFrom
}

// needsOf are the ConfigMaps of the cluster, by release.
func needsOf(r *rollout.Rollout) map[string]need {
	needs := map[string]need{}
	for _, release := range r.Releases {
		for _, from := range release.ValuesFrom {
			if from.OfCluster && r.Object(from.Ref) == nil {
				needs[release.Name] = need{release, from}
			}
		}
	}
	return needs
}

// checkValues holds the values of a cluster against what the releases take.
func checkValues(needs map[string]need, given map[string]map[string]any) error {
	var problems []error
	for _, release := range slices.Sorted(maps.Keys(given)) {
		n, known := needs[release]
		if !known {
			problems = append(problems, errors.Invalid("values: release %q takes none from the cluster; bundle it with `DynamicValues` %s:PATH and `ValuesFrom` cluster. Those that do are: %s",
				release, release, names(needs)))
			continue
		}
		for _, path := range hidden(given[release], n.release.Values(), nil) {
			problems = append(problems, errors.Invalid("values of release %q: %s has no effect, because the bundle sets it in the release itself; bundle it with `DynamicValues` %s",
				release, path, values.Argument(release, path)))
		}
	}
	for _, release := range slices.Sorted(maps.Keys(needs)) {
		if n := needs[release]; given[release] == nil && !n.configMap.Optional {
			problems = append(problems, errors.Invalid("release %q waits for values of the cluster, and there are none; set values.%s, to {} where those of the bundle are meant", release, release))
		}
	}
	return errors.Join(problems...)
}

// hidden are the paths of values that inline values win over.
func hidden(given, inline map[string]any, above []string) (paths []string) {
	for _, key := range slices.Sorted(maps.Keys(given)) {
		set, ok := inline[key]
		if !ok {
			continue
		}
		at := append(slices.Clone(above), key)
		below, isMap := given[key].(map[string]any)
		setBelow, both := set.(map[string]any)
		if isMap && both {
			paths = append(paths, hidden(below, setBelow, at)...)
		} else {
			paths = append(paths, values.JoinPath(at))
		}
	}
	return paths
}

// checkSource refuses a bundle whose charts would not be found through the source.
func (b Bundle) checkSource(r *rollout.Rollout) error {
	for _, release := range r.Releases {
		if release.Source.Kind != "GitRepository" {
			continue
		}
		switch own := r.Object(release.Source) != nil; {
		case b.OCI != "":
			return errors.Invalid("it was made for Git: the chart of %q comes from a GitRepository; make it with `OCISourceName`", release.Name)
		case own:
			return errors.Invalid("it brings the GitRepository %q itself, which the Kustomization of a cluster needs before; make it with `GitSourceName`", release.Source.Name)
		case release.Source.Name != b.Source:
			return errors.Invalid("the chart of %q comes from the GitRepository %q, and the source is %q; make it with `GitSourceName` %s", release.Name, release.Source.Name, b.Source, b.Source)
		case !strings.HasPrefix(clean(release.Chart)+"/", clean(b.Path)+"/") && clean(b.Path) != "":
			return errors.Invalid("the chart of %q lies in %s, and the bundle in %s; make it with `RepoPath` %s", release.Name, release.Chart, b.Path, b.Path)
		}
	}
	return nil
}

// artifactSource is the OCIRepository that charts of the bundle come from; empty where none does.
func artifactSource(r *rollout.Rollout) string {
	for _, o := range r.Objects {
		for _, made := range rollout.Made(o) {
			for _, source := range r.Artifact(made).Sources {
				return source.Name
			}
		}
	}
	return ""
}
