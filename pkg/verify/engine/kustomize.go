package engine

import (
	"cmp"
	"context"
	stderrors "errors"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/rollout"
)

// WithoutUser leaves out what stands before an @: an address without its scheme
// may begin with a credential.
func WithoutUser(entry string) string {
	if at := strings.LastIndexByte(entry, '@'); at >= 0 {
		return "…" + entry[at:]
	}
	return entry
}

// Bounds of one build: the time that kustomize takes grows with the square of the
// number of objects.
const (
	// maxTogether bounds the objects of a build that only gathers.
	maxTogether = 64
	// maxObjects and maxBytes bound a build of the root as it is.
	maxObjects = 1000
	maxBytes   = 64 << 20
	// buildBudget bounds a build of either kind; that of a thousand objects takes
	// seconds, and one of a map with a million keys as good as for ever.
	buildBudget = 30 * time.Second
)

// kustomizationNames are the files that make a directory a kustomization.
var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// buildFile is a file for a build, with the number of its objects.
type buildFile struct {
	name    string
	objects int
	data    func() ([]byte, error)
}

// ResourcesOf returns the files of a listing. One with many objects becomes a
// file for each.
func (s *Scene) ResourcesOf(files []string) []buildFile {
	inFile := map[string][]*rollout.Object{}
	for _, o := range s.Objects {
		inFile[o.File] = append(inFile[o.File], o)
	}
	var all []buildFile
	for _, file := range files {
		objects := inFile[file]
		if len(objects) <= maxTogether {
			all = append(all, buildFile{file, len(objects), func() ([]byte, error) { return s.Tree.Read(file) }})
			continue
		}
		for i, o := range objects {
			name := fmt.Sprintf("%s.%d.yaml", file, i)
			all = append(all, buildFile{name, 1, func() ([]byte, error) { return yaml.Marshal(o.Content) }})
		}
	}
	return all
}

// Gather builds a listing that only gathers, a part of it at a time, and returns
// how many objects came out.
func Gather(ctx context.Context, all []buildFile) (int, error) {
	var total atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for len(all) > 0 {
		count, objects := 0, 0
		for count < len(all) && (count == 0 || count < maxTogether && objects+all[count].objects <= maxTogether) {
			objects += all[count].objects
			count++
		}
		part := all[:count]
		all = all[count:]
		group.Go(func() error {
			made, err := gatherPart(ctx, part)
			total.Add(int64(made))
			return err
		})
	}
	err := group.Wait()
	return int(total.Load()), err
}

func gatherPart(ctx context.Context, part []buildFile) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	memory, root := filesys.MakeFsInMemory(), types.Kustomization{}
	for _, r := range part {
		data, err := r.data()
		if err != nil {
			return 0, err
		}
		if err := memory.WriteFile(r.name, data); err != nil {
			return 0, err
		}
		root.Resources = append(root.Resources, r.name)
	}
	root.FixKustomization()
	text, err := yaml.Marshal(root)
	if err != nil {
		return 0, err
	}
	if err := memory.WriteFile("kustomization.yaml", text); err != nil {
		return 0, err
	}
	resources, err := build(ctx, memory)
	if err != nil {
		return 0, err
	}
	return resources.Size(), nil
}

// ErrTooLarge says that a build would take too long, errTooSlow that it did.
var (
	ErrTooLarge = stderrors.New("the bundle is too large to be built as a whole")
	ErrTooSlow  = fmt.Errorf("kustomize takes longer than %s", buildBudget)
)

// ErrNotAlone says that a build would need more than the bundle.
type ErrNotAlone struct{ why string }

func (e ErrNotAlone) Error() string {
	return "the build could ask another server, or run a program: " + e.why
}

// buildWhole builds the root as it is, where that needs nothing else, and returns
// what comes out. Each object remembers its file.
func (s *Scene) buildWhole() (resmap.ResMap, error) {
	if why := selfContained(s.Tree, ".", map[string]bool{}); why != "" {
		return nil, ErrNotAlone{why}
	}
	if len(s.Objects) > maxObjects {
		return nil, ErrTooLarge
	}
	memory, left := filesys.MakeFsInMemory(), int64(maxBytes)
	for _, file := range s.Tree.Paths() {
		if path.Ext(file) == ".tgz" || !s.Tree.IsFile(file) {
			continue
		}
		info, _ := s.Tree.Info(file)
		if left -= info.Size(); left < 0 {
			return nil, ErrTooLarge
		}
		data, err := s.Tree.Read(file)
		if err != nil {
			return nil, err
		}
		if file == s.Listing.File {
			data = rememberOrigins(data)
		}
		if err := memory.WriteFile(file, data); err != nil {
			return nil, err
		}
	}
	return build(s.Ctx, memory)
}

