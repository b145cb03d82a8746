package flux

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/values"
)

// valuesKey is where the values stand in a ConfigMap.
const valuesKey = "values.yaml"

// configMap adds the dynamic values, and a comment for each path that has none. In OCI mode the
// cluster is the only place where each cluster can have its own, so Flux only creates the object
// there.
//
// In Git mode it returns a key of the ConfigMap that is named after the values, and has none. The
// ConfigMap is applied before the HelmRelease, and wakes the one that is in the cluster. As the
// HelmRelease asks for this key, the one before stops there, instead of upgrading with these values
// and the rest as it was.
func (w *writer) configMap(r *Release) (generatedKey string) {
	path := r.Name + "/configmap-values.yaml"
	oci := w.plan.mode() == ModeOCI
	file, err := w.editable(r, oci, dynamicValues{dynamic: r.Dynamic, unset: r.Unset, below: r.nestedBelow()})
	if err == nil {
		err = w.files.AddFile(bundle.File{Path: path, Data: file.bytes(file.text), Editable: true, Former: w.formers(r, file, oci)})
	}
	w.fail(path, err)
	w.resources = append(w.resources, path)
	return file.key
}

// defaults adds the dynamic values a second time, below those that belong to the cluster, and returns
// the name of the object. A ConfigMap that Flux only creates never learns of a path that a later
// bundle adds, or moves below the name of a vendored chart: without this one the release would lose the
// value. It is named after its content, so that the release changes with it, once.
func (w *writer) defaults(r *Release) (name string) {
	path := r.Name + "/configmap-defaults.yaml"
	text, err := values.Encode(r.Dynamic, 4)
	w.fail(path, err)
	name = r.Name + "-defaults-" + contentName(text)
	w.object(path, "configmap-values.yaml", ConfigMapData{Name: name, Namespace: w.plan.Namespace, ValuesYAML: text})
	return name
}

// contentName is short enough for a name, and long enough that two contents of one release have two.
func contentName(text string) string { return sha256Of(text)[:12] }

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// nestedBelow is the name below which the values of the component stand in a vendored chart.
func (r *Release) nestedBelow() string {
	if r.upstream && r.Local != nil {
		return r.chartName
	}
	return ""
}

// dynamicValues are dynamic values as a chart gets them.
type dynamicValues struct {
	dynamic map[string]any
	unset   [][]string
	below   string // the name below which all of them stand; empty: at the top
}

// formers are the forms that the file of a release has in the other mode, and with its chart vendored
// where it is not here, or the other way round.
func (w *writer) formers(r *Release, to editableFile, oci bool) []bundle.Former {
	forms := []dynamicValues{{r.Dynamic, r.Unset, r.nestedBelow()}}
	if c := r.component; c != nil && !c.hasTags() {
		other := dynamicValues{dynamic: c.dynamic, unset: c.unset}
		if r.Local == nil {
			var nested Release
			nested.nest(r.chartName, c, false)
			other = dynamicValues{nested.Dynamic, nested.Unset, r.chartName}
		}
		forms = append(forms, other)
	}
	var formers []bundle.Former
	for i, form := range forms {
		for _, mode := range []bool{oci, !oci} {
			if i == 0 && mode == oci {
				continue // that is what it is now
			}
			from, err := w.editable(r, mode, form)
			if err != nil {
				continue // what is edited stays in the way
			}
			formers = append(formers, bundle.Former{SHA256: sha256Of(string(from.bytes(from.text))), Carry: func(edited []byte) ([]byte, bool) { return carry(from, to, edited) }})
		}
	}
	return formers
}

// hasTags reports whether tags are among the dynamic values: a wrapper chart has them in two places.
func (v *componentValues) hasTags() bool {
	if _, ok := v.dynamic["tags"]; ok {
		return true
	}
	for _, path := range v.unset {
		if path[0] == "tags" {
			return true
		}
	}
	return false
}

// editableFile is a ConfigMap for editing: its head, and the values below it.
type editableFile struct {
	head, text string
	below      string
	hints      []string // those of the text, in the order of the paths
	key        string   // the one that is named after the text; empty in OCI mode
}

func (f editableFile) bytes(text string) []byte {
	return []byte(f.head + strings.TrimRight(values.Indent(text, 4), "\n") + "\n")
}

func (w *writer) editable(r *Release, oci bool, v dynamicValues) (editableFile, error) {
	f := editableFile{below: v.below}
	var err error
	if f.text, f.hints, err = v.text(); err != nil {
		return f, err
	}
	if !oci {
		f.key = "generated-" + contentName(f.text)
	}
	out, err := execute("configmap-values.yaml", config.EditableComment, ConfigMapData{
		Name: r.ConfigMapName(), Namespace: w.plan.Namespace, ValuesYAML: values.Indent(f.text, 4), CreatedOnce: oci, GeneratedKey: f.key,
	})
	head, _, _ := strings.Cut(string(out), valuesHead)
	f.head = head + valuesHead
	return f, err
}

// text is the values, and a hint for each path that has none.
func (v dynamicValues) text() (text string, hints []string, err error) {
	if len(v.dynamic) > 0 {
		if text, err = values.Encode(v.dynamic, 0); err != nil {
			return "", nil, err
		}
	}
	for _, keys := range v.unset {
		hint, err := hintAt(keys)
		if err != nil {
			return "", nil, err
		}
		hints = append(hints, hint)
		text += hint
	}
	return text, hints, nil
}

// valuesHead is the line of the template above the values.
const valuesHead = "  " + valuesKey + ": |\n"

// hintAt is the comment for a path that has no value.
func hintAt(keys []string) (string, error) {
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
	return fmt.Sprintf("# %s is not set, so the chart's default holds. To set it, merge this in:\n", path) + commented(example), nil
}

func commented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("#   " + line)
	}
	return b.String()
}
