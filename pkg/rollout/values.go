package rollout

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"

	"github.com/aicr-flux/aicr/pkg/values"
)

// Compose merges what helm-controller gives to Helm: each valuesFrom in order, over the one before
// it, and the inline values over all of them. What it cannot read, a Secret or an object that the
// bundle lacks, is left out and noted; for the one value that a Secret puts at a TargetPath, there
// is SecretPlaceholder.
func (r *Rollout) Compose(release *Release) (composed map[string]any, problems []Problem) {
	composed = map[string]any{}
	inline := values.Clone(release.Values())
	for _, from := range release.ValuesFrom {
		if from.TargetPath != "" {
			// Before, so that what goes into a map of inline values is in these, too, and stays.
			composed = loader.MergeMaps(composed, inline)
		}
		text, err := r.textOf(from)
		if text != nil {
			var unread error
			composed, unread = from.Merge(composed, *text)
			err = cmp.Or(err, unread)
		}
		if err != nil {
			problems = append(problems, Problem{from.Place, err.Error()})
		}
	}
	return loader.MergeMaps(composed, inline), problems
}

// SecretPlaceholder stands for a value that only the cluster has. A chart that demands the value, or
// makes a name of it, renders with it.
const SecretPlaceholder = "secret-of-the-cluster"

// textOf returns what a valuesFrom refers to; nil where it may be missing and is. With an error it
// may return what stands for it.
func (r *Rollout) textOf(from ValuesFrom) (*string, error) {
	if from.Kind == "Secret" && from.TargetPath != "" {
		text := SecretPlaceholder
		return &text, fmt.Errorf("the value at %s is in %s of the cluster", from.TargetPath, from.Ref)
	}
	if from.Kind != "ConfigMap" {
		return nil, fmt.Errorf("the values of %s are not in the bundle as a whole", from.Ref)
	}
	configMap := r.Object(from.Ref)
	var text any
	if configMap != nil {
		text = configMap.Get("data", from.Key)
	}
	switch text, ok := text.(string); {
	case ok:
		return &text, nil
	case from.Optional:
		return nil, nil
	case configMap == nil && from.OfCluster:
		return nil, fmt.Errorf("the values of %s are the cluster's", from.Ref)
	case configMap == nil:
		return nil, fmt.Errorf("the bundle does not hold %s", from.Ref)
	}
	return nil, fmt.Errorf("%s has no key %q", from.Ref, from.Key)
}

// Merge merges what stands at the key into the values, as helm-controller does
// (fluxcd/pkg/chartutil): a map of values, or with a TargetPath one text, by Helm's own parser.
// Literal text and text in quotes is taken as --set-string takes it, and any other as --set, so
// that commas and brackets in it mean something. On an error the values may hold a part of it.
func (f ValuesFrom) Merge(into map[string]any, text string) (map[string]any, error) {
	if f.TargetPath == "" {
		more, err := values.Decode([]byte(text))
		if err != nil {
			return into, fmt.Errorf("%s: key %q: %w", f.Ref, f.Key, err)
		}
		return loader.MergeMaps(into, more), nil
	}
	in := func(quote string) bool { return strings.HasPrefix(text, quote) && strings.HasSuffix(text, quote) }
	var err error
	switch {
	case f.Literal:
		err = strvals.ParseIntoString(f.TargetPath+"="+literal.Replace(text), into)
	case in(`"`) || in(`'`):
		err = strvals.ParseIntoString(f.TargetPath+"="+strings.Trim(text, `'"`), into)
	default:
		err = strvals.ParseInto(f.TargetPath+"="+text, into)
	}
	if err != nil {
		return into, fmt.Errorf("%s: key %q cannot be put at %s: %w", f.Ref, f.Key, f.TargetPath, err)
	}
	return into, nil
}

// literal escapes what --set-string would interpret.
var literal = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`)

// valuesFiles merges the files that stand in the place of values.yaml in a chart from Git, whose
// paths are those of the repository, in which the bundle lies at prefix. nil means none.
func (r *Rollout) valuesFiles(release *Release, prefix string) (merged map[string]any, problems []Problem) {
	for i, file := range release.ValuesFiles {
		at := release.Place("spec", "chart", "spec", "valuesFiles", i)
		name := r.Tree.below(path.Clean(strings.TrimPrefix(file, "/")), prefix)
		if name == "" || !r.Tree.IsFile(name) {
			if !release.IgnoreMissingValuesFiles {
				problems = append(problems, Problem{at, fmt.Sprintf("the bundle does not hold the values file %q", file)})
			}
			continue
		}
		data, err := r.Tree.Read(name)
		var more map[string]any
		if err == nil {
			more, err = values.Decode(data)
		}
		if err != nil {
			problems = append(problems, Problem{at, fmt.Sprintf("values file %q: %s", file, err)})
			continue
		}
		if merged == nil {
			merged = map[string]any{}
		}
		merged = loader.MergeMaps(merged, more)
	}
	return merged, problems
}
