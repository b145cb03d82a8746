package option

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// Graph are the flags of "aicr graph". A config file may have those of a bundle, too.
type Graph struct {
	Bundle
	// Format is the language of the picture.
	Format string
}

// AddGraph gives the command the flags of "aicr graph".
func AddGraph(cmd *cobra.Command, g *Graph) {
	add(cmd, "Output", func(s *set) {
		s.words(&g.Format, []string{"tree", "mermaid", "dot", "svg"}, "how to draw it (default tree): tree for the terminal, mermaid for Markdown on GitHub and GitLab, dot for Graphviz, svg for a browser")
	})
	g.addSource(cmd)
	first(cmd, "format", "order", "set", "data")
}

// addSource gives a command the flags by which a source is made or reached that may be a recipe.
func (b *Bundle) addSource(cmd *cobra.Command) {
	o := &b.BundleOptions
	add(cmd, recipeTitle, input(o, &b.configFile), assignments(o), b.order)
	add(cmd, registryTitle, registry(&o.Registry))
	completeInput(cmd)
	b.completeComponents(cmd, recipeOf)
}

// GraphOptions are the options of the library.
func (g *Graph) GraphOptions(source string) aicr.GraphOptions {
	return aicr.GraphOptions{Source: source, BundleOptions: g.BundleOptions}
}
