// Package option holds the flags of the commands in groups. A group owns its flags: their names,
// their help texts, how a text becomes a field of the library's options, and the words of the
// errors about that. Commands compose groups.
//
//	flags, config file ─► groups ─► aicr.BundleOptions …
//
// The library speaks of fields and knows no flags. Each flag says which fields it stands for, and a
// Speller replaces these in everything that is printed.
package option

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// group adds flags that belong together.
type group func(s *set)

// set is a set of flags.
type set struct{ *pflag.FlagSet }

func newSet() *set {
	s := &set{pflag.NewFlagSet("", pflag.ContinueOnError)}
	s.SortFlags = false
	return s
}

// The annotations of a flag: the title above it in help texts, and the fields of the library that
// it stands for.
const (
	titleKey  = "aicr_title"
	fieldsKey = "aicr_fields"
)

// add gives the command the flags of the groups, under one title.
func add(cmd *cobra.Command, title string, groups ...group) {
	cmd.Flags().SortFlags = false
	s := newSet()
	for _, g := range groups {
		g(s)
	}
	s.VisitAll(func(f *pflag.Flag) { _ = s.SetAnnotation(f.Name, titleKey, []string{title}) })
	cmd.Flags().AddFlagSet(s.FlagSet)
}

// FieldsOf are the fields of the library that the flag stands for.
func FieldsOf(f *pflag.Flag) []string { return f.Annotations[fieldsKey] }

// Title is the title above the flag in help texts.
func Title(f *pflag.Flag) string { return strings.Join(f.Annotations[titleKey], "") }

// complete lets the shell complete the flag's values.
func complete(cmd *cobra.Command, flag string, words []string, how cobra.ShellCompDirective) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, how))
}

// Speller spells fields of the library as flags.
type Speller struct {
	flags map[string]string
	quote *regexp.Regexp
}

// NewSpeller knows the flags of the command and of the commands below it.
func NewSpeller(cmd *cobra.Command) *Speller {
	s := &Speller{flags: map[string]string{}, quote: regexp.MustCompile("`[A-Z][A-Za-z]*(?:[.][A-Z][A-Za-z]*)?`")}
	s.learn(cmd)
	return s
}

func (s *Speller) learn(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		for _, field := range FieldsOf(f) {
			s.flags[field] = "--" + f.Name
		}
	})
	for _, sub := range cmd.Commands() {
		s.learn(sub)
	}
}

// Flag returns the flag that stands for a field, or "".
func (s *Speller) Flag(field string) string { return s.flags[field] }

// Spell replaces the fields in the text, which stand in backquotes, by their flags.
func (s *Speller) Spell(text string) string {
	return s.quote.ReplaceAllStringFunc(text, func(quoted string) string {
		if flag := s.Flag(strings.Trim(quoted, "`")); flag != "" {
			return flag
		}
		return quoted
	})
}
