package aicr

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// FleetDiffOptions say which fleets FleetDiff compares. Old and New are required.
type FleetDiffOptions struct {
	// Old and New are each a fleet file, a directory that Fleet wrote, or one of both in a commit of
	// the repository around the current directory, as git:REVISION:PATH.
	Old, New string
	// Charts pulls the charts that a bundle does not hold, as ChartPull says, so that what they make
	// is compared, too; see DiffOptions.
	Charts        bool
	ChartsHint    string
	ChartPull     config.ChartPull
	ChartProgress func(chartpull.Progress)
	// Registry says how to reach the registry of bundles that lie in one.
	Registry oci.Connection
	// Renderer builds the bundles; nil means that they are trusted.
	Renderer Renderer
	// Version is the program's version.
	Version string
}

// FleetDiff says what changes in which clusters of a fleet.
func FleetDiff(ctx context.Context, o FleetDiffOptions) (result fleet.Diff, err error) {
	if err := chartpull.Check(o.ChartPull); err != nil {
		return result, err
	}
	err = o.side(ctx, o.Old, func(from *fleetSide) error {
		return o.side(ctx, o.New, func(to *fleetSide) error {
			result, err = o.compare(ctx, from, to)
			return err
		})
	})
	return result, err
}

// fleetSide is a fleet that is compared.
type fleetSide struct {
	*fleet.State
	name string
	// tree tells apart where Git paths lead to: a work tree, or a commit.
	tree string
	// open hands over a bundle that is not at hand yet.
	open func(ctx context.Context, path string, use func(fs.FS) error) error
}

// side hands over a fleet. What its bundles hold is there until use returns.
func (o *FleetDiffOptions) side(ctx context.Context, source string, use func(*fleetSide) error) error {
	s, data, file, err := o.find(ctx, source)
	if err != nil {
		return errors.In(err, "source %s", source)
	}
	if data == nil {
		return use(s)
	}
	var after error
	err = file.make(ctx, data, func(made *fleet.Made, bundles map[string]*rollout.Rollout) error {
		if s.State, err = fleet.Read(ctx, made.Files.FS()); err != nil {
			return err
		}
		for _, cluster := range made.Clusters {
			s.Bundles[s.Origin(cluster.Name)] = bundles[cluster.Bundle]
		}
		after = use(s)
		return nil
	})
	return errors.Join(errors.In(err, "fleet file %s", source), after)
}

// find reads a directory of clusters, or returns the content of a fleet file.
func (o *FleetDiffOptions) find(ctx context.Context, source string) (s *fleetSide, data []byte, file fleetFile, err error) {
	s = &fleetSide{name: source}
	file = fleetFile{registry: o.Registry, version: o.Version, renderer: o.Renderer}
	if rest, git := strings.CutPrefix(source, inGit); git {
		data, err = o.findInGit(ctx, rest, s, &file)
		return s, data, file, err
	}
	info, err := os.Stat(source)
	if err == nil && !info.IsDir() || err != nil && !os.IsNotExist(err) {
		file.dir = filepath.Dir(source)
		data, err = inputfile.Read(ctx, "fleet file "+source, source, config.MaxRecipeSize)
		if err == nil {
			s.tree, _, err = worktree.Root(ctx, file.dir)
		}
		return s, data, file, err
	}
	if err != nil {
		return s, nil, file, errors.New(errors.ErrCodeNotFound, "it does not exist; name a fleet file, or the directory that fleet build wrote")
	}
	if s.tree, _, err = worktree.Root(ctx, source); err != nil {
		return s, nil, file, err
	}
	s.open = func(ctx context.Context, path string, use func(fs.FS) error) error {
		if s.tree == "" {
			return errors.Invalid("%s lies in no Git work tree, in which its bundles would be found", source)
		}
		return withBundle(ctx, filepath.Join(s.tree, filepath.FromSlash(path)), "", o.Registry, o.Version, use)
	}
	root, err := os.OpenRoot(source)
	if err != nil {
		return s, nil, file, err
	}
	defer root.Close()
	s.State, err = fleet.Read(ctx, root.FS())
	return s, nil, file, err
}

