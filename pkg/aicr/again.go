package aicr

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Again returns the options of the run that made the bundle in dir, with those of o on top: an
// option of o that is set replaces the earlier one, and assignments and dynamic values are added.
// The output is dir, unless o names another. The recipe is the same file or URL as then; where that
// is not known or is gone, it is the bundle's own recipe.yaml.
//
// What the record withholds, because it is a secret or lies outside of the repository, has to be
// set in o. A directory without a record is ErrCodeNotFound.
func Again(ctx context.Context, dir string, o BundleOptions) (BundleOptions, error) {
	rec, err := readRecord(dir)
	if err == nil && rec == nil {
		err = errors.New(errors.ErrCodeNotFound, "%s has no %s, which would say how a bundle was made; name the directory of a bundle, or give all options once", dir, RecordFile)
	}
	if err != nil {
		return o, err
	}
	var earlier BundleOptions
	if err := decodeOptions(rec.Options, &earlier); err != nil {
		return o, errors.In(err, "%s in %s", RecordFile, dir)
	}
	r := repetition{ctx: ctx, home: homeOf(ctx, dir), record: rec, given: &o}
	r.options(&earlier)
	r.recipe(dir)
	r.withheld()
	if err := errors.Join(r.problems...); err != nil {
		return o, errors.In(err, "`Again` %s", dir)
	}
	if o.Output == "" {
		o.Output = dir
	}
	o.repeats = dir
	return o, nil
}

// repetition puts what is given on top of what is recorded.
type repetition struct {
	home
	ctx      context.Context //nolint:containedctx // it lives no longer than the call
	record   *record
	given    *BundleOptions
	named    bool // the recipe is given
	problems []error
}

// options takes up the options that are not given.
func (r *repetition) options(earlier *BundleOptions) {
	for field, list := range map[string][]Assignment{"`SetFile` ": earlier.SetFile, "`SetTextFile` ": earlier.SetTextFile} {
		for i, a := range list {
			rel, _ := a.Value.(string)
			list[i].Value = r.path(field+a.Component+":"+a.Path, rel)
		}
	}
	if r.given.Sync.File == "" && earlier.Sync.File != "" {
		earlier.Sync.File = r.path("`Sync`", earlier.Sync.File)
	}
	before, now := optionFields(earlier), optionFields(r.given)
	for i, f := range now {
		was := before[i].value
		switch {
		case f.value.IsZero():
			f.value.Set(was)
		case was.IsZero():
		case f.value.Type() == reflect.TypeFor[[]Assignment](), f.value.Type() == reflect.TypeFor[[]SecretValue]():
			f.value.Set(reflect.AppendSlice(was, f.value))
		case f.value.Kind() == reflect.Map:
			for _, key := range was.MapKeys() {
				if !f.value.MapIndex(key).IsValid() {
					f.value.SetMapIndex(key, was.MapIndex(key))
				}
			}
		}
	}
}

// path returns a path of the record as it is from here.
func (r *repetition) path(label, rel string) string {
	found := r.find(rel)
	if found == "" {
		r.problems = append(r.problems, errors.Invalid("%s was %q, which is outside of the repository of the bundle; give it again", label, rel))
		return ""
	}
	// A file that git leaves out, such as .env, is this machine's business, and a record may be a
	// stranger's.
	if place, err := worktree.Find(r.ctx, found); err == nil && place != nil && place.Ignored {
		r.problems = append(r.problems, errors.Invalid("%s was %q, which git ignores, so that the record of somebody else could name a secret of yours; give it again", label, rel))
	}
	return found
}

// recipe finds the recipe and the data.
func (r *repetition) recipe(dir string) {
	if r.named = r.given.Recipe != ""; !r.named {
		r.given.Recipe = r.record.Recipe
		if !recipe.IsURL(r.record.Recipe) {
			r.given.Recipe = r.find(r.record.Recipe)
			if _, err := os.Stat(r.given.Recipe); err != nil {
				r.given.Recipe, r.given.bundled = filepath.Join(dir, deployer.RecipeFile), true
			}
		}
	}
	if len(r.given.Data) > 0 {
		return
	}
	for _, root := range r.record.Data {
		switch {
		case root.Recipe && !r.given.bundled:
		case root.Source != "":
			r.given.Data = append(r.given.Data, r.server(&root))
		case root.Path != "":
			r.given.Data = append(r.given.Data, r.data(&root))
		}
	}
}

// data is a directory or an archive of the record, which has to be there still.
func (r *repetition) data(root *recordedRoot) string {
	path := r.path("`Data`", root.Path)
	if _, err := os.Stat(path); path != "" && err != nil {
		r.problems = append(r.problems, errors.New(errors.ErrCodeNotFound, "%s, from which the bundle was made, is not here; it has to be committed with the bundle, or give `Data`", path))
	}
	return root.pinned(path)
}

// server is what the record has of a server. What a stranger wrote there must not be the path of a
// file.
func (r *repetition) server(root *recordedRoot) string {
	text := root.pinned(root.Source)
	ref, err := datasource.Parse(text)
	if err == nil && !ref.Remote() {
		err = errors.Invalid("`Data` was %q, which is on no server; give it again", root.Source)
	}
	r.problems = append(r.problems, err)
	return text
}

// withheld refuses to go on without what the record does not have.
func (r *repetition) withheld() {
	given := map[string]bool{"Recipe": r.named || len(r.given.Data) > 0, "Data": r.named || len(r.given.Data) > 0, "Sync": r.given.Sync.File != ""}
	for _, list := range [][]Assignment{r.given.Set, r.given.SetJSON, r.given.SetFile, r.given.SetTextFile} {
		for _, a := range list {
			given[a.Component+":"+a.Path] = true
		}
	}
	for _, v := range r.given.SecretValues {
		given[v.Component+":"+v.Path] = true // nobody needs the value itself
	}
	for _, label := range r.record.Withheld {
		field, what, _ := strings.Cut(label, " ")
		if !given[label] && !given[what] {
			why := "it lies outside of the Git work tree of the bundle; give it again"
			if field == "Set" || field == "SetJSON" {
				why = "it is a secret; give it again, or let a Secret of the cluster give it (`SecretValues`)"
			}
			r.problems = append(r.problems, errors.Invalid("%s is not in the record, because %s", strings.TrimSpace("`"+field+"` "+what), why))
		}
	}
}
