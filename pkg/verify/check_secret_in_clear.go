package verify

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aicr-flux/aicr/internal/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

var secretInClear = &Check{
	ID:       "secret-in-clear",
	Group:    GroupHazards,
	Severity: SeverityWarning,
	Quick:    true,
	Title:    "No secret stands in the bundle in clear",
	Why: `A bundle lies in Git or in a registry, where more people can read it than a Secret of the cluster, and where it stays
after it was changed. What a value's name says to be a password, a token or a key, and a Secret that SOPS did not encrypt, is
such text; base64 is no encryption.`,
	Remedy: "Let the chart read a Secret of the cluster (most have a value existingSecret), or encrypt the file with SOPS, and change the secret.",
	Bad: `kind: HelmRelease
spec:
  values:
    grafana:
      adminPassword: prom-operator`,
	run: func(p *pass) {
		for _, o := range p.Objects {
			p.secretsOf(o)
		}
		if p.options.Quick {
			return
		}
		for _, chart := range p.charts() {
			for _, m := range chart.resources() {
				if m.inCore("Secret") && writtenOut(m, chart.template(p.scene, m.Template)) {
					p.report(m.place(p.scene), "the template of %s holds the content of this Secret", chart.Release.Ref)
				}
			}
		}
	},
}

func (p *pass) secretsOf(o *rollout.Object) {
	if encrypted(o) {
		return
	}
	switch {
	case o.Kind == "Secret" && o.Group() == "":
		for _, field := range []string{"data", "stringData"} {
			if m, _ := o.Get(field).(map[string]any); holdsSecret(m) {
				p.report(o.Place(field), "the Secret is not encrypted")
				return
			}
		}
	case o.Kind == "ConfigMap" && o.Group() == "":
		data, _ := o.Get("data").(map[string]any)
		p.secretPaths(o, data, "data")
		for _, key := range slices.Sorted(maps.Keys(data)) {
			text, _ := data[key].(string)
			if more, err := values.Decode([]byte(text)); err == nil && len(more) > 0 && yamlKey(key) {
				for _, path := range clearPaths(more) {
					at := o.Place("data", key)
					at.Line = p.keyAfter(o.File, at.Line, path[strings.LastIndex(path, ".")+1:])
					p.report(at, "the value at %q looks like a secret", path)
				}
			}
		}
	case o.Kind == "HelmRelease":
		inline, _ := o.Get("spec", "values").(map[string]any)
		p.secretPaths(o, inline, "spec", "values")
	}
}

func yamlKey(key string) bool {
	return strings.HasSuffix(key, ".yaml") || strings.HasSuffix(key, ".yml") || strings.HasSuffix(key, ".json")
}

// holdsSecret reports whether anything in the data is more than a placeholder.
func holdsSecret(data map[string]any) bool {
	for _, v := range data {
		if text, _ := v.(string); text != "" && !placeholder(text) {
			return true
		}
	}
	return false
}

// secretPaths reports the secrets in a map of the object.
func (p *pass) secretPaths(o *rollout.Object, m map[string]any, at ...any) {
	for _, path := range clearPaths(m) {
		p.report(o.Place(append(slices.Clip(at), steps(m, path)...)...), "the value looks like a secret")
	}
}

// clearPaths are the dotted paths of the secrets that are no placeholders.
func clearPaths(m map[string]any) []string {
	return slices.DeleteFunc(values.SecretPaths(m), func(path string) bool {
		text, _ := follow(m, steps(m, path)).(string)
		return placeholder(text)
	})
}

// steps turns a dotted path, whose indexes look like keys, into keys and
// indexes. It ends where the path leaves the values.
func steps(v any, path string) []any {
	keys, err := values.ParsePath(path)
	if err != nil {
		return nil
	}
	var all []any
	for _, key := range keys {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
			all = append(all, key)
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(at) {
				return all
			}
			v = at[i]
			all = append(all, i)
		default:
			return all
		}
	}
	return all
}

// writtenOut reports whether a template holds what its Secret is to keep.
func writtenOut(m resource, template []byte) bool {
	const shortest = 4 // what is shorter is found by chance
	for _, field := range []string{"data", "stringData"} {
		content, _ := m.get(field).(map[string]any)
		for _, v := range content {
			text, _ := v.(string)
			if strings.Contains(string(template), text) && len(text) >= shortest {
				return true
			}
			decoded, err := base64.StdEncoding.DecodeString(text)
			if field == "data" && err == nil && len(decoded) >= shortest && strings.Contains(string(template), string(decoded)) {
				return true
			}
		}
	}
	return false
}
