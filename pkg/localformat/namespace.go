package localformat

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Namespace is a Namespace object that a chart brings.
type Namespace struct {
	// Name is empty where only the cluster will know it, because a template computes it.
	Name string
	// Conditional says that the manifest has conditions, so that the Namespace may not be there in
	// the end.
	Conditional bool
	// Keep reports the annotation helm.sh/resource-policy: keep, without which uninstalling the
	// release deletes everything in the namespace.
	Keep bool
}

var (
	kindNamespace = regexp.MustCompile(`(?m)\bkind["']?[ \t]*:[ \t]*["']?Namespace(?:["' \t\r,}#]|$)`)
	action        = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	separator     = regexp.MustCompile(`(?m)^---(?:[ \t\r].*)?$`)
	condition     = regexp.MustCompile(`\{\{-?[ \t]*(?:if|with|range)\b`)
	topKind       = regexp.MustCompile(`(?m)^["']?kind["']?[ \t]*:[ \t]*["']?(\w*)`)
)

// Stand-ins for what a template computes: the mark is no character of YAML, so that a line of
// nothing but actions shows as such.
const (
	mark    = "\x01"
	unknown = "aicr-computed-by-template"
)

// namespacesIn finds the Namespace objects in a manifest without running its template: actions that
// only steer are taken out, the release's own name and namespace are put in, anything else counts
// as unknown.
func namespacesIn(data []byte, release, namespace string) []Namespace {
	if !kindNamespace.Match(data) {
		return nil
	}
	var found []Namespace
	conditional := condition.Match(data)
	for _, doc := range separator.Split(withoutActions(string(data), release, namespace), -1) {
		if !kindNamespace.MatchString(doc) {
			continue
		}
		var root yaml.Node
		if err := yaml.Unmarshal([]byte(doc), &root); err != nil {
			if kind := topKind.FindStringSubmatch(doc); len(kind) > 1 && kind[1] == "Namespace" {
				found = append(found, Namespace{Conditional: conditional})
			}
			continue
		}
		for _, ns := range namespacesOf(&root) {
			ns.Conditional = conditional
			found = append(found, ns)
		}
	}
	return found
}

// onlyNamespaces reports whether the manifest holds nothing but Namespaces.
func onlyNamespaces(data []byte) bool {
	kinds := topKind.FindAllSubmatch(data, -1)
	return len(kinds) > 0 && !slices.ContainsFunc(kinds, func(kind [][]byte) bool { return string(kind[1]) != "Namespace" })
}

// namespacesOf returns the Namespace that the node is, or those of a List. It walks nodes instead
// of decoding them, because both branches of a condition are there and may give one key twice.
func namespacesOf(n *yaml.Node) []Namespace {
	var found []Namespace
	for _, kind := range lookup(n, "kind") {
		if kind.Value == "Namespace" && isCore(n) {
			found = append(found, namespaceOf(n))
			break
		}
	}
	for _, items := range lookup(n, "items") {
		for _, item := range items.Content {
			found = append(found, namespacesOf(item)...)
		}
	}
	return found
}

// isCore reports whether the object is of Kubernetes' core API, where the Namespace that matters
// lives; an object that does not say counts as such.
func isCore(n *yaml.Node) bool {
	versions := lookup(n, "apiVersion")
	return len(versions) == 0 || slices.ContainsFunc(versions, func(v *yaml.Node) bool { return !strings.Contains(v.Value, "/") })
}

func namespaceOf(n *yaml.Node) Namespace {
	var ns Namespace
	for _, name := range lookup(n, "metadata", "name") {
		if strings.Contains(name.Value, unknown) || ns.Name != "" && ns.Name != name.Value {
			ns.Name = ""
			break
		}
		ns.Name = name.Value
	}
	for _, policy := range lookup(n, "metadata", "annotations", "helm.sh/resource-policy") {
		ns.Keep = ns.Keep || policy.Value == "keep"
	}
	return ns
}

// lookup returns everything that stands at the path of keys.
func lookup(n *yaml.Node, keys ...string) []*yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.Kind == yaml.DocumentNode:
		return lookup(n.Content[0], keys...)
	case len(keys) == 0:
		return []*yaml.Node{n}
	case n.Kind != yaml.MappingNode:
		return nil
	}
	var found []*yaml.Node
	for pair := range slices.Chunk(n.Content, 2) {
		if len(pair) == 2 && pair[0].Value == keys[0] {
			found = append(found, lookup(pair[1], keys[1:]...)...)
		}
	}
	return found
}

func withoutActions(text, release, namespace string) string {
	text = action.ReplaceAllStringFunc(text, func(a string) string {
		inner := strings.TrimSpace(strings.Trim(a[2:len(a)-2], "-"))
		inner, _, _ = strings.Cut(inner, "|")
		switch strings.TrimPrefix(strings.TrimSpace(inner), "$") {
		case ".Release.Namespace":
			return namespace
		case ".Release.Name":
			return release
		}
		return mark
	})
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, mark) && strings.Trim(line, mark+" \t\r\n") == "" {
			continue
		}
		out.WriteString(strings.ReplaceAll(line, mark, unknown))
	}
	return out.String()
}
