package chart

import (
	"bytes"
	"encoding/json"
	"errors"
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
)

// Manifest is one document that a chart gives.
type Manifest struct {
	// Template is the path of what gave it, the chart's name first:
	// "gpu-operator/templates/operator.yaml", "a/charts/b/crds/c.yaml".
	Template string
	// JSON is the document. It is an object with an apiVersion and a kind.
	JSON []byte
	// Hook says that Helm runs it as a hook, apart from the release.
	Hook bool
	// CRD says that it comes from crds/: Helm applies it first, and renders nothing in it.
	CRD bool
}

// Object returns the document as Kubernetes reads JSON: numbers are int64 or float64.
func (m Manifest) Object() map[string]any {
	var object map[string]any
	_ = kjson.UnmarshalCaseSensitivePreserveInts(m.JSON, &object) // it has been read already
	return object
}

// manifests cuts texts, which are by template, into documents with Helm's own code: by template,
// and then in the order of the template. Every text that is no manifest is complained of. plain says
// that kustomize surely takes them.
func manifests(texts map[string]string) (all []Manifest, plain bool, complaints []*Error) {
	ids := map[string]bool{"": true}
	plain = true
	for _, d := range documentsOf(texts) {
		data, strictly := yaml.YAMLToJSONStrict([]byte(d.text))
		var err error
		if strictly != nil { // a key that is there twice, which Helm takes
			data, err = yaml.YAMLToJSON([]byte(d.text))
		}
		if err != nil {
			complaints = append(complaints, d.notYAML(err))
		} else if manifest, id, failure := d.read(data); failure != nil {
			complaints = append(complaints, failure)
		} else if manifest.JSON != nil {
			plain = plain && strictly == nil && !ids[id]
			ids[id] = true
			all = append(all, manifest)
		}
	}
	return all, plain, complaints
}

// documentsOf cuts texts, which are by template, into documents with Helm's own code.
func documentsOf(texts map[string]string) (all []document) {
	for _, template := range slices.Sorted(maps.Keys(texts)) {
		if skipped(template) {
			continue
		}
		documents := releaseutil.SplitManifests(texts[template])
		order := releaseutil.BySplitManifestsOrder(slices.Collect(maps.Keys(documents)))
		sort.Sort(order)
		for _, key := range order {
			all = append(all, document{template, "what it renders", documents[key]})
		}
	}
	return all
}

// skipped reports whether a template gives no documents: notes, and files of helpers.
func skipped(template string) bool {
	return strings.HasSuffix(template, "NOTES.txt") || strings.HasPrefix(path.Base(template), "_")
}

// crdManifests reads what is in crds/, with the decoder by which Helm applies it. All that is no
// object is complained of.
func crdManifests(crds []chartv2.CRD) (all []Manifest, complaints []*Error) {
	const decoderBuffer = 4096 // how far Helm looks for the brace that makes a stream of JSON
	slices.SortStableFunc(crds, func(a, b chartv2.CRD) int { return strings.Compare(a.Filename, b.Filename) })
	for _, crd := range crds {
		decoder := k8syaml.NewYAMLOrJSONDecoder(bytes.NewReader(crd.File.Data), decoderBuffer)
		for {
			var data json.RawMessage
			err := decoder.Decode(&data)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				complaints = append(complaints, document{crd.Filename, "it", string(crd.File.Data)}.notYAML(err))
				break
			}
			if len(data) == 0 {
				continue // nothing but comments
			}
			if manifest, _, failure := (document{crd.Filename, "it", string(data)}).read(data); failure != nil {
				complaints = append(complaints, failure)
			} else if manifest.JSON != nil {
				manifest.CRD, manifest.Hook = true, false
				all = append(all, manifest)
			}
		}
	}
	return all, complaints
}

// document is a text of a file, called what in complaints.
type document struct{ file, what, text string }

// read looks at the JSON that the text became; null is no object, and no error. id is by what
// kustomize knows the object; empty where kustomize may stumble over it.
func (d document) read(data []byte) (m Manifest, id string, failure *Error) {
	data = bytes.TrimSpace(data)
	switch {
	case string(data) == "null":
		return m, "", nil
	case data[0] != '{':
		return m, "", d.fail(KindObject, " is not an object")
	}
	var head struct {
		APIVersion any `json:"apiVersion"`
		Kind       any `json:"kind"`
		Metadata   any `json:"metadata"`
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &head); err != nil {
		return m, "", d.notYAML(err)
	}
	const without = " is an object without %s, which Kubernetes refuses"
	if version, _ := head.APIVersion.(string); version == "" {
		return m, "", d.fail(KindObject, fmt.Sprintf(without, "apiVersion"))
	}
	if kind, _ := head.Kind.(string); kind == "" {
		return m, "", d.fail(KindObject, fmt.Sprintf(without, "kind"))
	}
	metadata, _ := head.Metadata.(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	_, hook := annotations["helm.sh/hook"]
	return Manifest{Template: d.file, JSON: data, Hook: hook}, plainID(head.APIVersion, head.Kind, metadata), nil
}

// plainID is the kind, the namespace and the name of an object; empty where kustomize may stumble
// over it.
func plainID(apiVersion, kind any, metadata map[string]any) string {
	name, _ := metadata["name"].(string)
	namespace, placed := metadata["namespace"].(string)
	for _, field := range []string{"labels", "annotations"} {
		if _, isMap := metadata[field].(map[string]any); !isMap && metadata[field] != nil {
			return ""
		}
	}
	if kind, _ := kind.(string); name == "" || strings.HasSuffix(kind, "List") || !placed && metadata["namespace"] != nil {
		return ""
	}
	return fmt.Sprintf("%s %s %s/%s", apiVersion, kind, namespace, name)
}

func (d document) notYAML(err error) *Error {
	return d.fail(KindYAML, fmt.Sprintf(" is not YAML (%s)", oneLine(err.Error())))
}

// fail adds to a complaint enough of the text to find it in its template.
func (d document) fail(kind Kind, complaint string) *Error {
	const most = 60
	line, _, _ := strings.Cut(strings.TrimSpace(d.text), "\n")
	if runes := []rune(line); len(runes) > most {
		line = string(runes[:most]) + "…"
	}
	return &Error{Kind: kind, Template: d.file, Message: fmt.Sprintf("%s%s; it begins %q", d.what, complaint, line)}
}
