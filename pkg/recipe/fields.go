package recipe

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/values"
)

func (d *decoder) recipe(n *yaml.Node, r *RecipeResult) {
	d.object(n, "the recipe", fields{
		"apiVersion": func(n *yaml.Node) {
			d.text(&r.APIVersion, "apiVersion")(n)
			if r.APIVersion != "" && r.APIVersion != config.APIVersion {
				d.problem(n.Line, "apiVersion is %q, and only %q can be read", r.APIVersion, config.APIVersion)
			}
		},
		"kind": func(n *yaml.Node) {
			d.text(&r.Kind, "kind")(n)
			if r.Kind != "" && r.Kind != config.RecipeKind {
				d.problem(n.Line, "kind is %q, and only %q can be bundled", r.Kind, config.RecipeKind)
			}
		},
		"metadata": func(n *yaml.Node) { d.metadata(n, &r.Metadata) },
		"criteria": func(n *yaml.Node) { d.criteria(n, &r.Criteria) },
		"constraints": d.list("constraints", func(i int, n *yaml.Node) {
			var c Constraint
			at := fmt.Sprintf("constraints[%d]", i)
			d.object(n, at, fields{
				"name":        d.text(&c.Name, at+".name"),
				"value":       d.text(&c.Value, at+".value"),
				"severity":    d.text(&c.Severity, at+".severity"),
				"remediation": d.text(&c.Remediation, at+".remediation"),
				"unit":        d.text(&c.Unit, at+".unit"),
			})
			r.Constraints = append(r.Constraints, c)
		}),
		"componentRefs": d.list("componentRefs", func(i int, n *yaml.Node) {
			if n.Kind != yaml.MappingNode {
				d.problem(n.Line, "componentRefs[%d] is %s, where a component is needed", i, kind(n))
				return
			}
			r.ComponentRefs = append(r.ComponentRefs, d.component(i, n))
		}),
		"deploymentOrder": d.textLines(&r.DeploymentOrder, &d.lines.order, "deploymentOrder"),
		"validation":      d.tree(&r.Validation, "validation"),
	})
}

func (d *decoder) metadata(n *yaml.Node, m *Metadata) {
	d.object(n, "metadata", fields{
		"version":         d.text(&m.Version, "metadata.version"),
		"appliedOverlays": d.texts(&m.AppliedOverlays, "metadata.appliedOverlays"),
		"excludedOverlays": d.list("metadata.excludedOverlays", func(i int, n *yaml.Node) {
			var e ExcludedOverlay
			at := fmt.Sprintf("metadata.excludedOverlays[%d]", i)
			if n.Kind == yaml.ScalarNode {
				d.text(&e.Name, at)(n)
			} else {
				d.object(n, at, fields{"name": d.text(&e.Name, at+".name"), "reason": d.text(&e.Reason, at+".reason")})
			}
			m.ExcludedOverlays = append(m.ExcludedOverlays, e)
		}),
		"constraintWarnings": d.list("metadata.constraintWarnings", func(i int, n *yaml.Node) {
			var w ConstraintWarning
			at := fmt.Sprintf("metadata.constraintWarnings[%d]", i)
			d.object(n, at, fields{
				"overlay":    d.text(&w.Overlay, at+".overlay"),
				"constraint": d.text(&w.Constraint, at+".constraint"),
				"expected":   d.text(&w.Expected, at+".expected"),
				"actual":     d.text(&w.Actual, at+".actual"),
				"reason":     d.text(&w.Reason, at+".reason"),
			})
			m.ConstraintWarnings = append(m.ConstraintWarnings, w)
		}),
	})
}

func (d *decoder) criteria(n *yaml.Node, c *Criteria) {
	d.object(n, "criteria", fields{
		"service":     d.text(&c.Service, "criteria.service"),
		"accelerator": d.text(&c.Accelerator, "criteria.accelerator"),
		"intent":      d.text(&c.Intent, "criteria.intent"),
		"os":          d.text(&c.OS, "criteria.os"),
		"platform":    d.text(&c.Platform, "criteria.platform"),
		"nodes":       d.number(&c.Nodes, "criteria.nodes"),
	})
}

func (d *decoder) component(i int, n *yaml.Node) ComponentRef {
	var c ComponentRef
	at := componentLabel(n, fmt.Sprintf("componentRefs[%d]", i))
	where := refLines{"": n.Line}
	for k := 0; k+1 < len(n.Content); k += 2 {
		where[n.Content[k].Value] = n.Content[k].Line
	}
	d.lines.refs = append(d.lines.refs, where)
	var overrides, patches any
	d.object(n, at, fields{
		"name":               d.text(&c.Name, at+": name"),
		"namespace":          d.text(&c.Namespace, at+": namespace"),
		"type":               d.text((*string)(&c.Type), at+": type"),
		"chart":              d.text(&c.Chart, at+": chart"),
		"source":             d.text(&c.Source, at+": source"),
		"version":            d.text(&c.Version, at+": version"),
		"tag":                d.text(&c.Tag, at+": tag"),
		"path":               d.text(&c.Path, at+": path"),
		"valuesFile":         d.text(&c.ValuesFile, at+": valuesFile"),
		"overrides":          d.tree(&overrides, at+": overrides"),
		"manifestFiles":      d.texts(&c.ManifestFiles, at+": manifestFiles"),
		"preManifestFiles":   d.texts(&c.PreManifestFiles, at+": preManifestFiles"),
		"dependencyRefs":     d.texts(&c.DependencyRefs, at+": dependencyRefs"),
		"patches":            d.tree(&patches, at+": patches"),
		"cleanup":            d.tree(&c.Cleanup, at+": cleanup"),
		"expectedResources":  d.tree(&c.ExpectedResources, at+": expectedResources"),
		"healthCheckAsserts": d.tree(&c.HealthCheckAsserts, at+": healthCheckAsserts"),
		"healthCheckSkip":    d.tree(&c.HealthCheckSkip, at+": healthCheckSkip"),
	})
	switch v := overrides.(type) {
	case nil:
	case map[string]any:
		c.Overrides = v
	default:
		d.problem(where["overrides"], "%s: overrides is %s, where a map of values is needed", at, values.Kind(v))
	}
	switch v := patches.(type) {
	case nil:
	case []any:
		c.Patches = v
	default:
		c.Patches = []any{v}
	}
	return c
}

// componentLabel names a component in messages by its name where it has one.
func componentLabel(n *yaml.Node, fallback string) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if v := resolve(n.Content[i+1]); n.Content[i].Value == "name" && v.Kind == yaml.ScalarNode && v.Value != "" {
			return fmt.Sprintf("component %q", v.Value)
		}
	}
	return fallback
}
