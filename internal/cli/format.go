package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// formats are the words that --format takes.
func formats() []string { return []string{"text", "json"} }

// addFormat adds the flag --format.
func addFormat(f *pflag.FlagSet, to *string) {
	addChoice(f, to, "format", "how to print the result (default text)", formats()...)
}

func checkWord(s string, words []string) error {
	if !slices.Contains(words, s) {
		return errors.Invalid("%q is unknown; use %s", s, oneOf(words))
	}
	return nil
}

// oneOf lists words: "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func printJSON(w io.Writer, v any) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return errors.In(err, "result")
	}
	return printText(w, b.String())
}

func printText(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}
