package aicr

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/report"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// ReportOptions say which bundle Report looks at, and where its page goes. Source is required.
type ReportOptions struct {
	// Source is the directory of a bundle, oci://HOST/REPOSITORY with a tag or a digest, or else a
	// recipe as Bundle takes one.
	Source string
	// Compare is an earlier bundle, as Diff takes one as Old; the page shows what changes in a
	// cluster that runs it. Empty compares with nothing.
	Compare string
	// Page is the file that the page is written to; empty writes none. Force overwrites a file that
	// is no report.
	Page string
	// WithImages lists the images that the bundle needs, for which the charts that it does not hold
	// are pulled; see Images.
	WithImages bool
	// Spell writes the names of options in what the page says of findings; nil leaves those of this
	// package.
	Spell func(string) string
	// BundleOptions are those with which a recipe is bundled in memory; Registry and what is about
	// pulling charts count for every source.
	BundleOptions
}

// ReportResult is what Report made.
type ReportResult struct {
	// HTML is the page.
	HTML []byte
	// Verified is what verify says of the bundle. The page has it, too.
	Verified verify.Report
	// Warnings are what is missing in the page.
	Warnings []string
}

// Report makes one HTML page of a bundle: the picture of its rollout, what it installs with which
// values, what is wrong with it, and what the cluster needs. What is wrong with the bundle is no
// error here.
func Report(ctx context.Context, o ReportOptions) (made ReportResult, err error) {
	puller, problem := o.pullerFor(o.Source)
	if err := errors.Join(checkPage(o), chartpull.Check(o.ChartPull), problem); err != nil {
		return made, err
	}
	var missing []string
	warnings, err := o.look(ctx, func(fsys fs.FS, changes *diff.Report) error {
		read, err := rollout.Read(ctx, fsys, rollout.Options{Builder: o.Renderer})
		if err != nil {
			return err
		}
		if missing = unread(read); len(read.Releases) == 0 {
			return errors.Invalid("it holds no HelmRelease; name the directory of a bundle")
		}
		in := report.Input{Name: pageName(o.Source), Version: o.Version, Rollout: read, Changes: changes, Spell: o.Spell, Redact: verify.Redactor(ctx, read), Warnings: missing}
		if in.Verified, err = o.verified(ctx, fsys, read); err != nil {
			return err
		}
		if o.WithImages {
			list, err := images.List(ctx, fsys, images.Options{Puller: puller, Jobs: o.ChartPull.Parallel(), Renderer: o.Renderer})
			if err != nil {
				return err
			}
			in.Images = &list
		}
		made.Verified = in.Verified
		made.HTML, err = report.HTML(in)
		return err
	})
	made.Warnings = slices.Concat(warnings, missing)
	if err == nil && o.Page != "" {
		err = errors.In(tempdir.WriteFile(o.Page, made.HTML, 0o644), "report %s", o.Page)
	}
	return made, err
}

// look hands over the bundle, and what it changes where there is an earlier one. A recipe is bundled
// as one that takes the place of that.
func (o *ReportOptions) look(ctx context.Context, use func(fs.FS, *diff.Report) error) (warnings []string, err error) {
	if o.Compare == "" {
		return look(ctx, o.Source, o.BundleOptions, func(fsys fs.FS) error { return use(fsys, nil) })
	}
	d := DiffOptions{Old: o.Compare, New: o.Source, BundleOptions: o.BundleOptions, Charts: o.WithImages, ChartsHint: "`WithImages` pulls them"}
	return d.sides(ctx, func(from, to *compared) error {
		from.name, to.name = pageName(from.source), pageName(to.source)
		changes, err := d.compare(ctx, from, to)
		if err != nil {
			return err
		}
		return use(to.Tree.FS(), &changes)
	})
}

// pageName is what a page calls the bundle. A page goes to others, whom paths of this machine tell
// nothing.
func pageName(source string) string {
	switch {
	case source == "-":
		return "recipe"
	case InGit(source):
		return source
	case KindOf(source) == KindArtifact || strings.Contains(source, "://"):
		return source[:strings.Index(source, "://")+3] + graph.ShortSource(source)
	case filepath.IsLocal(source) && filepath.Clean(source) != ".":
		return filepath.ToSlash(filepath.Clean(source))
	}
	if abs, err := filepath.Abs(source); err == nil {
		source = abs
	}
	return filepath.Base(source)
}

// verified is what verify says, which knows of a directory where in its repository it lies.
func (o *ReportOptions) verified(ctx context.Context, fsys fs.FS, read *rollout.Rollout) (verify.Report, error) {
	v := VerifyOptions{Source: o.Source, Options: verify.Options{Renderer: o.Renderer, ChartsHint: "verify it with `Charts`"}}
	if KindOf(o.Source) == KindDirectory {
		if _, err := v.place(ctx, fsys); err != nil {
			return verify.Report{}, err
		}
	}
	return verify.Rollout(ctx, read, v.Options)
}

// checkPage refuses to lose a file that is no report.
func checkPage(o ReportOptions) error {
	if o.Page == "" || o.Force {
		return nil
	}
	f, err := os.Open(o.Page)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return errors.In(err, "report %s", o.Page)
	}
	defer f.Close()
	begin := make([]byte, len(report.Generator))
	if n, _ := f.Read(begin); n > 0 && !bytes.Equal(begin, []byte(report.Generator)) {
		return errors.New(errors.ErrCodeConflict, "%s is no report, and would be lost; write to another file, or set `Force`", o.Page)
	}
	return nil
}
