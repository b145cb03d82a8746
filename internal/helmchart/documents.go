package helmchart

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Manifest is one document that a chart gives.
type Manifest struct {
	// Template is the path of what gave it, the chart's name first: "gpu-operator/templates/operator.yaml",
	// "a/charts/b/crds/c.yaml".
	Template string
	// Text is the document as it came out.
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
func manifests(texts map[string]string, crds bool) ([]Manifest, error) {
	var all []Manifest
	var complaints []error
	for _, template := range slices.Sorted(maps.Keys(texts)) {
		if !crds && (strings.HasSuffix(template, "NOTES.txt") || strings.HasPrefix(path.Base(template), "_")) {
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
				manifest.CRD = crds
				all = append(all, manifest)
			}
		}
	}
	return all, errors.Join(complaints...)
}

// read reads one document; one of nothing but comments has no object.
func read(template, text string) (Manifest, *Error) {
	bad := func(kind Kind, format string, args ...any) (Manifest, *Error) {
		return Manifest{}, &Error{Kind: kind, Template: template, Message: fmt.Sprintf(format, args...)}
	}
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return bad(KindYAML, "what it renders is not YAML (%s); it begins %q", oneLine(err.Error()), beginning(text))
	}
	var content any
	if err := json.UnmarshalCaseSensitivePreserveInts(data, &content); err != nil {
		return bad(KindYAML, "what it renders is not YAML (%s); it begins %q", oneLine(err.Error()), beginning(text))
	}
	if content == nil {
		return Manifest{}, nil
	}
	object, ok := content.(map[string]any)
	if !ok {
		return bad(KindObject, "what it renders is not an object; it begins %q", beginning(text))
	}
	for _, key := range []string{"apiVersion", "kind"} {
		if value, _ := object[key].(string); value == "" {
			return bad(KindObject, "it renders an object without %s, which Kubernetes refuses; it begins %q", key, beginning(text))
		}
	}
	return Manifest{Template: template, Text: text, Object: object, Hook: isHook(object)}, nil
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
