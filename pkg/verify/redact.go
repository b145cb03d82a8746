package verify

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// redact takes the secrets of the bundle out of what is told: a template that
// fails, a schema that values do not fit, and kustomize name the value that they
// complain of.
func (s *scene) redact() {
	if s.options.Quick || len(s.findings) == 0 {
		return // quick checks show no values
	}
	secrets := s.secretTexts()
	if len(secrets) == 0 {
		return
	}
	replacer := strings.NewReplacer(secrets...)
	for i := range s.findings {
		s.findings[i].Message = replacer.Replace(s.findings[i].Message)
	}
	for i := range s.notSeen {
		s.notSeen[i] = replacer.Replace(s.notSeen[i])
	}
}

// secretTexts are pairs of a secret and what is shown instead, the longest first.
func (s *scene) secretTexts() []string {
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
			eachText(o.Get("data"), nil, func(_ []any, text string) bool {
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
		pairs = append(pairs, text, "[secret]")
	}
	return pairs
}

// secretsIn calls found with what keys of values say to be secret.
func secretsIn(v any, found func(text string)) {
	m, _ := v.(map[string]any)
	for _, path := range clearPaths(m) {
		text, _ := follow(m, steps(m, path)).(string)
		found(text)
	}
}

// secretLiterals are those that kustomizations generate Secrets of.
func (s *scene) secretLiterals() []string {
	var all []string
	files := []string{s.Listing.File}
	for _, entry := range s.Listing.Entries {
		if entry.State == rollout.EntryKustomization {
			files = append(files, kustomizationIn(s.Tree, entry.Target))
		}
	}
	for _, file := range files {
		if s.Listing.Plain || file == "" {
			continue
		}
		if k, err := readKustomization(s.Tree, file); err == nil {
			for _, generator := range k.SecretGenerator {
				all = append(all, generator.LiteralSources...)
			}
		}
	}
	return all
}
