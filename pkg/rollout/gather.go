package rollout

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// maxTogether bounds the objects of one build of TryBuild: the time that kustomize takes grows with
// the square of their number.
const maxTogether = 64

// buildFile is a file for a build, with the number of its objects.
type buildFile struct {
	name    string
	objects int
	data    func() ([]byte, error)
}

// TryBuild builds a listing that only gathers, a part of it at a time, and returns how many objects
// come out. Entries that are no files of the bundle are left out.
func (r *Rollout) TryBuild(ctx context.Context) (int, error) {
	var total atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for all := r.buildFiles(); len(all) > 0; {
		count, objects := 0, 0
		for count < len(all) && (count == 0 || count < maxTogether && objects+all[count].objects <= maxTogether) {
			objects += all[count].objects
			count++
		}
		part := all[:count]
		all = all[count:]
		group.Go(func() error {
			made, err := r.buildPart(ctx, part)
			total.Add(int64(made))
			return err
		})
	}
	err := group.Wait()
	return int(total.Load()), err
}

// buildFiles are the files of the listing. One with many objects becomes a file for each.
func (r *Rollout) buildFiles() []buildFile {
	inFile := map[string][]*Object{}
	for _, o := range r.Objects {
		inFile[o.File] = append(inFile[o.File], o)
	}
	var all []buildFile
	for _, entry := range r.Listing.Entries {
		file := entry.Target
		objects := inFile[file]
		name := r.Tree.whole(file)
		switch {
		case entry.State != EntryFile:
		case len(objects) <= maxTogether:
			all = append(all, buildFile{name, len(objects), func() ([]byte, error) { return r.Tree.Read(file) }})
		default:
			for i, o := range objects {
				name := fmt.Sprintf("%s.%d.yaml", name, i)
				all = append(all, buildFile{name, 1, func() ([]byte, error) { return yaml.Marshal(o.Content) }})
			}
		}
	}
	return all
}

func (r *Rollout) buildPart(ctx context.Context, part []buildFile) (int, error) {
	files, root := map[string][]byte{}, types.Kustomization{}
	for _, f := range part {
		data, err := f.data()
		if err != nil {
			return 0, err
		}
		files[f.name] = data
		root.Resources = append(root.Resources, f.name)
	}
	root.FixKustomization()
	text, err := yaml.Marshal(root)
	if err != nil {
		return 0, err
	}
	files["kustomization.yaml"] = text
	made, err := r.builder.Build(ctx, ".", files)
	return len(made), err
}
