package localformat

import (
	"regexp"
	"slices"
	"strings"
)

// Kind is a kind of the objects that manifests bring.
type Kind struct {
	// Group is the API group, empty for the core API; Unclear says that only the cluster will know it,
	// because a template computes it.
	Group   string
	Unclear bool
	Kind    string
	// Recreated says that the objects are a hook of Helm that each run deletes first, also one that
	// tries again.
	Recreated bool
}

var (
	wholeKind  = regexp.MustCompile(`(?m)^["']?kind["']?[ \t]*:[ \t]*["']?([^\s"'#]+)`)
	topVersion = regexp.MustCompile(`(?m)^["']?apiVersion["']?[ \t]*:[ \t]*["']?([^\s"'#]*)`)
	hook       = regexp.MustCompile(`(?m)^[ \t]+["']?helm\.sh/hook["']?[ \t]*:`)
	hookPolicy = regexp.MustCompile(`(?m)^[ \t]+["']?helm\.sh/hook-delete-policy["']?[ \t]*:[ \t]*(.*)`)
)

// kindsIn finds the kinds of the objects in a manifest without running its template. Those inside a
// List, and those that a template computes, are not found.
func kindsIn(data []byte, release, namespace string) []Kind {
	var found []Kind
	for _, doc := range separator.Split(withoutActions(string(data), release, namespace), -1) {
		kinds, versions := wholeKind.FindAllStringSubmatch(doc, -1), topVersion.FindAllStringSubmatch(doc, -1)
		for _, kind := range kinds {
			k := Kind{Kind: kind[1], Recreated: recreated(doc), Unclear: len(versions) != 1 || strings.Contains(versions[0][1], unknown)}
			if !k.Unclear {
				k.Group, _, _ = strings.Cut(versions[0][1], "/")
				if !strings.Contains(versions[0][1], "/") {
					k.Group = ""
				}
			}
			if !strings.Contains(k.Kind, unknown) && !slices.Contains(found, k) {
				found = append(found, k)
			}
		}
	}
	return found
}

// recreated reports whether an object is a hook that is deleted before it is made, which is what Helm
// does where no policy says otherwise.
func recreated(doc string) bool {
	if !hook.MatchString(doc) {
		return false
	}
	policy := hookPolicy.FindStringSubmatch(doc)
	return len(policy) < 2 || strings.Contains(policy[1], "before-hook-creation")
}

// Brings returns what the chart's own manifests have of a kind, and whether they have it. What a
// vendored chart brings is not known.
func (c *Chart) Brings(group, kind string) (Kind, bool) {
	at := slices.IndexFunc(c.Kinds, func(k Kind) bool { return k.Kind == kind && (k.Unclear || k.Group == group) })
	if at < 0 {
		return Kind{}, false
	}
	return c.Kinds[at], true
}
