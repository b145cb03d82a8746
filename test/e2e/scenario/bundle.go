package scenario

import (
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Places of a bundle in the repository.
const (
	BundlePath = "bundles/gpu"
	SyncPath   = "clusters/test/aicr.yaml"
)

// Bundle is a bundle that was made.
type Bundle struct {
	*deployer.Output
	// Options are those with which it was made.
	Options aicr.BundleOptions
	// Input is what the options and the recipe come to, with the values meant.
	Input deployer.Input
}

// Releases returns the names of its releases in rollout order.
func (b *Bundle) Releases() (names []string) {
	for _, release := range b.Output.Releases {
		names = append(names, release.Name)
	}
	return names
}

// Prepare returns the options with chart repositories sent to the stubs, and adds a stub for each
// chart of the recipe that has none yet. Kinds of manifests that no stub brings are made known to the
// API server. Where nothing else is said the output is a directory of
// the Git work tree, or with OCISourceName a repository of the registry; in both cases with a file
// of Sync.
func (s *S) Prepare(o aicr.BundleOptions, stub Chart) (aicr.BundleOptions, deployer.Input) {
	s.Helper()
	bare := o
	bare.RegistryRewrite, bare.Sync = nil, aicr.Sync{}
	input, _, err := aicr.Resolve(s.ctx, bare)
	s.must(err)
	rewrites := map[string]bool{}
	for i := range input.Recipe.ComponentRefs {
		ref := &input.Recipe.ComponentRefs[i]
		if ref.ManifestOnly() || !ref.Enabled() {
			continue
		}
		rewrites[ref.Source+"="+s.Charts.address(ref.Source)] = true
		stub.Name, stub.Version = chartOf(ref), ref.Version
		if !s.Charts.has(ref.Source, stub.Name, stub.Version) {
			s.Charts.Add(ref.Source, stub)
		}
	}
	s.knowKinds(input)
	o.RegistryRewrite = append(o.RegistryRewrite, slices.Sorted(maps.Keys(rewrites))...)
	o.Namespace = s.Namespace
	o.SourceCertSecrets = map[string]string{}
	if o.VendorCharts {
		// The charts of a test have no place in the cache of its user.
		o.ChartPull.ChartCAFile, o.ChartPull.NoCache = s.Charts.CAFile, true
	} else if len(rewrites) > 0 {
		o.SourceCertSecrets[s.Charts.Host] = CASecret
	}
	if o.Output == "" {
		o.Output = s.Git.Path(BundlePath)
		if o.OCISourceName != "" {
			o.Output = "oci://" + s.Registry.Host + "/org/bundle:1.0.0"
		}
		if o.Sync.File == "" {
			o.Sync.File = s.Git.Path(SyncPath)
		}
	}
	if o.Sync.File != "" {
		s.must(os.MkdirAll(filepath.Dir(o.Sync.File), 0o755))
	}
	if strings.HasPrefix(o.Output, "oci://") {
		o.Registry.CAFile = s.Registry.CAFile
		o.SourceCertSecrets[s.Registry.Host] = CASecret
	}
	return o, input
}

func chartOf(ref *recipe.ComponentRef) string {
	if ref.Chart != "" {
		return ref.Chart
	}
	return ref.Name
}

// Bundle makes a bundle, as Prepare says, with stubs that have a Deployment.
func (s *S) Bundle(o aicr.BundleOptions) *Bundle {
	s.Helper()
	return s.BundleWith(o, Chart{})
}

// BundleWith makes a bundle with a stub of that kind for each chart that has none.
func (s *S) BundleWith(o aicr.BundleOptions, stub Chart) *Bundle {
	s.Helper()
	b := &Bundle{}
	b.Options, b.Input = s.Prepare(o, stub)
	out, err := aicr.Bundle(s.ctx, b.Options)
	s.must(err)
	b.Output = out
	return b
}

// CLI runs the program itself, and returns what it prints.
func (s *S) CLI(args ...string) string {
	s.Helper()
	file := program(s)
	cmd := exec.CommandContext(s.ctx, file, args...)
	cmd.Dir = s.Git.Dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.Fatalf("aicr %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// Deliver brings a bundle to Flux: it pushes the work tree, applies the file of Sync, and has its
// source looked at. It returns the Kustomization, and the revision that it is to apply.
func (s *S) Deliver(b *Bundle) (kustomization, revision string) {
	s.Helper()
	revision = s.Git.Push("Bring " + filepath.Base(b.Options.Output))
	if b.Artifact != nil {
		_, revision, _ = strings.Cut(b.Artifact.Digest, ":")
	}
	for _, object := range s.ApplyFile(b.Options.Sync.File) {
		switch object.GetKind() {
		case "Kustomization":
			kustomization = object.GetName()
		default:
			s.Reconcile(object)
		}
	}
	return kustomization, revision
}

// Rollout delivers a bundle and waits until it is applied and every release of it is ready.
func (s *S) Rollout(b *Bundle) {
	s.Helper()
	kustomization, revision := s.Deliver(b)
	s.Ready(kustomization, revision, b.Releases()...)
}

// Ready waits until the Kustomization has applied a revision, the releases are ready for what it has
// made of them, and so is the Kustomization.
func (s *S) Ready(kustomization, revision string, releases ...string) {
	s.Helper()
	s.Applied(kustomization, revision)
	s.ReleasesReady(releases...)
	s.Until("Kustomization "+kustomization, &kustomizev1.KustomizationList{}, func(objects Objects) string {
		k, _ := objects[kustomization].(*kustomizev1.Kustomization)
		if k == nil || !strings.HasSuffix(k.Status.LastAppliedRevision, revision) {
			return "its last revision is not " + revision
		}
		return NotReady(k)
	})
}

// Applied waits until the Kustomization has applied a revision; it may still wait for the objects to
// be ready.
func (s *S) Applied(kustomization, revision string) {
	s.Helper()
	s.Until("Kustomization "+kustomization, &kustomizev1.KustomizationList{}, func(objects Objects) string {
		k, _ := objects[kustomization].(*kustomizev1.Kustomization)
		if k == nil {
			return "not there"
		}
		waiting := apimeta.FindStatusCondition(k.GetConditions(), meta.ReconcilingCondition)
		if strings.HasSuffix(k.Status.LastAppliedRevision, revision) ||
			waiting != nil && strings.HasPrefix(waiting.Message, "Running health checks") && strings.Contains(waiting.Message, revision) {
			return ""
		}
		return "it has not applied " + revision + ": " + NotReady(k)
	})
}

// ApplyFile applies the objects of a file.
func (s *S) ApplyFile(file string) (objects []*unstructured.Unstructured) {
	s.Helper()
	objects = s.Objects(file)
	for _, object := range objects {
		s.Apply(object)
	}
	return objects
}

// Objects returns the objects of a file.
func (s *S) Objects(file string) []*unstructured.Unstructured {
	s.Helper()
	data, err := os.ReadFile(file)
	s.must(err)
	objects, err := decode(data)
	s.must(err)
	return objects
}

// decode reads objects from YAML.
func decode(data []byte) (objects []*unstructured.Unstructured, err error) {
	decoder := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(string(data)), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); err != nil {
			if errors.Is(err, io.EOF) {
				return objects, nil
			}
			return nil, err
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}

// Read reads a bundle from where it is, the directory or the registry.
func (s *S) Read(b *Bundle) *rollout.Rollout {
	s.Helper()
	dir := b.Options.Output
	if b.Artifact != nil {
		dir = s.TempDir()
		_, err := aicr.Pull(s.ctx, aicr.PullOptions{Source: b.Artifact.URL + "@" + b.Artifact.Digest, Dir: dir, Registry: b.Options.Registry})
		s.must(err)
	}
	read, err := rollout.Read(s.ctx, os.DirFS(dir), rollout.Options{})
	s.must(err)
	s.must(read.BuildErr)
	return read
}
