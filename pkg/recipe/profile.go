package recipe

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/values"
)

// SelectedProfile is a choice that was made when the recipe was resolved, such as who installs the
// GPU driver. The values that it decides may not be changed afterwards.
type SelectedProfile struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Advertiser is external where something outside of the recipe tells Kubernetes of GPUs.
	Advertiser string `json:"advertiser,omitempty"`
	// OwnedPaths are the dotted paths of values that the profile decides, by component. Each list is
	// sorted and has "enabled".
	OwnedPaths map[string][]string `json:"ownedPaths"`
}

var profileWord = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// profile checks the selected profile against the components.
func (c *checker) profile() {
	p := c.r.Metadata.SelectedProfile
	if p == nil {
		return
	}
	add := func(field, format string, args ...any) {
		c.problems = append(c.problems, yamldoc.Problemf(yamldoc.Line(c.root, "metadata", "selectedProfile", field), "metadata.selectedProfile."+format, args...))
	}
	for _, f := range []struct{ field, text string }{{"name", p.Name}, {"value", p.Value}} {
		if !profileWord.MatchString(f.text) {
			add(f.field, "%s is %q, where letters, digits, '.', '_' and '-' are needed", f.field, f.text)
		}
	}
	if p.Advertiser != "" && p.Advertiser != "external" {
		add("advertiser", "advertiser is %q; leave it out, or write external", p.Advertiser)
	}
	if len(p.OwnedPaths) == 0 {
		add("ownedPaths", "ownedPaths is missing; resolve the recipe again with AICR")
	}
	for _, name := range slices.Sorted(maps.Keys(p.OwnedPaths)) {
		paths := p.OwnedPaths[name]
		if why := wrongPaths(paths); why != "" {
			add("ownedPaths", "ownedPaths.%s %s; resolve the recipe again with AICR", name, why)
			continue
		}
		i := slices.IndexFunc(c.r.ComponentRefs, func(ref ComponentRef) bool { return ref.Name == name })
		switch {
		case i < 0:
			add("ownedPaths", "ownedPaths.%s: the recipe has no such component; resolve it again with AICR", name)
		case !c.r.ComponentRefs[i].Enabled():
			add("ownedPaths", "ownedPaths.%s: the component is switched off, and the profile %s=%s decides about it; resolve the recipe with another profile", name, p.Name, p.Value)
		case c.r.ComponentRefs[i].Type.Is(ComponentTypeKustomize) && len(paths) > 1:
			add("ownedPaths", "ownedPaths.%s: a Kustomize component has no values, and only \"enabled\" can be owned", name)
		default:
			c.owned(i, paths)
		}
	}
}

func wrongPaths(paths []string) string {
	switch {
	case !slices.Contains(paths, "enabled"):
		return `has no "enabled"`
	case !slices.IsSorted(paths), len(slices.Compact(slices.Clone(paths))) != len(paths):
		return "is not a sorted list without repetitions"
	}
	for _, path := range paths {
		if path == "" || strings.HasPrefix(path, ".") || strings.HasSuffix(path, ".") || strings.Contains(path, "..") {
			return "has the path " + `"` + path + `", which has an empty key`
		}
	}
	return ""
}

// owned checks that the component's overrides have what the profile decides.
func (c *checker) owned(i int, paths []string) {
	for _, path := range paths {
		if path == "enabled" {
			continue
		}
		keys := strings.Split(path, ".")
		v, ok := values.Get(c.r.ComponentRefs[i].Overrides, keys)
		if at, blocked := values.Blocked(c.r.ComponentRefs[i].Overrides, keys); blocked {
			c.add(i, "overrides", "overrides.%s is not a map, and the recipe's profile owns %s below it; resolve the recipe again with AICR", values.JoinPath(at), path)
			continue
		}
		switch {
		case !ok:
			c.add(i, "overrides", "overrides have no %s, which the recipe's profile owns; resolve the recipe again with AICR", path)
		case !ownable(v):
			c.add(i, "overrides", "overrides.%s holds something else than texts, booleans, finite numbers within ±2^53, lists and maps, and the recipe's profile owns it; resolve the recipe again with AICR", path)
		}
	}
}

// ownable reports whether the value can be compared with another one without doubt.
func ownable(v any) bool {
	const exact = 1 << 53
	switch v := v.(type) {
	case bool, string:
		return true
	case int64:
		return v >= -exact && v <= exact
	case int:
		return int64(v) >= -exact && int64(v) <= exact
	case float64:
		return !math.IsInf(v, 0) && !math.IsNaN(v) && math.Abs(v) <= exact
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !ownable(item) })
	case map[string]any:
		for _, item := range v {
			if !ownable(item) {
				return false
			}
		}
		return true
	}
	return false
}
