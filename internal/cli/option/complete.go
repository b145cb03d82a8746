package option

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
)

// patience is how long somebody waits who has pressed the key for completion.
const patience = time.Second

const nothing = cobra.ShellCompDirectiveNoFileComp

// CompleteByForm lets the shell complete those flags of a command for which nothing better is known by
// the form of their value: files, directories, one of some words, or nothing at all.
func CompleteByForm(cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		form, _ := pflag.UnquoteUsage(f)
		switch words := Words(f); {
		case words != nil:
			complete(cmd, f.Name, words, nothing)
		case form == "DIR":
			complete(cmd, f.Name, nil, cobra.ShellCompDirectiveFilterDirs)
		case form != "FILE" && form != "PATH":
			complete(cmd, f.Name, nil, nothing)
		}
	})
}

// completeComponents lets the shell complete the flags that begin with a component: its name, and then
// the paths to its values. recipe says, from the arguments, which recipe is meant, or which bundle is
// made once more.
func (b *Bundle) completeComponents(cmd *cobra.Command, recipe func(args []string) (recipe, again string)) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		form := f.Value.Type()
		if strings.HasPrefix(form, "COMPONENT") {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, func(cmd *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
				ctx, cancel := context.WithTimeout(cmd.Context(), patience)
				defer cancel()
				_ = b.Fill(ctx, cmd.Flags()) // a config file may name the recipe
				found := candidates(ctx, b.meant(ctx, recipe, args), strings.TrimPrefix(form, "COMPONENT"), text)
				if slices.ContainsFunc(found, unfinished) {
					return found, nothing | cobra.ShellCompDirectiveNoSpace
				}
				return found, nothing
			})
		}
	})
}

// recipeOf is the recipe among arguments that may be bundles, too.
func recipeOf(args []string) (recipe, again string) {
	for _, arg := range args {
		if aicr.KindOf(arg) == aicr.KindRecipe && !aicr.InGit(arg) {
			return arg, ""
		}
	}
	return "", ""
}

// meant are the options of the recipe that is meant.
func (b *Bundle) meant(ctx context.Context, recipe func(args []string) (recipe, again string), args []string) aicr.BundleOptions {
	source, again := recipe(args)
	o := aicr.BundleOptions{Recipe: source, Data: b.Data, Output: b.Output}
	if again == "" {
		return o
	}
	recorded, err := aicr.Again(ctx, again, o)
	if err != nil {
		o.Recipe, o.Output = filepath.Join(again, deployer.RecipeFile), again
		return o
	}
	return recorded
}

// candidates are what may be meant by the beginning of a text that is a component and, behind a colon, a
// path to one of its values. rest is the form of a text behind the component: ":PATH=VALUE". What is
// wrong stays unsaid: somebody is in the middle of typing. A value is never completed, because it may
// be a secret.
func candidates(ctx context.Context, o aicr.BundleOptions, rest, text string) (found []cobra.Completion) {
	component, path, named := strings.Cut(text, rest[:1])
	if named {
		if rest[0] != ':' || strings.Contains(path, "=") {
			return nil
		}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		o.Renderer = sandbox
		_, after, _ := strings.Cut(rest, "PATH")
		paths, _ := aicr.ValuePaths(ctx, o, component)
		return steps(component+":", path, after, paths)
	}
	components, _ := aicr.Components(ctx, o)
	for _, c := range components {
		about := strings.TrimSpace(c.Chart + " " + c.Version)
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if strings.HasPrefix(name, text) {
				found = append(found, cobra.CompletionWithDesc(name+rest[:1], about))
			}
		}
	}
	return found
}
