package recipe_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func TestHazard56_AVersionThatFluxCannotReadIsRefused(t *testing.T) {
	component := "componentRefs:\n- {name: a, namespace: n, source: 'https://h', version: %q}"
	for _, version := range []string{"latest", "stable", "main", "1.2.3.4", "foo bar", "v", " ", "1.2.3-", "1.2.3-rc.01"} {
		_, err := load(t, fmt.Sprintf(component, version), true)
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), fmt.Sprintf(`line 2: component "a": version %q`, version)) {
			t.Errorf("version %q: %v", version, err)
		}
	}
	for version, pin := range map[string]bool{
		"1.2.3": true, "v1.2.3": true, "1.2.3-rc.1+build": true, "1.10": false, "v1": false, "*": false, ">=1 <2": false, "1.x": false, "^1.2": false, "1.2 - 1.4": false, "~1 || 3": false,
	} {
		if _, err := load(t, fmt.Sprintf(component, version), true); err != nil || recipe.IsPin(version) != pin {
			t.Errorf("version %q: pin %t, %v", version, recipe.IsPin(version), err)
		}
	}
}

func TestHazard57_ARepositoryThatHasNoChartsIsRefused(t *testing.T) {
	for source, says := range map[string]string{
		"oci://ghcr.io/org/charts:1.2.3":                             "remove the tag",
		"oci://ghcr.io/org/charts@sha256:" + strings.Repeat("a", 64): "remove the digest",
		"oci://ghcr.io/Org/charts":                                   "lower case",
		"oci://ghcr.io/org//charts":                                  "is not one of an OCI registry",
		"oci://ghcr.io/org/char ts":                                  "white space",
		"https://charts.example.com/index.yaml":                      "index.yaml",
		"https://charts.example.com/a/index.yaml/":                   "index.yaml",
		"https://charts.example.com/a b":                             "white space",
	} {
		if _, err := recipe.ParseRepository(source); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", source, err, says)
		}
	}
	for _, source := range []string{
		"oci://ghcr.io/org/charts", "OCI://GHCR.io/org/charts/", "oci://ghcr.io:443", "oci://h/a__b/c-d.e", "https://charts.example.com/Stable", "https://h/a%20b", "https://h/index.yaml.d", "http://h:8080",
	} {
		if _, err := recipe.ParseRepository(source); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestHazard57_AChartNameThatFluxRefuses(t *testing.T) {
	for name, taken := range map[string]bool{
		"gpu-operator": true, "org/chart": true, "a.b": true, "0": true, "forgejoRunner": false, "my_chart": false, "a b": false, "a//b": false, "": false, "a..b": false, "chart:1": false,
	} {
		if err := recipe.CheckChartName(name); (err == nil) != taken {
			t.Errorf("%q: %v", name, err)
		}
	}
}
