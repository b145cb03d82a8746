package localformat

import (
	"bytes"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Namespace is a Namespace object that a chart brings.
type Namespace struct {
	// Name is empty where only the cluster will know it, because a template
	// computes it.
	Name string
	// Keep reports the annotation helm.sh/resource-policy: keep, without
	// which uninstalling the release deletes everything in the namespace.
	Keep bool
}

var (
	kindNamespace = regexp.MustCompile(`(?m)\bkind["']?[ \t]*:[ \t]*["']?Namespace(?:["' \t\r,}#]|$)`)
	action        = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	lineOfActions = regexp.MustCompile(`(?s)^[ \t]*(?:\{\{(?:[^}]|\}[^}])*\}\}[ \t]*)+$`)
	separator     = regexp.MustCompile(`(?m)^---(?:[ \t].*)?$`)
)

// unknown stands for what a template computes.
const unknown = "aicr-computed-by-template"

// namespacesIn finds the Namespace objects in a manifest without running its
// template: actions that only steer are taken out, the release's own name and
// namespace are put in, anything else counts as unknown.
func namespacesIn(data []byte, release, namespace string) []Namespace {
	if !mentionsNamespace(data) {
		return nil
	}
	var found []Namespace
	for _, doc := range separator.Split(withoutActions(string(data), release, namespace), -1) {
		if !kindNamespace.MatchString(doc) {
			continue
		}
		var obj object
		if err := yaml.Unmarshal([]byte(doc), &obj); err != nil {
			continue
		}
		found = append(found, obj.namespaces()...)
	}
	return found
}

// mentionsNamespace reports whether any line says that it is about a Namespace
// object. Manifests of half a megabyte are common and Namespaces are rare, so
// this must not cost a regular expression over all of the text.
func mentionsNamespace(data []byte) bool {
	word := []byte("Namespace")
	for at := 0; ; at += len(word) {
		next := bytes.Index(data[at:], word)
		if next < 0 {
			return false
		}
		at += next
		line := data[bytes.LastIndexByte(data[:at], '\n')+1 : min(at+len(word)+1, len(data))]
		if kindNamespace.Match(line) {
			return true
		}
	}
}

type object struct {
	Kind     string `yaml:"kind"`
	Metadata struct {
		Name        string         `yaml:"name"`
		Annotations map[string]any `yaml:"annotations"`
	} `yaml:"metadata"`
	Items []object `yaml:"items"`
}

func (o *object) namespaces() []Namespace {
	var found []Namespace
	if o.Kind == "Namespace" {
		n := Namespace{Name: o.Metadata.Name, Keep: o.Metadata.Annotations["helm.sh/resource-policy"] == "keep"}
		if strings.Contains(n.Name, unknown) {
			n.Name = ""
		}
		found = append(found, n)
	}
	for i := range o.Items {
		found = append(found, o.Items[i].namespaces()...)
	}
	return found
}

func withoutActions(text, release, namespace string) string {
	var out bytes.Buffer
	text = action.ReplaceAllStringFunc(text, func(a string) string {
		inner := strings.TrimSpace(strings.Trim(strings.TrimSuffix(strings.TrimPrefix(a, "{{"), "}}"), "-"))
		inner, _, _ = strings.Cut(inner, "|")
		switch strings.TrimPrefix(strings.TrimSpace(inner), "$") {
		case ".Release.Namespace":
			return namespace
		case ".Release.Name":
			return release
		}
		// One line each, so that a line of nothing but actions shows as such.
		return "{{" + unknown + "}}"
	})
	for line := range strings.Lines(text) {
		if lineOfActions.MatchString(strings.TrimSuffix(line, "\n")) {
			continue
		}
		out.WriteString(strings.NewReplacer("{{", "", "}}", "").Replace(line))
	}
	return out.String()
}
