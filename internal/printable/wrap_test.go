package printable_test

import (
	"testing"

	"github.com/aicr-flux/aicr/internal/printable"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct{ first, rest, text, want string }{
		{"", "", "", "\n"},
		{"- ", "  ", "short", "- short\n"},
		{"- ", "  ", "what is too long for a line", "- what is\n  too long\n  for a\n  line\n"},
		{"", "", "exactly 10", "exactly 10\n"},
		{"", "", "https://example.com/long is whole", "https://example.com/long\nis whole\n"},
		{"", "", "ü→ü→ü ü→ü→ü", "ü→ü→ü\nü→ü→ü\n"},
		{"", "", "two  spaces", "two\nspaces\n"},
		{"a longer beginning ", "  ", "text", "a longer beginning text\n"},
	} {
		if got := printable.Wrap(10, test.first, test.rest, test.text); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.first, test.text, got, test.want)
		}
	}
}
