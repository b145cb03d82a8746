package recipe

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// MaxReleaseName is the longest name that Helm accepts for a release.
const MaxReleaseName = 53

var dnsLabel = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

// IsDNSLabel reports whether s is a DNS-1123 label, the form of Kubernetes namespaces.
func IsDNSLabel(s string) bool { return len(s) <= 63 && dnsLabel.MatchString(s) }

// reserved are the component names that would collide with the bundle's own directories.
var reserved = []string{"sources", "data"}

// deployerName is what AICR's flags call the deployer's own options, as in --set deployer:…; no
// component can have that name.
const deployerName = "deployer"

// Validate checks every rule that holds once the registry's defaults are filled in, and returns all
// problems at once. It also checks the order, so that Order cannot fail afterwards.
func (r *RecipeResult) Validate() error { return r.validate(nil) }

// validate is Validate with the lines of the document, where there is one.
func (r *RecipeResult) validate(root *yaml.Node) error {
	c := &checker{r: r, root: root}
	if len(r.ComponentRefs) == 0 {
		c.problems = append(c.problems, errors.Invalid("the recipe has no componentRefs, so there is nothing to deploy; list its components there"))
	}
	for i := range r.ComponentRefs {
		c.name(i)
		c.shape(i)
	}
	c.collisions()
	c.profile()
	c.configuration()
	if r.Criteria.Nodes < 0 {
		c.problems = append(c.problems, yamldoc.Problemf(yamldoc.Line(root, "criteria", "nodes"), "criteria.nodes is %d, where a whole number of at least 0 is needed", r.Criteria.Nodes))
	}
	if _, problems := r.order(root); problems != nil {
		c.problems = append(c.problems, problems...)
	}
	return errors.Join(c.problems...)
}

type checker struct {
	r        *RecipeResult
	root     *yaml.Node
	problems []error
}

// add reports a problem of component i at the line of the field.
func (c *checker) add(i int, field, format string, args ...any) {
	label := fmt.Sprintf("componentRefs[%d]", i)
	if name := c.r.ComponentRefs[i].Name; name != "" {
		label = fmt.Sprintf("component %q", name)
	}
	c.problems = append(c.problems, yamldoc.Problemf(c.line(i, field), "%s: %s", label, fmt.Sprintf(format, args...)))
}

// line is where component i has the field, or where it begins.
func (c *checker) line(i int, field string) int {
	return yamldoc.Line(c.root, "componentRefs", i, field)
}

func (c *checker) name(i int) {
	ref := &c.r.ComponentRefs[i]
	longest := slices.MaxFunc(ref.Releases(), func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	switch {
	case ref.Name == "":
		c.add(i, "name", "the component has no name; give it one")
	case !dnsLabel.MatchString(ref.Name):
		c.add(i, "name", "the name is not a DNS-1123 label; use lower-case letters, digits and inner hyphens")
	case slices.Contains(reserved, ref.Name):
		c.add(i, "name", "the name is reserved for a directory of the bundle; choose another")
	case ref.Name == deployerName:
		c.add(i, "name", "the name is reserved by AICR; choose another")
	case len(longest) > MaxReleaseName:
		c.add(i, "name", "the release name %q has %d characters, and Helm allows %d; shorten the component's name", longest, len(longest), MaxReleaseName)
	}
}

func (c *checker) shape(i int) {
	ref := &c.r.ComponentRefs[i]
	if v, ok := ref.Overrides["enabled"]; ok {
		if _, isBool := v.(bool); !isBool {
			c.add(i, "overrides", "overrides.enabled switches the component and must be true or false, not %s", values.Kind(v))
		}
	}
	if v, ok := ref.Overrides["install"]; ok {
		if _, isBool := v.(bool); !isBool {
			c.r.Warnings = append(c.r.Warnings, fmt.Sprintf("component %q: overrides.install is %s, which switches nothing off; write true or false", ref.Name, values.Kind(v)))
		}
	}
	if len(ref.Patches) > 0 {
		c.add(i, "patches", "patches are applied by no deployer; put the change into overrides or a manifest, and remove them")
	}
	switch {
	case ref.Type.Is(ComponentTypeHelm):
		c.helm(i)
	case !ref.Type.Is(ComponentTypeKustomize):
		c.add(i, "type", "type %q is unknown; use Helm or Kustomize", ref.Type)
	}
}

func (c *checker) helm(i int) {
	ref := &c.r.ComponentRefs[i]
	if ref.Tag != "" {
		c.add(i, "tag", "tag belongs to Kustomize components; remove it, a Helm component has a version")
	}
	if ref.Path != "" {
		c.add(i, "path", "path belongs to Kustomize components; remove it, a Helm component has a chart")
	}
	trimmed := true
	for _, f := range []struct{ field, text string }{{"chart", ref.Chart}, {"source", ref.Source}, {"version", ref.Version}} {
		if strings.TrimSpace(f.text) != f.text {
			c.add(i, f.field, "%s %q has white space around it; remove it", f.field, f.text)
			trimmed = false
		}
	}
	switch {
	case ref.Chart == "" && ref.Source == "" && len(ref.ManifestFiles) == 0:
		c.add(i, "", "the component has no chart, no source and no manifestFiles; give it a source and version, or manifestFiles")
	case ref.Chart != "" && ref.Source == "":
		c.add(i, "chart", "chart %q has no source; name its chart repository", ref.Chart)
	case ref.Source != "" && ref.Version == "":
		c.add(i, "source", "the chart has no version, and a recipe pins each chart; add it")
	}
	if ref.Source != "" && ref.Version != "" && trimmed {
		if err := CheckVersion(ref.Version); err != nil {
			c.add(i, "version", "%s", err)
		}
	}
	if ref.Source != "" && trimmed {
		if _, err := ParseRepository(ref.Source); err != nil {
			c.add(i, "source", "%s", err)
		}
	}
	switch {
	case !ref.Enabled():
	case ref.Namespace == "":
		c.add(i, "namespace", "the component has no namespace, and would be installed into the Flux namespace; name one")
	case !IsDNSLabel(ref.Namespace):
		c.add(i, "namespace", "namespace %q is not a DNS-1123 label; use at most 63 lower-case letters, digits and inner hyphens", ref.Namespace)
	}
}

// collisions finds components of one name, or with the name of another one's release.
func (c *checker) collisions() {
	first := make(map[string]int, len(c.r.ComponentRefs))
	for i := range c.r.ComponentRefs {
		name := c.r.ComponentRefs[i].Name
		if j, twice := first[name]; twice && name != "" {
			where := fmt.Sprintf("componentRefs[%d]", j)
			if line := c.line(j, "name"); line > 0 {
				where = fmt.Sprintf("the one on line %d", line)
			}
			c.add(i, "name", "another component (%s) has this name; rename or remove one of them", where)
			continue
		}
		first[name] = i
	}
	for i := range c.r.ComponentRefs {
		ref := &c.r.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		for _, release := range ref.Releases() {
			if j, taken := first[release]; taken && release != ref.Name && c.r.ComponentRefs[j].Enabled() {
				c.add(j, "name", "the name is that of a release which component %q generates for its manifests; rename one of them", ref.Name)
			}
		}
	}
}
