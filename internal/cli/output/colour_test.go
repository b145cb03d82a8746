package output

import "testing"

// TestPaint: what stands out, and nothing else. A text that brings escapes has them escaped before.
func TestPaint(t *testing.T) {
	for text, want := range map[string]string{
		"Error: no":                     red + "Error:" + reset + " no",
		"Warning: hm\n  error: x\n":     yellow + "Warning:" + reset + " hm\n  error: x\n",
		"error: crd-order\n  at  a\n":   red + "error:" + reset + " crd-order\n  at  a\n",
		"4 objects: nothing is\n wrong": "4 objects: " + green + "nothing is\n wrong" + reset,
		"an Error: in the middle":       "an Error: in the middle",
	} {
		if got := messages.on(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
	const diff = "  ! lost\n  - told\n    + new\n      - old\n    ~ a: 1 → 2\n     context\n"
	want := red + "  ! lost" + reset + "\n  - told\n" + green + "    + new" + reset + "\n" + red + "      - old" + reset + "\n" + yellow + "    ~ a: 1 → 2" + reset + "\n     context\n"
	if got := changes.on(diff); got != want {
		t.Errorf("got %q", got)
	}
}
