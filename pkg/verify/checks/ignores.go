package checks

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/sourceignore/gitignore"

	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// ignores are the patterns by which Flux leaves files of the repository out.
type ignores struct {
	// root is where in the repository the bundle lies, as far as that is known.
	root []string
	// files are the patterns of all .sourceignore of the bundle.
	files []gitignore.Pattern
	// sources are those of spec.ignore, by the directory of a chart that is taken from there.
	sources map[string]sourcePatterns
}

type sourcePatterns struct {
	rollout.Ref
	patterns []gitignore.Pattern
}

func newIgnores(p *engine.Pass) *ignores {
	x := &ignores{sources: map[string]sourcePatterns{}}
	for _, release := range p.Releases {
		source := p.Source(release)
		if source.Origin != rollout.OriginGit {
			continue
		}
		x.root = segments(source.RepositoryPath)
		if o := p.Object(release.Source); o != nil && o.Text("spec", "ignore") != "" && !substitutes(o, "spec", "ignore") {
			x.sources[source.Dir] = sourcePatterns{o.Ref, sourceignore.ReadPatterns(strings.NewReader(o.Text("spec", "ignore")), nil)}
		}
	}
	for _, file := range p.Tree.Paths() {
		if path.Base(file) != sourceignore.IgnoreFile {
			continue
		}
		if data, err := p.Tree.Read(file); err == nil {
			x.files = append(x.files, sourceignore.ReadPatterns(bytes.NewReader(data), x.place(path.Dir(file)))...)
		}
	}
	return x
}

// why says why Flux leaves a file out; "" where it does not. Patterns of one's own, wherever they
// stand, take the place of Flux's, but for those of version control.
func (x *ignores) why(file string) string {
	own, by := x.files, sourceignore.IgnoreFile
	for dir, source := range x.sources {
		if strings.HasPrefix(file, dir+"/") {
			own = slices.Concat(own, source.patterns)
			by = "spec.ignore of " + source.String() + " or " + by
		}
	}
	if len(own) == 0 {
		if pattern := localformat.Dropped(file); pattern != "" {
			return "Flux leaves it out, by its default pattern " + pattern
		}
		return ""
	}
	if sourceignore.NewMatcher(append(sourceignore.VCSPatterns(nil), own...)).Match(x.place(file), false) {
		return fmt.Sprintf("Flux leaves it out, by a pattern in %s", by)
	}
	return ""
}

// place is the path of a file of the bundle in the repository.
func (x *ignores) place(file string) []string { return slices.Concat(x.root, segments(file)) }

func segments(file string) []string {
	if file == "." || file == "" {
		return nil
	}
	return strings.Split(file, "/")
}
