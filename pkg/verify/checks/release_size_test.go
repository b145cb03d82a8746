package checks_test

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestHazard61_ReleaseSize(t *testing.T) {
	// noise is text that does not get smaller by more than a quarter.
	noise := func(size int) string {
		random, raw := rand.New(rand.NewPCG(6, 1)), make([]byte, size/4*3)
		for i := range raw {
			raw[i] = byte(random.Uint32())
		}
		return base64.StdEncoding.EncodeToString(raw)
	}
	data := func(text string) string { return strings.Replace(settings, "a: b", "a: "+text, 1) }
	crd := func(size int) string {
		return "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  text: " + strings.Repeat("a", size) + "\n"
	}
	each(t, "release-size",
		defect{name: "a record", breakIt: add("gpu-operator-pre/files/a.txt", noise(900_000)), at: pre + ":2", says: "a Secret holds 1 MiB: it cannot be stored"},
		defect{name: "nearly", breakIt: add("gpu-operator-pre/files/a.txt", noise(800_000)), at: pre + ":2", says: "and a Secret holds 1 MiB", warning: true},
		defect{name: "a ConfigMap", also: []string{"manifest-schema"}, breakIt: add(added, data(strings.Repeat("a", 1_100_000))), at: added + ":2", says: "renders a ConfigMap whose data have 1.05 MiB"},
		defect{name: "an object", breakIt: add(added, crd(1_700_000)), at: added + ":2", says: "renders a Widget of 1.62 MiB, and etcd takes 1.5 MiB"},
		defect{name: "nearly an object", breakIt: add(added, crd(1_200_000)), at: added + ":2", says: "of 1.14 MiB", warning: true},
	)
	bundle := load(t, "git")
	all(add("gpu-operator-pre/files/a.txt", strings.Repeat("a", 4_000_000)), add(added, data(strings.Repeat("a", 1_000_000))))(t, bundle)
	passes(t, bundle, verify.Options{})
}
