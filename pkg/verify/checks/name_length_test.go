package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestNameLength(t *testing.T) {
	long := "gpu-operator-" + strings.Repeat("x", 51)
	service := "\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: " + long + "\nspec:\n  ports:\n  - port: 80\n"
	each(t, "name-length",
		defect{
			name: "label of the release", breakIt: edit(release, "  name: gpu-operator\n", "  name: "+long+"\n"),
			at: release + ":5", path: "metadata.name", says: "64 characters, and a label",
		},
		defect{
			name: "no release name", warning: true,
			breakIt: all(edit(release, "  name: gpu-operator\n", "  name: "+long[:45]+"\n"), edit(release, "  releaseName: gpu-operator\n", "")),
			at:      release + ":7", says: `is called "gpu-operator-gpu-operator-xxxxxxxxxxxxxx`,
		},
		defect{
			name: "a Service", also: []string{"manifest-schema"}, breakIt: edit(template, "{{- $values", service[4:]+"---\n{{- $values"),
			at: template + ":3", says: "its name has 64 characters",
		},
	)
}

// Where the schema is not looked at, the release's own name is.
func TestNameLengthOfAReleaseBeforeWriting(t *testing.T) {
	bundle := load(t, "git")
	edit(release, "releaseName: gpu-operator\n", "releaseName: gpu-operator-"+strings.Repeat("x", 41)+"\n")(t, bundle)
	d := defect{at: release + ":10", path: "spec.releaseName", says: "54 characters"}
	d.want(t, "name-length", verifyAll(t, bundle, verify.Options{Quick: true}))
}
