package checks

import (
	stderrors "errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
	"sigs.k8s.io/structured-merge-diff/v6/value"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var duplicateListKey = &engine.Check{
	ID:       "duplicate-list-key",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Title:    "No list has two entries of one key",
	Remedy:   "Remove one of the two entries from the template, or from the values that it takes them from.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			for _, d := range duplicatesIn(o.Content) {
				if at := o.Place(d.path...); !p.FoundAt(at) {
					p.Report(at, "it is the second entry with %s, and the API server refuses that", d.key)
				}
			}
		}
		severity := engine.SeverityError
		if p.FluxVersion() == "2.7" { // it does not install charts by server-side apply
			severity = engine.SeverityWarning
		}
		for _, m := range p.Resources() {
			for _, d := range duplicatesIn(m.Object) {
				at := m.Place(p.Scene)
				at.Path = rollout.Dotted(d.path...)
				p.Add(severity, at, p.Check.Remedy, "%s renders a second entry with %s, and server-side apply refuses that", m.Chart.Release.Ref, d.key)
			}
		}
	},
}

// duplicate is an entry of a list whose key, "name LOG_LEVEL", an earlier one has.
type duplicate struct {
	path []any
	key  string
}

// merger knows by which keys server-side apply merges the lists of Kubernetes' own kinds.
var merger = sync.OnceValue(func() managedfields.TypeConverter { return applyconfigurations.NewTypeConverter(scheme.Scheme) })

// repeats reports whether two entries of a list have a value in common, as those of one key do. To
// know the keys of all lists takes as long as the rest of a verification.
func repeats(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			if repeats(item) {
				return true
			}
		}
	case []any:
		seen := map[string]bool{}
		for _, item := range v {
			m, isMap := item.(map[string]any)
			if !isMap {
				m = map[string]any{"": item}
			}
			for key, value := range m {
				pair := fmt.Sprintf("%s %v", key, value)
				if seen[pair] || repeats(value) {
					return true
				}
				seen[pair] = true
			}
		}
	}
	return false
}

// duplicatesIn finds the entries of an object's lists that server-side apply takes for one.
func duplicatesIn(object map[string]any) []duplicate {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	if !scheme.Scheme.Recognizes(schema.FromAPIVersionAndKind(apiVersion, kind)) || !repeats(object) {
		return nil
	}
	_, err := merger().ObjectToTyped(&unstructured.Unstructured{Object: object})
	var problems typed.ValidationErrors
	if !stderrors.As(err, &problems) {
		return nil
	}
	var found []duplicate
	count := map[string]int{}
	for _, e := range problems {
		key, isDuplicate := strings.CutPrefix(e.ErrorMessage, "duplicate entries for key ")
		if !isDuplicate {
			continue // core-schema and manifest-schema report it
		}
		count[e.Path+key]++
		if path := follow(object, e.Path, key, count[e.Path+key]); path != nil {
			found = append(found, duplicate{path, readable(key)})
		}
	}
	return found
}

var (
	// pathStep is one step of a path such as .spec.containers[name="main"].env.
	pathStep = regexp.MustCompile(`\.([^.\[]+)|\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\]`)
	// keyPart is one part of a key such as [containerPort=80,protocol="TCP"].
	keyPart = regexp.MustCompile(`(\w*)=("(?:[^"\\]|\\.)*"|[^,\]]*)`)
)

// follow turns a path whose list entries are named by their keys into one with indexes, of the
// entry with the key after that many others with it.
func follow(v any, path, key string, others int) []any {
	var steps []any
	into := func(selector string, skip int) bool {
		list, _ := v.([]any)
		for i, item := range list {
			if !hasKey(item, selector) {
				continue
			}
			if skip == 0 {
				v, steps = item, append(steps, i)
				return true
			}
			skip--
		}
		return false
	}
	for _, step := range pathStep.FindAllStringSubmatch(path, -1) {
		if field := step[1]; field != "" {
			m, _ := v.(map[string]any)
			v, steps = m[field], append(steps, field)
		} else if !into(step[0], 0) {
			return nil
		}
	}
	if !into(key, others) {
		return nil
	}
	return steps
}

// hasKey reports whether an entry of a list has the key; what it lacks has a default.
func hasKey(item any, key string) bool {
	m, isMap := item.(map[string]any)
	for _, part := range keyPart.FindAllStringSubmatch(key, -1) {
		v, has := m[part[1]]
		if !isMap {
			v, has = item, true
		}
		if has && value.ToString(value.NewValueInterface(v)) != part[2] {
			return false
		}
	}
	return true
}

// readable writes [containerPort=80,protocol="TCP"] as "containerPort 80, protocol TCP".
func readable(key string) string {
	var parts []string
	for _, part := range keyPart.FindAllStringSubmatch(key, -1) {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s", part[1], strings.Trim(part[2], `"`))))
	}
	return strings.Join(parts, ", ")
}
