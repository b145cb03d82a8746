package diff

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// secretText is shown in the place of a secret.
const secretText = "(secret)"

// hider keeps secrets out of a report.
type hider struct{ secrets *strings.Replacer }

// newHider knows the secrets in the values and Secrets of both sides. They may stand elsewhere, too:
// in what a chart renders, or in an address.
func newHider(sides ...*Side) hider {
	var texts []string
	add := func(text string) {
		if len(text) >= shortest {
			texts = append(texts, text)
		}
	}
	for _, s := range sides {
		for _, release := range s.Releases {
			composed, _ := s.Compose(release)
			secretsIn("", composed, add)
		}
		for _, o := range s.Objects {
			secretsOf(o.Content, add)
			secretsIn("", patchesOf(o.Content), add)
		}
		for _, rendered := range s.Rendered {
			for _, m := range rendered.Manifests {
				secretsOf(m.Object, add)
			}
		}
	}
	return hiding(texts)
}

// hide takes the secrets out of a text.
func (h hider) hide(text string) string {
	return values.HideURLPasswords(h.secrets.Replace(text), secretText)
}

// shortest is the length of a secret that is hidden wherever it stands: what is shorter is a part of
// other words.
const shortest = 6

func hiding(texts []string) hider {
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, text := range slices.Compact(texts) {
		pairs = append(pairs, text, secretText)
	}
	return hider{strings.NewReplacer(pairs...)}
}

// secretsIn calls found with what keys say to be secret.
func secretsIn(key string, v any, found func(text string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			secretsIn(holder(v, key), item, found)
		}
	case []any:
		for _, item := range v {
			secretsIn(key, item, found)
		}
	case string:
		if v != rollout.SecretPlaceholder && values.IsSecret(key, v) {
			found(v)
		}
		if inside, ok := patch(key, v); ok {
			secretsIn("", inside, found)
		}
	}
}

// patch is what the text of a patch for kustomize says.
func patch(key, text string) (inside any, ok bool) {
	if key != "patch" {
		return nil, false
	}
	root, err := yamldoc.Parse([]byte(text))
	if err == nil {
		inside, err = yamldoc.Value(root)
	}
	return inside, err == nil
}

// hasShort reports whether a patch has a secret that cannot be taken out of its text, or may have one,
// because nobody can read it.
func hasShort(text string) (has bool) {
	inside, ok := patch("patch", text)
	secretsIn("", inside, func(secret string) {
		has = has || len(secret) < shortest || !strings.Contains(text, secret) // but with escapes
	})
	return has || !ok
}

// patchesOf are the patches that a HelmRelease has for what its chart makes.
func patchesOf(object map[string]any) any { return at(object, "spec", "postRenderers") }

// secretsOf calls found with the data of a Secret.
func secretsOf(object map[string]any, found func(text string)) {
	if object["kind"] != "Secret" {
		return
	}
	for _, field := range []string{"data", "stringData"} {
		data, _ := object[field].(map[string]any)
		for _, v := range data {
			text, _ := v.(string)
			found(text)
			if plain, err := base64.StdEncoding.DecodeString(text); err == nil {
				found(string(plain))
			}
		}
	}
}

// show returns a value without its secrets.
func (h hider) show(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		shown := make(map[string]any, len(v))
		for key, item := range v {
			shown[key] = h.show(holder(v, key), item)
		}
		return shown
	case []any:
		shown := make([]any, len(v))
		for i, item := range v {
			shown[i] = h.show(key, item)
		}
		return shown
	case string:
		if v != rollout.SecretPlaceholder && values.IsSecret(key, v) || key == "patch" && hasShort(v) {
			return secretText
		}
		return h.hide(v)
	}
	return v
}