// findInGit is find for REVISION:PATH.
func (o *FleetDiffOptions) findInGit(ctx context.Context, source string, s *fleetSide, file *fleetFile) ([]byte, error) {
	colon := strings.LastIndexByte(source, ':')
	if colon <= 0 {
		return nil, errors.Invalid("it is not of the form git:REVISION:PATH, such as git:main:fleet.yaml")
	}
	revision, name := source[:colon], source[colon+1:]
	if first, _, _ := strings.Cut(name, "/"); first == "." || first == ".." {
		_, within, err := worktree.Root(ctx, ".")
		if err != nil {
			return nil, err
		}
		name = path.Join(within, name)
	}
	s.tree = inGit + revision
	s.open = func(ctx context.Context, path string, use func(fs.FS) error) error {
		files, err := committed(ctx, revision+":"+path)
		if err != nil {
			return err
		}
		return use(files.FS())
	}
	data, err := worktree.File(ctx, ".", revision, name)
	if err == nil {
		file.dir, file.revision = path.Dir(name), revision
		return data, nil
	}
	if errors.CodeOf(err) != errors.ErrCodeNotFound {
		return nil, err
	}
	files, err := committed(ctx, revision+":"+name)
	if err != nil {
		return nil, err
	}
	s.State, err = fleet.Read(ctx, files.FS())
	return nil, err
}

// wanted is a bundle of a side.
type wanted struct {
	side   *fleetSide
	origin fleet.Origin
}

// compare reads the bundles that differ and are not at hand, and compares.
func (o *FleetDiffOptions) compare(ctx context.Context, from, to *fleetSide) (result fleet.Diff, err error) {
	var moves []fleet.Move
	var missing []wanted
	for move := range fleet.Moves(from.State, to.State) {
		if move.From == move.To && (move.From.OCI != "" || from.tree == to.tree) {
			continue // it is the same content
		}
		moves = append(moves, move)
		for _, w := range []wanted{{from, move.From}, {to, move.To}} {
			if w.side.Bundles[w.origin] == nil && !slices.Contains(missing, w) {
				missing = append(missing, w)
			}
		}
	}
	slices.SortFunc(missing, func(a, b wanted) int {
		return cmp.Or(strings.Compare(a.side.name, b.side.name), strings.Compare(a.origin.String(), b.origin.String()))
	})
	d := DiffOptions{Charts: o.Charts, ChartsHint: o.ChartsHint}
	d.ChartPull, d.ChartProgress, d.Renderer, d.Version = o.ChartPull, o.ChartProgress, o.Renderer, o.Version
	var notes []string
	err = o.open(ctx, &d, missing, &notes, func() error {
		reports := map[fleet.Move]*diff.Report{}
		for _, move := range moves {
			if reports[move], err = d.move(ctx, move, from, to); err != nil {
				return err
			}
		}
		result = fleet.Compare(from.State, to.State, reports)
		return nil
	})
	result.Old, result.New = from.name, to.name
	result.Notes = append(result.Notes, notes...)
	return result, err
}

// move compares two bundles of a fleet; nil where one is not at hand.
func (o *DiffOptions) move(ctx context.Context, move fleet.Move, from, to *fleetSide) (*diff.Report, error) {
	was, is := &compared{Rollout: from.Bundles[move.From], name: move.From.String()}, &compared{Rollout: to.Bundles[move.To], name: move.To.String()}
	if was.Rollout == nil || is.Rollout == nil {
		return nil, nil
	}
	if was.name == is.name {
		was.name, is.name = was.name+" of "+from.name, is.name+" of "+to.name
	}
	report, err := o.compare(ctx, was, is)
	return &report, err
}

// open reads bundles, one inside the other, and then calls use. One that cannot be read is noted: the
// rest is worth knowing.
func (o *FleetDiffOptions) open(ctx context.Context, d *DiffOptions, missing []wanted, notes *[]string, use func() error) error {
	if len(missing) == 0 {
		return use()
	}
	w := missing[0]
	var after error
	opened := false
	read := func(fsys fs.FS) error {
		r, err := d.read(ctx, fsys)
		if err == nil {
			w.side.Bundles[w.origin], opened = r, true
			after = o.open(ctx, d, missing[1:], notes, use)
		}
		return err
	}
	var err error
	if w.origin.OCI != "" {
		err = withBundle(ctx, w.origin.OCI, "", o.Registry, o.Version, read)
	} else {
		err = w.side.open(ctx, w.origin.Path, read)
	}
	switch {
	case opened:
		return errors.Join(after, err)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	*notes = append(*notes, "what changes with "+w.origin.String()+" of "+w.side.name+": "+err.Error())
	return o.open(ctx, d, missing[1:], notes, use)
}
