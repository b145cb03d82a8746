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

// inTexts returns the images in the texts of a ConfigMap, or of a Secret that is written in clear,
// that are YAML or JSON: pods that a program starts, as local-path-provisioner's helper, and what
// it is told of images. Which of them it starts is up to the program.
func inTexts(object map[string]any) []found {
	field := map[string]string{"ConfigMap": "data", "Secret": "stringData"}[text(object, "kind")]
	if text(object, "apiVersion") != "v1" || field == "" {
		return nil
	}
	texts, _ := object[field].(map[string]any)
	var all []found
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		for _, document := range documents(text(texts, key)) {
			f := finder{custom: true}
			f.walk(document)
			all = append(all, f.all...)
		}
	}
	for i := range all {
		all[i].how = FoundText
	}
	return all
}

// namesImage finds a key that is named for an image. Most texts have none, and need not be parsed.
var namesImage = regexp.MustCompile(`[iI]mage["']?\s*:`)

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
