package printable_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/internal/printable"
)

// TestHazard74_WhatATerminalOrALogObeysIsEscaped: text, as a line, as lines, and inside a JSON string.
func TestHazard74_WhatATerminalOrALogObeysIsEscaped(t *testing.T) {
	for text, want := range map[string]struct{ line, lines, json string }{
		"plain → ünïcödé 漢字 🙂": {"plain → ünïcödé 漢字 🙂", "plain → ünïcödé 漢字 🙂", "plain → ünïcödé 漢字 🙂"},
		"\x1b]0;title\x07":     {`\x1b]0;title\a`, `\x1b]0;title\a`, `\u001b]0;title\u0007`},
		"\u009b31m\x7f":        {`\u009b31m\x7f`, `\u009b31m\x7f`, `\u009b31m\u007f`},
		"a\rb\tc":              {`a\rb\tc`, `a\rb\tc`, `a\rb\tc`},
		"\u202egnp.exe\u2066":  {`\u202egnp.exe\u2066`, `\u202egnp.exe\u2066`, `\u202egnp.exe\u2066`},
		"\u200b\ufeff\u2028":   {`\u200b\ufeff\u2028`, `\u200b\ufeff\u2028`, `\u200b\ufeff\u2028`},
		"\U000e0041":           {`\U000e0041`, `\U000e0041`, `\udb40\udc41`},
		"\xff":                 {`\xff`, `\xff`, `\ufffd`},
		"a\n::notice::x":       {`a\n::notice::x`, "a\n\\::notice::x", `a\n::notice::x`},
		"a\n \u3000::error":    {"a\\n \u3000::error", "a\n\\::error", "a\\n \u3000::error"},
		"x ##[error]y":         {`x #\#[error]y`, `x #\#[error]y`, `x \u0023#[error]y`},
		"###vso[task.x]":       {`##\#vso[task.x]`, `##\#vso[task.x]`, `#\u0023#vso[task.x]`},
		"## [heading]":         {"## [heading]", "## [heading]", "## [heading]"},
	} {
		if got := printable.Line(text); got != want.line || printable.Line(got) != got {
			t.Errorf("Line(%q) is %q, want %q", text, got, want.line)
		}
		if got := printable.Lines(text); got != want.lines || printable.Lines(got) != got {
			t.Errorf("Lines(%q) is %q, want %q", text, got, want.lines)
		}
		var encoded strings.Builder
		enc := json.NewEncoder(&encoded)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(text); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimSpace(printable.JSON(encoded.String()))
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back != strings.ToValidUTF8(text, "\ufffd") {
			t.Errorf("JSON(%q) reads back as %q: %v", text, back, err)
		}
		if got != `"`+want.json+`"` {
			t.Errorf("JSON(%q) is %s, want %s", text, got, want.json)
		}
	}
}
