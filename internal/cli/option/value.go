package option

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// value is a flag whose text a function reads.
type value struct {
	form     string
	words    []string // of which it is one
	many     bool     // it may be repeated
	read     func(text string) error
	given    []string
	problems []error
}

// Set implements pflag.Value. It notes a problem, since pflag would stop at the first. It also notes
// a second value that contradicts the first, of which pflag would keep the last without a word.
func (v *value) Set(text string) error {
	if err := v.read(text); err != nil {
		v.problems = append(v.problems, err)
	}
	if v.given = append(v.given, text); !v.many && text != v.given[0] {
		v.problems = append(v.problems, fmt.Errorf("it is given as %q and as %q, and counts once; remove one of them", v.given[0], text))
	}
	return nil
}

// String implements pflag.Value.
func (v *value) String() string { return "" }

// Type implements pflag.Value.
func (v *value) Type() string { return v.form }

// read reads a text into the flag.
func read(f *pflag.Flag, text string) error { return f.Value.(*value).read(text) }

// Problems is what is wrong with the texts that the flags were given.
func Problems(flags *pflag.FlagSet) error {
	var problems []error
	flags.VisitAll(func(f *pflag.Flag) {
		if v, ok := f.Value.(*value); ok {
			for _, err := range v.problems {
				problems = append(problems, errors.Invalid("--%s: %s", f.Name, err))
			}
		}
	})
	return errors.Join(problems...)
}

// Words are the words of which the flag is one, or nil.
func Words(f *pflag.Flag) []string {
	if v, ok := f.Value.(*value); ok {
		return v.words
	}
	return nil
}

// Repeatable reports whether the flag may be given more than once.
func Repeatable(f *pflag.Flag) bool {
	v, ok := f.Value.(*value)
	return ok && v.many
}

// Every flag has a name, a help text, and the fields of the library that it stands for.

func (s *set) add(v *value, name, usage string, fields []string) {
	s.Var(v, name, usage)
	_ = s.SetAnnotation(name, fieldsKey, fields)
}

func (s *set) toggle(to *bool, name, usage string, fields ...string) {
	s.add(newToggle(to), name, usage, fields)
	s.Lookup(name).NoOptDefVal = "true"
}

func newToggle(to *bool) *value {
	return &value{form: "bool", read: func(text string) (err error) {
		if *to, err = strconv.ParseBool(text); err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		return nil
	}}
}

func (s *set) text(to *string, name, usage string, fields ...string) {
	s.short(to, name, "", usage, fields...)
}

func (s *set) short(to *string, name, letter, usage string, fields ...string) {
	s.VarP(&value{form: "string", read: func(text string) error {
		*to = text
		return nil
	}}, name, letter, usage)
	_ = s.SetAnnotation(name, fieldsKey, fields)
}

// each adds a flag that may be repeated, and that is shown with a form.
func (s *set) each(read func(string) error, name, form, usage string, fields ...string) {
	s.add(&value{form: form, many: true, read: read}, name, usage+"; repeatable", fields)
}

func (s *set) list(to *[]string, name, form, usage string, fields ...string) {
	s.each(func(text string) error {
		*to = append(*to, text)
		return nil
	}, name, form, usage, fields...)
}

// byHost adds a flag that may be repeated, of names by host.
func (s *set) byHost(add func(host, name string), name, usage string, fields ...string) {
	s.each(func(text string) error {
		host, value, ok := strings.Cut(text, "=")
		if !ok || host == "" || value == "" || strings.Contains(host, "/") {
			return fmt.Errorf("%q is not HOST=NAME", text)
		}
		add(strings.ToLower(host), value)
		return nil
	}, name, "HOST=NAME", usage, fields...)
}

// choice adds a flag for which there are some words; the library knows which ones it takes.
func (s *set) choice(to *string, name string, words []string, usage string, fields ...string) {
	s.add(&value{form: strings.Join(words, "|"), words: words, read: func(text string) error {
		*to = text
		return nil
	}}, name, usage, fields)
}

// words adds --format, a choice that the command line itself makes.
func (s *set) words(to *string, words []string, usage string) {
	s.add(&value{form: strings.Join(words, "|"), words: words, read: func(text string) error {
		if !slices.Contains(words, text) {
			return fmt.Errorf("%q is unknown%s", text, suggest.Instead(text, words))
		}
		*to = text
		return nil
	}}, "format", usage, nil)
}

// count adds a flag for a whole number, which is at least 1, since 0 means that it is not given.
func (s *set) count(to *int, name, usage string, fields ...string) {
	s.add(&value{form: "NUMBER", read: func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a whole number of at least 1", text)
		}
		*to = n
		return nil
	}}, name, usage, fields)
}

func (s *set) duration(to *time.Duration, name, usage string, fields ...string) {
	s.add(&value{form: "DURATION", read: func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is not a duration such as 30m or 1h30m", text)
		}
		*to = d
		return nil
	}}, name, usage, fields)
}

// Format adds the flag --format.
func (s *set) format(to *string) {
	s.words(to, []string{"text", "json"}, "how to print the result (default text)")
}
