package recipe

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
)

// The versions of the recipe format. Each has a form from before AICR 1.0 that means the same. They
// are two formats side by side: a recipe with a profile or a configuration is always v1beta2, and
// one with neither never is.
const (
	APIVersionV1       = "aicr.run/v1"
	APIVersionV1Alpha2 = "aicr.run/v1alpha2"
	APIVersionV1Beta2  = "aicr.run/v1beta2"
	APIVersionV1Alpha3 = "aicr.run/v1alpha3"
)

// readable reports whether recipes of the version can be read; none is that of AICR's first recipes.
func readable(version string) bool {
	return slices.Contains([]string{"", APIVersionV1, APIVersionV1Alpha2, APIVersionV1Beta2, APIVersionV1Alpha3}, version)
}

// configured reports whether the recipe is of the format that profiles and configurations have.
func (r *RecipeResult) configured() bool {
	return r.APIVersion == APIVersionV1Beta2 || r.APIVersion == APIVersionV1Alpha3
}

// current is the version that means the same and that AICR writes since 1.0.
func (r *RecipeResult) current() string {
	if r.configured() {
		return APIVersionV1Beta2
	}
	return APIVersionV1
}

// head returns the document's version and kind, before it is read as a recipe.
func head(root *yaml.Node) (apiVersion, kind string) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	_, _ = yamldoc.Decode(root, &head, yamldoc.Options{Unknown: yamldoc.Ignore})
	return head.APIVersion, head.Kind
}

// recognize finds that the document is something else than a recipe, and says what.
func (r *RecipeResult) recognize(root *yaml.Node) (problems []error) {
	if r.Kind != "" && r.Kind != config.RecipeKind {
		problems = append(problems, yamldoc.Problemf(yamldoc.Line(root, "kind"), "kind is %q%s; only kind %s can be bundled", r.Kind, otherKind(r.Kind), config.RecipeKind))
	}
	if !readable(r.APIVersion) {
		problems = append(problems, yamldoc.Problemf(yamldoc.Line(root, "apiVersion"), "apiVersion is %q, and a recipe has %s, %s, %s, %s or none%s",
			r.APIVersion, APIVersionV1, APIVersionV1Beta2, APIVersionV1Alpha2, APIVersionV1Alpha3, otherVersion(r.APIVersion)))
	}
	return problems
}

// envelope checks what each of the two formats asks for.
func (r *RecipeResult) envelope(root *yaml.Node) []error {
	var problems []error
	add := func(line int, format string, args ...any) {
		problems = append(problems, yamldoc.Problemf(line, format, args...))
	}
	set := r.configurationSet()
	switch {
	case !r.configured() && set != "":
		add(yamldoc.Line(root, strings.Split(set, ".")[0]), "%s belongs to recipes of apiVersion %s, and this one has %q; resolve it again with AICR", set, APIVersionV1Beta2, r.APIVersion)
	case r.configured() && set == "" && !r.Configuration.any():
		add(yamldoc.Line(root, "apiVersion"), "apiVersion %s is for recipes with metadata.selectedProfile or a configuration, and this one has neither; resolve it again with AICR, or write %s", r.APIVersion, APIVersionV1)
	}
	if r.configured() {
		if r.Kind == "" {
			add(1, "kind is missing; write kind: %s, which apiVersion %s needs", config.RecipeKind, r.APIVersion)
		}
		problems = append(problems, r.strictMetadata(root)...)
	}
	return problems
}

// strictMetadata checks what only the newer format asks of the metadata.
func (r *RecipeResult) strictMetadata(root *yaml.Node) []error {
	var problems []error
	add := func(list string, i int, format string, args ...any) {
		problems = append(problems, yamldoc.Problemf(yamldoc.Line(root, "metadata", list, i), "metadata.%s[%d] "+format, append([]any{list, i}, args...)...))
	}
	var written struct {
		Metadata struct {
			ExcludedOverlays []any `json:"excludedOverlays"`
		} `json:"metadata"`
	}
	_, _ = yamldoc.Decode(root, &written, yamldoc.Options{Unknown: yamldoc.Ignore})
	for i, o := range r.Metadata.ExcludedOverlays {
		_, bare := written.Metadata.ExcludedOverlays[i].(string)
		switch {
		case bare:
			add("excludedOverlays", i, "is %q, where a map of name and reason is needed", o.Name)
		case o.Name == "":
			add("excludedOverlays", i, "has no name; add it")
		case !slices.Contains([]string{"", "constraint-failed", "mixin-constraint-failed"}, o.Reason):
			add("excludedOverlays", i, "has the reason %q; use constraint-failed or mixin-constraint-failed", o.Reason)
		}
	}
	for i, w := range r.Metadata.ConstraintWarnings {
		if w.Overlay == "" || w.Constraint == "" || w.Expected == "" || w.Reason == "" {
			add("constraintWarnings", i, "needs overlay, constraint, expected and reason; add what is missing")
		}
	}
	return problems
}

// otherKind says what a document of AICR is that is not a recipe.
func otherKind(kind string) string {
	return map[string]string{
		"RecipeMetadata":    ", an overlay, from which AICR makes recipes (aicr recipe)",
		"RecipeMixin":       ", a part of overlays, from which AICR makes recipes (aicr recipe)",
		"ComponentRegistry": ", a registry of components, which belongs into a data directory",
		"AICRConfig":        ", a configuration file, which `Config` reads",
		"BundleConfig":      ", a configuration file, which `Config` reads",
		"RecipeCriteria":    ", which AICR makes a recipe from (aicr recipe)",
		"Recipe":            ", the form of AICR's HTTP interface; write a file with aicr recipe",
		"Snapshot":          ", the state of a cluster, from which AICR makes recipes (aicr recipe)",
		"BundleInfo":        ", which says how a bundle was made; its recipe is in the recipe.yaml beside it",
		"BundleProvenance":  ", which says where the charts of a bundle came from",
		"ComponentUpgrades": ", which says how a component is upgraded",
	}[kind]
}

// otherVersion says what has the version, where no recipe does.
func otherVersion(version string) string {
	switch {
	case version == "aicr.run/v1beta1":
		return "; overlays, registries and configuration files have that version"
	case strings.HasPrefix(version, "aicr.nvidia.com/"):
		return "; the group is from before July 2026: resolve the recipe again with AICR"
	}
	return "; resolve the recipe again with AICR"
}

// notes says what is good to know of the document's format.
func (r *RecipeResult) notes() []string {
	switch r.APIVersion {
	case r.current():
		return nil
	case "":
		return []string{"The recipe has no apiVersion, and AICR 1.0 and later do not read it; they write " + r.current()}
	}
	return []string{"The recipe's apiVersion " + r.APIVersion + " is not read by AICR 1.0 and later; they write " + r.current()}
}