// rememberOrigins lets a kustomization annotate each object with its file.
func rememberOrigins(kustomization []byte) []byte {
	var fields map[string]any
	if err := yaml.Unmarshal(kustomization, &fields); err != nil || fields == nil {
		return kustomization // kustomize will complain of it
	}
	fields["buildMetadata"] = []string{types.OriginAnnotations}
	if data, err := yaml.Marshal(fields); err == nil {
		return data
	}
	return kustomization
}

const originAnnotation = "config.kubernetes.io/origin"

// madeOf are the objects of a build, without what was put in to remember.
func (s *Scene) madeOf(resources resmap.ResMap) ([]rollout.BuiltObject, error) {
	var all []rollout.BuiltObject
	for _, resource := range resources.Resources() {
		data, err := resource.MarshalJSON()
		if err != nil {
			return nil, err
		}
		made := rollout.BuiltObject{File: s.Listing.File}
		if err := json.Unmarshal(data, &made.Content); err != nil {
			return nil, err
		}
		if from, err := resource.GetOrigin(); err == nil && from != nil {
			made.File = cmp.Or(from.Path, from.ConfiguredIn, made.File)
		}
		metadata, _ := made.Content["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		delete(annotations, originAnnotation)
		if len(annotations) == 0 {
			delete(metadata, "annotations")
		}
		all = append(all, made)
	}
	return all, nil
}

// SeeBuilt lets the checks see the objects that the build makes, where it does
// more than gather them. Where it cannot be done here they see those in the files.
func (s *Scene) SeeBuilt() {
	if s.Listing.Plain || s.BrokenFile() {
		return
	}
	resources, err := s.buildWhole()
	var made []rollout.BuiltObject
	if err == nil {
		made, err = s.madeOf(resources)
	}
	if s.BuildErr = err; err == nil {
		s.Rollout, s.Built = s.As(made), true
	}
}

// build runs kustomize. It must be sure that the build asks no other server: see
// selfContained. Nothing stops kustomize, so that a build beyond its time is left
// behind.
func build(ctx context.Context, memory filesys.FileSystem) (resmap.ResMap, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, buildBudget, ErrTooSlow)
	defer cancel()
	type outcome struct {
		resources resmap.ResMap
		err       error
	}
	done := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			if r := recover(); r != nil {
				out.err = fmt.Errorf("the build panics: %v", r)
			}
			done <- out
		}()
		out.resources, out.err = krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, ".")
	}()
	select {
	case out := <-done:
		return out.resources, out.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// ReadKustomization reads one as kustomize does.
func ReadKustomization(tree *rollout.Tree, file string) (*types.Kustomization, error) {
	data, err := tree.Read(file)
	if err != nil {
		return nil, err
	}
	k := &types.Kustomization{}
	if err := k.Unmarshal(data); err != nil {
		return nil, err
	}
	k.FixKustomization()
	if problems := k.EnforceFields(); len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	return k, nil
}

// KustomizationIn returns the file that makes dir a kustomization; "" where there
// is none.
func KustomizationIn(tree *rollout.Tree, dir string) string {
	for _, name := range kustomizationNames {
		if file := path.Join(dir, name); tree.IsFile(file) {
			return file
		}
	}
	return ""
}

var remotePattern = regexp.MustCompile(`(?i)://|https?:`)

// selfContained follows the kustomizations from dir on, and returns why a build
// might ask another server or run a program; "" where it cannot. Whatever is no
// file and no directory of the tree, kustomize takes for a repository to clone.
func selfContained(tree *rollout.Tree, dir string, visited map[string]bool) string {
	file := KustomizationIn(tree, dir)
	if visited[dir] || file == "" {
		return ""
	}
	visited[dir] = true
	data, err := tree.Read(file)
	if err != nil {
		return file + " cannot be read"
	}
	k := &types.Kustomization{}
	if err := yaml.Unmarshal(data, k); err != nil {
		return file + " cannot be read"
	}
	plain, err := yaml.Marshal(k) // no escapes hide anything in it
	if err != nil {
		return file + " cannot be read"
	}
	k.FixKustomization() // bases become resources
	switch {
	case strings.Contains(string(data), "://") || remotePattern.Match(plain):
		return file + " names a URL"
	case len(k.Generators)+len(k.Transformers)+len(k.Validators) > 0:
		return file + " has generators, transformers or validators of its own"
	case len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0:
		return file + " renders Helm charts"
	}
	for _, entry := range slices.Concat(k.Resources, k.Components) {
		target := path.Join(dir, entry)
		if path.IsAbs(entry) || !tree.IsFile(target) && (!tree.IsDir(target) || KustomizationIn(tree, target) == "") {
			return fmt.Sprintf("%s names %q, which the bundle does not hold", file, WithoutUser(entry))
		}
		if tree.IsDir(target) {
			if why := selfContained(tree, target, visited); why != "" {
				return why
			}
		}
	}
	return ""
}
