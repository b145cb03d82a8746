package checks

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var secretInClear = &engine.Check{
	ID:       "secret-in-clear",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "No secret stands in the bundle in clear",
	Remedy:   "Let the chart read a Secret of the cluster (most have a value existingSecret), or let one give the value (`SecretValues`, or valuesFrom with a targetPath), and change the secret; a Secret that SOPS encrypted may lie beside the bundle.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			secretsOf(p, o)
		}
		for _, release := range p.Releases {
			secretsOfRelease(p, release)
		}
		if p.Options.Quick {
			return
		}
		for _, m := range p.Resources() {
			if m.InCore("Secret") && writtenOut(m, m.Text(p.Scene)) {
				p.Report(m.Place(p.Scene), "the template of %s holds the content of this Secret", m.Chart.Release.Ref)
			}
		}
	},
}

func secretsOf(p *engine.Pass, o *rollout.Object) {
	if engine.Encrypted(o) {
		return
	}
	switch {
	case o.Kind == "Secret" && o.Group() == "":
		for _, field := range []string{"data", "stringData"} {
			if m, _ := o.Get(field).(map[string]any); holdsSecret(m) {
				p.Report(o.Place(field), "the Secret is not encrypted")
				return
			}
		}
	case o.Kind == "ConfigMap" && o.Group() == "":
		data, _ := o.Get("data").(map[string]any)
		secretPaths(p, o, data, "data")
		for _, key := range slices.Sorted(maps.Keys(data)) {
			text, _ := data[key].(string)
			if more, err := values.Decode([]byte(text)); err == nil && len(more) > 0 && yamlKey(key) {
				for _, path := range engine.ClearPaths(more) {
					at := o.Place("data", key)
					at.Line = p.KeyAfter(o.File, at.Line, path[strings.LastIndex(path, ".")+1:])
					p.Report(at, "the value at %q looks like a secret", path)
				}
			}
		}
	}
}

// secretsOfRelease reports the secrets among the inline values, each with what takes it from there.
func secretsOfRelease(p *engine.Pass, release *rollout.Release) {
	if engine.Encrypted(release.Object) {
		return
	}
	inline := release.Values()
	for _, path := range engine.ClearPaths(inline) {
		remedy := p.Check.Remedy
		keys, err := values.ParsePath(path)
		_, addressable := values.Get(inline, keys)
		if target, unwritten := rollout.TargetPath(keys); err == nil && addressable && unwritten == nil {
			remedy = giveBySecret(p, release, keys, target)
		}
		p.Advise(release.Place(append([]any{"spec", "values"}, engine.Steps(inline, path)...)...), remedy, "the value looks like a secret")
	}
}

// giveBySecret says how a Secret gives a release the value: for a bundle of this program by an
// option, in which the way to the value is that of the component.
func giveBySecret(p *engine.Pass, release *rollout.Release, keys []string, target string) string {
	const also = ", or let the chart read an existing Secret; and change the secret."
	if _, own := p.Listing.Annotations["aicr.run/mode"]; !own {
		return "Let a Secret of the cluster give it, by valuesFrom with kind: Secret and targetPath: " + target + also
	}
	component := release.Name
	if p.Source(release).Local() && len(keys) > 1 {
		// Local charts have the values below the name of the component, or of the chart inside.
		if strings.TrimSuffix(strings.TrimSuffix(component, "-post"), "-pre") == keys[0] {
			component = keys[0]
		}
		keys = keys[1:]
	}
	return "Let a Secret of the cluster give it, with `SecretValues` " + values.Argument(component, values.JoinPath(keys)) + "=SECRET/KEY" + also
}

func yamlKey(key string) bool {
	return strings.HasSuffix(key, ".yaml") || strings.HasSuffix(key, ".yml") || strings.HasSuffix(key, ".json")
}

// holdsSecret reports whether anything in the data is more than a placeholder.
func holdsSecret(data map[string]any) bool {
	for _, v := range data {
		if text, _ := v.(string); text != "" && !values.Placeholder(text) {
			return true
		}
	}
	return false
}

// secretPaths reports the secrets in a map of the object.
func secretPaths(p *engine.Pass, o *rollout.Object, m map[string]any, at ...any) {
	for _, path := range engine.ClearPaths(m) {
		p.Report(o.Place(append(slices.Clip(at), engine.Steps(m, path)...)...), "the value looks like a secret")
	}
}

// writtenOut reports whether a template holds what its Secret is to keep.
func writtenOut(m engine.Resource, template []byte) bool {
	const shortest = 4 // what is shorter is found by chance
	for _, field := range []string{"data", "stringData"} {
		content, _ := m.Get(field).(map[string]any)
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
