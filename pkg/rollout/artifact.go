package rollout

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"
)

// Artifact is an ExternalArtifact that an ArtifactGenerator of the bundle makes.
type Artifact struct {
	Ref
	// Generator makes it, as the output at Index.
	Generator *Object
	Index     int
	// Sources are what the generator copies from, by alias.
	Sources map[string]Ref
	Rules   []CopyRule
}

// CopyRule is one copy operation of an ArtifactGenerator.
type CopyRule struct {
	From, To string
	// Special says that it excludes, merges or extracts.
	Special bool
	Place   Place
}

// artifactsOf are what an ArtifactGenerator makes; none of any other object.
func artifactsOf(o *Object) []*Artifact {
	if o.Kind != "ArtifactGenerator" || o.Group() != "source.extensions.fluxcd.io" {
		return nil
	}
	sources := map[string]Ref{}
	for i := range asList(o.Get("spec", "sources")) {
		text := func(field string) string { return o.Text("spec", "sources", i, field) }
		sources[text("alias")] = Ref{text("kind"), cmp.Or(text("namespace"), o.Namespace), text("name")}
	}
	var all []*Artifact
	for i := range asList(o.Get("spec", "artifacts")) {
		a := &Artifact{
			Ref:       Ref{externalArtifact, o.Namespace, o.Text("spec", "artifacts", i, "name")},
			Generator: o, Index: i, Sources: sources,
		}
		for j := range asList(o.Get("spec", "artifacts", i, "copy")) {
			at := []any{"spec", "artifacts", i, "copy", j}
			text := func(field string) string { return o.Text(append(at, field)...) }
			strategy := text("strategy")
			a.Rules = append(a.Rules, CopyRule{
				From: text("from"), To: text("to"), Place: o.Place(at...),
				Special: strategy != "" && strategy != "Overwrite" || len(asList(o.Get(append(at, "exclude")...))) > 0,
			})
		}
		all = append(all, a)
	}
	return all
}

// Compose follows the copy rules as source-watcher (internal/builder, v2.2) does, much like cp:
//
//	dir/file   to  @artifact/x/   x/file
//	dir/file   to  @artifact/x    x, or x/file where x is a directory already
//	dir        to  @artifact/x    x/dir/…
//	dir/**     to  @artifact/x    x/…, where ** is no more than *: an entry that is a directory comes whole
//	other glob to  @artifact/x    x/<path of the match>
//
// It returns the artifact's files with the files of the bundle that they are copies of. The sources
// are taken for the bundle itself, or for the repository that it lies in at repositoryPath. Where
// that is not known, or cannot be seen, elsewhere says so, and there are no problems.
func (a *Artifact) Compose(tree *Tree, repositoryPath string) (files map[string]string, problems []Problem, elsewhere string) {
	files = map[string]string{}
	lost := map[string]bool{}
	for _, rule := range a.Rules {
		alias, _, _ := strings.Cut(rule.From, "/")
		source, known := a.Sources[strings.TrimPrefix(alias, "@")]
		if !known && lost[alias] {
			continue // it is told once
		} else if !known {
			lost[alias] = true
		}
		err := rule.follow(a, sourceOf(source, tree, repositoryPath, rule.From), files)
		switch {
		case errors.Is(err, errElsewhere):
			return files, nil, fmt.Sprintf("%q of %s", rule.From, source)
		case err != nil:
			problems = append(problems, Problem{rule.Place, err.Error()})
		}
	}
	return files, problems, ""
}

func (c CopyRule) follow(a *Artifact, source copySource, files map[string]string) error {
	if c.Special {
		return fmt.Errorf("only a plain copy can be judged: no strategy, no exclude")
	}
	alias, from, ok := strings.Cut(strings.TrimPrefix(c.From, "@"), "/")
	if !ok || !strings.HasPrefix(c.From, "@") {
		return fmt.Errorf("from: %q is not of the form @alias/path", c.From)
	}
	if _, known := a.Sources[alias]; !known {
		return fmt.Errorf("from: %q: the generator has no source with the alias %q", c.From, alias)
	}
	to, ok := strings.CutPrefix(c.To, "@artifact/")
	if target := path.Clean(to); !ok || Outside(target) || path.IsAbs(target) {
		return fmt.Errorf("to: %q is not a path in @artifact/", c.To)
	}
	if !strings.ContainsAny(from, "*?[]") {
		return source.copyOne(path.Clean(from), to, files)
	}
	matches, err := source.glob(from)
	if err != nil {
		return fmt.Errorf("from: %q: %w", c.From, err)
	}
	if len(matches) == 0 {
		return source.missing(fmt.Errorf("from: nothing matches %q; source-watcher fails on it", c.From))
	}
	for _, match := range matches {
		target := match
		if prefix, all := strings.CutSuffix(from, "/**"); all {
			target = strings.TrimPrefix(match, prefix+"/")
		}
		source.copyTree(match, path.Join(to, target), files)
	}
	return nil
}
