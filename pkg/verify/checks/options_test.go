package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name, want string
		options    verify.Options
	}{
		{"version", "2.7, 2.8, 2.9", verify.Options{FluxVersion: "2.6"}},
		{"check", `did you mean "dependency-missing"?`, verify.Options{Skip: []string{"dependency-mising"}}},
		{"external", `"Kind namespace/name"`, verify.Options{External: []string{"flux-system"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify.Bundle(t.Context(), load(t, "git"), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	bundle := load(t, "git")
	edit(release, "- name: gpu-operator-pre", "- name: x")(t, bundle)
	passes(t, bundle, verify.Options{Skip: []string{"dependency-missing"}})
}
