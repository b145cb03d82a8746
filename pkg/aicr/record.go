package aicr

import (
	"context"
	stderrors "errors"
	"io/fs"
	"os"
	"reflect"
	"slices"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// RecordFile is the bundle's record of how it was made: what recipe.yaml and bundle-info.yaml have
// no place for. Again reads it.
const RecordFile = "aicr.yaml"

const recordKind = "BundleRecord"

// record is the content of a RecordFile. It holds no secret and no path of a machine: a path is
// relative to the top of the work tree, and left out where that would tell of more than the
// repository, see home.
type record struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Recipe is the path or the URL of the recipe; empty where it is not known any more.
	Recipe string `json:"recipe"`
	// Data are where files of components were read, the strongest first.
	Data []recordedRoot `json:"data"`
	// Options are those that were given and that shape the bundle, by the names of their fields.
	Options map[string]any `json:"options"`
	// Withheld are options that were given and cannot be written down, such as passwords.
	Withheld []string `json:"withheld"`
}

type recordedRoot struct {
	// Path is that of a directory or an archive, and empty where the record cannot name it; Source
	// is what is on no path, as Data names it.
	Path   string `json:"path"`
	Source string `json:"source"`
	// Archive is the digest of the archive, if it is one: a run again takes no other.
	Archive string `json:"archive"`
	// Recipe says that it is the directory of the recipe, which nobody has to name.
	Recipe bool `json:"recipe"`
	// Digest is that of the files that were read there.
	Digest string `json:"digest"`
}

// pinned is a reference to the root with the digest of its archive.
func (r *recordedRoot) pinned(reference string) string {
	if r.Archive == "" {
		return reference
	}
	return reference + "#" + r.Archive
}

// record says how the bundle is made: with the options as they were given, not as they were
// completed since.
func (r *run) record(ctx context.Context) ([]byte, error) {
	h := homeOf(ctx, r.Output)
	rec := record{APIVersion: config.APIVersion, Kind: recordKind, Recipe: h.recipe(r.given.Recipe)}
	for _, root := range r.roots {
		if root.ofRecipe && len(root.read) == 0 {
			continue
		}
		at := recordedRoot{Recipe: root.ofRecipe, Archive: root.archive, Digest: root.digest()}
		if root.remote {
			at.Source = root.dir
		} else if at.Path = h.path(root.dir); at.Path == "" {
			what := "Data"
			if root.ofRecipe {
				what = "Recipe"
			}
			rec.Withheld = append(rec.Withheld, what)
		}
		rec.Data = append(rec.Data, at)
	}
	o := r.given // its paths become those of the record
	o.Set, o.SetJSON = rec.assignments("Set", o.Set), rec.assignments("SetJSON", o.SetJSON)
	o.SetFile, o.SetTextFile = rec.files(h, "SetFile", o.SetFile), rec.files(h, "SetTextFile", o.SetTextFile)
	if r.published() {
		o.Sync = Sync{} // it is about the artifact, which must not depend on it
	} else if o.Sync.File != "" {
		if o.Sync.File = h.path(o.Sync.File); o.Sync.File == "" {
			rec.Withheld = append(rec.Withheld, "Sync")
		}
	}
	slices.Sort(rec.Withheld)
	rec.Withheld = slices.Compact(rec.Withheld)
	var err error
	if rec.Options, err = values.Normalize(encodeOptions(&o)); err != nil {
		return nil, err
	}
	doc, _ := encode(reflect.ValueOf(rec)).(map[string]any)
	text, err := values.Encode(doc, 0)
	r.recorded = rec
	return []byte(config.GeneratedComment + "\n" + text), err
}

// assignments leaves out the values that are secrets.
func (r *record) assignments(field string, list []Assignment) []Assignment {
	return slices.DeleteFunc(slices.Clone(list), func(a Assignment) bool {
		keys, err := values.ParsePath(a.Path)
		secret := err == nil && len(values.PathsInClear(map[string]any{keys[len(keys)-1]: a.Value})) > 0
		if secret {
			r.Withheld = append(r.Withheld, field+" "+a.Component+":"+a.Path)
		}
		return secret
	})
}

// files makes the paths of assignments those of the record.
func (r *record) files(h home, field string, list []Assignment) []Assignment {
	var kept []Assignment
	for _, a := range list {
		file, _ := a.Value.(string)
		if a.Value = h.path(file); a.Value == "" {
			r.Withheld = append(r.Withheld, field+" "+a.Component+":"+a.Path)
			continue
		}
		kept = append(kept, a)
	}
	return kept
}

// readRecord reads the record of the bundle in dir; nil where there is none.
func readRecord(dir string) (*record, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a directory that cannot be opened has no record
	}
	defer root.Close()
	info, err := root.Lstat(RecordFile)
	switch {
	case stderrors.Is(err, fs.ErrNotExist):
		return nil, nil //nolint:nilnil // not every bundle has one
	case err == nil && !info.Mode().IsRegular():
		return nil, errors.Invalid("%s in %s is not a regular file; remove it", RecordFile, dir)
	case err == nil && info.Size() > config.MaxDataFile:
		return nil, errors.Invalid("%s in %s is larger than %d MiB; remove it", RecordFile, dir, config.MaxDataFile>>20)
	}
	data, err := root.ReadFile(RecordFile)
	if err != nil {
		return nil, errors.Invalid("%s in %s cannot be read: %s; check its permissions", RecordFile, dir, errors.Reason(err))
	}
	var rec record
	if err = yamldoc.Unmarshal(data, &rec, yamldoc.Options{}); err == nil && rec.Kind != recordKind {
		err = errors.Invalid("kind is %q, and a record has kind %s", rec.Kind, recordKind)
	}
	return &rec, errors.In(err, "%s in %s, which says how the bundle was made", RecordFile, dir)
}
