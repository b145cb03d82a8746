package engine

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// ClearPaths are the dotted paths of the secrets that are no placeholders.
func ClearPaths(m map[string]any) []string {
	return slices.DeleteFunc(values.SecretPaths(m), func(path string) bool {
		return values.Placeholder(textAt(m, path))
	})
}

// textAt returns the text at a dotted path, "" where there is no text.
func textAt(m map[string]any, path string) string {
	var v any = m
	for _, step := range Steps(m, path) {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	text, _ := v.(string)
	return text
}

// Steps turns a dotted path, whose indexes look like keys, into keys and indexes. It ends where the
// path leaves the values.
func Steps(v any, path string) []any {
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

// Redact takes the secrets of the bundle out of what is told: a template that fails, a schema that
// values do not fit, and kustomize name the value that they complain of.
func (s *Scene) Redact() {
	if s.Options.Quick || len(s.Findings) == 0 {
		return // quick checks show no values
	}
	hide := s.Redactor()
	for i := range s.Findings {
		s.Findings[i].Message = hide(s.Findings[i].Message)
	}
	for i := range s.NotSeen {
		s.NotSeen[i] = hide(s.NotSeen[i])
	}
}

// Hidden is shown in the place of a secret.
const Hidden = "[secret]"

// Redactor takes the secrets of the bundle out of a text.
func (s *Scene) Redactor() func(text string) string {
	replacer := strings.NewReplacer(s.secretTexts()...)
	return func(text string) string { return values.HideURLPasswords(replacer.Replace(text), Hidden) }
}

// WithoutSecrets returns the values with what their keys say to be secret hidden, also what is too
// short to be found in a text.
func WithoutSecrets(m map[string]any) map[string]any {
	m = values.Clone(m)
	for _, path := range ClearPaths(m) {
		var at any = m
		steps := Steps(m, path)
		for i, step := range steps {
			last := i == len(steps)-1
			switch step := step.(type) {
			case string:
				in := at.(map[string]any)
				if at = in[step]; last {
					in[step] = Hidden
				}
			case int:
				in := at.([]any)
				if at = in[step]; last {
					in[step] = Hidden
				}
			}
		}
	}
	return m
}

// secretTexts are pairs of a secret and what is shown instead, the longest first.
func (s *Scene) secretTexts() []string {
	var texts []string
	add := func(text string) {
		const shortest = 6 // what is shorter is a part of other words
		if len(text) >= shortest {
			texts = append(texts, text)
		}
	}
	for _, o := range s.Objects {
		switch {
		case o.Kind == "HelmRelease":
			secretsIn(o.Get("spec", "values"), add)
		case o.Kind == "ConfigMap" && o.Group() == "":
			EachText(o.Get("data"), nil, func(_ []any, text string) bool {
				if m, err := values.Decode([]byte(text)); err == nil {
					secretsIn(m, add)
				}
				return true
			})
		case o.Kind == "Secret" && o.Group() == "":
			for _, field := range []string{"data", "stringData"} {
				data, _ := o.Get(field).(map[string]any)
				for _, value := range data {
					text, _ := value.(string)
					add(text)
					if plain, err := base64.StdEncoding.DecodeString(text); err == nil {
						add(string(plain))
					}
				}
			}
		}
	}
	for _, literal := range s.secretLiterals() {
		_, value, _ := strings.Cut(literal, "=")
		add(literal)
		add(value)
	}
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, text := range slices.Compact(texts) {
		pairs = append(pairs, text, Hidden)
	}
	return pairs
}

// secretsIn calls found with what keys of values say to be secret.
func secretsIn(v any, found func(text string)) {
	m, _ := v.(map[string]any)
	for _, path := range ClearPaths(m) {
		found(textAt(m, path))
	}
}

// secretLiterals are those that kustomizations generate Secrets of.
func (s *Scene) secretLiterals() []string {
	if s.Listing.Plain {
		return nil
	}
	var all []string
	for _, file := range s.Kustomizations() {
		if k, err := rollout.ReadKustomization(s.Tree, file); err == nil {
			for _, generator := range k.SecretGenerator {
				all = append(all, generator.LiteralSources...)
			}
		}
	}
	return all
}
