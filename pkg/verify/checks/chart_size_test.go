package checks_test

import (
	"math/rand/v2"
	"testing"
	"testing/fstest"
)

// noise does not get smaller when packed.
func noise(size int) string {
	data := make([]byte, size)
	chacha := rand.NewChaCha8([32]byte{})
	_, _ = chacha.Read(data)
	return string(data)
}

func TestChartSize(t *testing.T) {
	const large = 5<<20 + 1
	tenMiB := func(t *testing.T, bundle fstest.MapFS) {
		t.Helper()
		for _, name := range []string{"a", "b", "c"} {
			add("gpu-operator-pre/files/"+name, noise(4<<20))(t, bundle)
		}
	}
	each(t, "chart-size",
		defect{name: "a file", breakIt: add("gpu-operator-pre/files/large", noise(large)), at: chartYAML, says: `"files/large" has 5.0 MiB`},
		defect{name: "a file in an artifact", mode: "oci", breakIt: add("gpu-operator-pre/templates/large.txt", noise(large)), at: chartYAML, says: `"templates/large.txt" has 5.0 MiB`},
		defect{name: "a file in a packed chart", breakIt: withUpstream(changed("files/large", string(make([]byte, large))), "driver: {}"), at: wrapper, says: upstreamPath},
		defect{name: "the chart", also: []string{"release-size"}, breakIt: tenMiB, at: chartYAML, says: "about 12 MiB packed", warning: true},
	)
}
