package images

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxText bounds a text that is looked into; an API server takes no larger object.
const maxText = 1 << 20

// texts takes the images in a ConfigMap, or in a Secret that is written in clear: texts that are
// references, as for the variables of an operator, and YAML or JSON, such as the pods that a program
// starts. Which of them it starts is up to the program.
func (f *finder) texts(object map[string]any) {
	field := map[string]string{"ConfigMap": "data", "Secret": "stringData"}[text(object, "kind")]
	if text(object, "apiVersion") != "v1" || field == "" {
		return
	}
	data, _ := object[field].(map[string]any)
	short := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if key == "_example" { // by a custom of Knative and KServe, nobody reads it
			continue
		}
		content := text(data, key)
		if !strings.ContainsAny(strings.TrimSpace(content), " \n{[") {
			short[key] = strings.TrimSpace(content)
			continue
		}
		for _, document := range documents(content) {
			f.document(document, FoundText)
		}
	}
	f.variables(short, FoundText)
}

// namesImage finds a key that is named for an image. Most texts have none, and need not be parsed.
var namesImage = regexp.MustCompile(`[iI]mage\w*["']?\s*:`)

// documents returns what of a text is YAML or JSON and may speak of images.
func documents(text string) (all []any) {
	if len(text) > maxText || !namesImage.MatchString(text) {
		return nil
	}
	var document any
	if json.Unmarshal([]byte(text), &document) == nil {
		return []any{document} // which YAML reads too, and much slower
	}
	for decoder := yaml.NewDecoder(strings.NewReader(text)); ; {
		var document any
		if decoder.Decode(&document) != nil {
			return all // a script or a template, or the end
		}
		all = append(all, document)
	}
}
