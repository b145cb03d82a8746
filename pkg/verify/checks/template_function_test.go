package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestHazard65_TemplateFunction(t *testing.T) {
	text := func(value string) string {
		return settings + "  d: '" + value + "'\n"
	}
	each(t, "template-function",
		defect{name: "another program's", breakIt: add(added, text("{{instance}}")), at: added + ":7", says: `function "instance" not defined`},
		defect{name: "Helm takes the environment away", breakIt: add(added, text(`{{ env "HOME" }}`)), at: added + ":7", says: `function "env"`},
		defect{name: "of another program's object", breakIt: add(added, text("{{ .pod }}")), at: added + ":7", says: "Helm has no .pod", warning: true},
	)
	bundle := load(t, "git")
	add(added, text(`{{ "{{instance}}" }}{{ toYaml .Values | b64enc }}{{ include "x" . }}{{ required "a" .Release.Name }}{{ define "x" }}{{ .pod }}{{ end }}`))(t, bundle)
	passes(t, bundle, verify.Options{})
	add(added, text("{{instance}}"))(t, bundle)
	if remedy := verifyAll(t, bundle, verify.Options{}).Findings[0].Remedy; !strings.Contains(remedy, `write {{ "{{ instance }}" }}`) {
		t.Error(remedy)
	}
}
