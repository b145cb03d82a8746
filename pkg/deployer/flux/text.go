package flux

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// text is the one function by which templates write a scalar.
func text(s string) (string, error) {
	if err := checkText(s); err != nil {
		return "", err
	}
	return values.Scalar(s)
}

// checkText refuses what does not survive kustomize, which kustomize-controller runs: it writes
// every object as JSON and reads that as YAML, where DEL, the C1 controls and two noncharacters may
// not stand unescaped.
func checkText(s string) error {
	if !utf8.ValidString(s) {
		return errors.Invalid("%q is not valid UTF-8, so no YAML file can hold it; write it in UTF-8", s)
	}
	for _, r := range s {
		if r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff {
			return errors.Invalid("%.80q holds the character %U, at which Flux's kustomize fails; remove it", s, r)
		}
	}
	return nil
}

// checkTexts is checkText for every key and text of a value tree.
func checkTexts(v any) error {
	switch v := v.(type) {
	case string:
		return checkText(v)
	case []any:
		for _, item := range v {
			if err := checkTexts(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			switch k {
			case "":
				return errors.Invalid("a key is empty, at which Flux's kustomize fails; remove it, or name it")
			case "<<":
				return errors.Invalid("the key %q is a merge to kustomize, which would lose it; remove it", k)
			}
			if err := errors.Join(checkText(k), checkTexts(v[k])); err != nil {
				return err
			}
		}
	}
	return nil
}
