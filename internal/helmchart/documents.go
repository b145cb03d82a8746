package helmchart

import (
	"bytes"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	k8syaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Manifest is one document that a chart gives.
type Manifest struct {
	// Template is the path of what gave it, the chart's name first: "gpu-operator/templates/operator.yaml",
	// "a/charts/b/crds/c.yaml".
	Template string
	// Text is the document as it came out; of crds/, as JSON.
	Text string
	// Object is the document as read, as Kubernetes reads JSON: numbers are int64 or float64. It has an apiVersion and a
	// kind.
	Object map[string]any
	// Hook says that Helm runs it as a hook, apart from the release.
	Hook bool
	// CRD says that it comes from crds/: Helm applies it before everything else, and renders nothing in it.
	CRD bool
}

// manifests cuts texts, which are by template, into documents, with Helm's own knife: by template, and then in the order
// of the template. Every text that is no manifest is complained of.
func manifests(texts map[string]string) ([]Manifest, error) {
	var all []Manifest
	var complaints []error
	for _, template := range slices.Sorted(maps.Keys(texts)) {
		if strings.HasSuffix(template, "NOTES.txt") || strings.HasPrefix(path.Base(template), "_") {
			continue
		}
		documents := releaseutil.SplitManifests(texts[template])
		order := releaseutil.BySplitManifestsOrder(slices.Collect(maps.Keys(documents)))
		sort.Sort(order)
		for _, key := range order {
			manifest, err := read(template, documents[key])
			if err != nil {
				complaints = append(complaints, coded(err))
			} else if manifest.Object != nil {
				all = append(all, manifest)
			}
		}
	}
	return all, errors.Join(complaints...)
}

// crdManifests reads what is in crds/, with the decoder by which Helm applies it. All that is no object is complained of.
func crdManifests(crds []chartv2.CRD) ([]Manifest, error) {
	var all []Manifest
	var complaints []error
	slices.SortStableFunc(crds, func(a, b chartv2.CRD) int { return strings.Compare(a.Filename, b.Filename) })
	for _, crd := range crds {
		decoder := k8syaml.NewYAMLOrJSONDecoder(bytes.NewReader(crd.File.Data), decoderBuffer)
		for {
			var document json.RawMessage
			err := decoder.Decode(&document)
			if stderrors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				complaints = append(complaints, coded(notYAML(crd.Filename, "it", string(crd.File.Data), err)))
				break
			}
			if len(document) == 0 {
				continue // nothing but comments
			}
			if manifest, err := object(crd.Filename, "it", string(document), document); err != nil {
				complaints = append(complaints, coded(err))
			} else if manifest.Object != nil {
				manifest.CRD, manifest.Hook = true, false
				all = append(all, manifest)
			}
		}
	}
	return all, errors.Join(complaints...)
}

// decoderBuffer is how far Helm looks for the brace that makes a stream of JSON.
const decoderBuffer = 4096

// read reads one document that was rendered; one of nothing but comments has no object.
func read(template, text string) (Manifest, *Error) {
	const what = "what it renders"
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return Manifest{}, notYAML(template, what, text, err)
	}
	return object(template, what, text, data)
}

func notYAML(file, what, text string, err error) *Error {
	return &Error{Kind: KindYAML, Template: file, Message: fmt.Sprintf("%s is not YAML (%s); it begins %q", what, oneLine(err.Error()), beginning(text))}
}

// object reads the JSON that text became; null is no object, and no error.
func object(file, what, text string, data []byte) (Manifest, *Error) {
	var content any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &content); err != nil {
		return Manifest{}, notYAML(file, what, text, err)
	}
	if content == nil {
		return Manifest{}, nil
	}
	bad := func(format string, args ...any) (Manifest, *Error) {
		return Manifest{}, &Error{Kind: KindObject, Template: file, Message: what + fmt.Sprintf(format, args...) + fmt.Sprintf("; it begins %q", beginning(text))}
	}
	object, ok := content.(map[string]any)
	if !ok {
		return bad(" is not an object")
	}
	for _, key := range []string{"apiVersion", "kind"} {
		if value, _ := object[key].(string); value == "" {
			return bad(" is an object without %s, which Kubernetes refuses", key)
		}
	}
	return Manifest{Template: file, Text: text, Object: object, Hook: isHook(object)}, nil
}

func isHook(object map[string]any) bool {
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	_, hook := annotations["helm.sh/hook"]
	return hook
}

// beginning is enough of a text to find it in its template.
func beginning(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return line
}
