package aicr

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// What an artifact says of itself where the options say nothing: a name for
// people, and where what made it comes from.
const (
	title  = "AICR Flux bundle"
	source = "https://github.com/aicr-flux/aicr"
)

// PushOptions are the options of Push.
type PushOptions struct {
	config.Publish
	// OCISourceName is the OCIRepository that will bring the bundle; empty
	// means the one that the bundle's local charts name.
	OCISourceName string
	// Namespace is that of Flux; empty means the bundle's.
	Namespace string
	// Force moves a tag that points to other content.
	Force bool

	noChecksums bool
}

// Push publishes the bundle in dir, as it was generated in OCI mode, and writes
// the files that the options ask for. Only what the bundle's checksums.txt
// lists is published. A bundle whose charts come from a GitRepository is an
// invalid request.
func (b *Bundler) Push(ctx context.Context, dir, target string, o PushOptions) (*Pushed, error) {
	ref, err := oci.ParseReference(target)
	if err != nil {
		return nil, err
	}
	root, err := openBundle(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	files, err := bundle.Read(ctx, root.FS(), flux.RootFile)
	if err != nil {
		return nil, errors.In(err, "bundle %s", dir)
	}
	facts, err := flux.Inspect(files)
	if err != nil {
		return nil, errors.In(err, "bundle %s", dir)
	}
	if err := o.fit(facts); err != nil {
		return nil, errors.In(err, "bundle %s", dir)
	}
	artifact, err := b.publish(ctx, files, ref, facts.Version, o)
	if err != nil {
		return nil, err
	}
	return &Pushed{
		Artifact: artifact, DeploymentSteps: o.steps(artifact),
		DeploymentNotes: append(flux.Needs(facts.LocalCharts), o.notes()...),
	}, nil
}

func openBundle(dir string) (*os.Root, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, errors.Invalid("bundle %s is not a directory; name the directory of a bundle", dir)
	}
	root, err := os.OpenRoot(dir)
	if os.IsNotExist(err) {
		return nil, errors.New(errors.ErrCodeNotFound, "bundle %s does not exist; check the path", dir)
	}
	if err != nil {
		return nil, errors.Invalid("bundle %s cannot be read: %s; check the path and its permissions", dir, reason(err))
	}
	return root, nil
}

// Pushed says what Push did.
type Pushed struct {
	*deployer.Artifact
	// DeploymentSteps are what to do next, in order; DeploymentNotes what to
	// know about the cluster before.
	DeploymentSteps []string `json:"deploymentSteps"`
	DeploymentNotes []string `json:"deploymentNotes"`
}

// steps say how the published bundle gets into a cluster.
func (o *PushOptions) steps(a *deployer.Artifact) []string {
	apply := fmt.Sprintf("Create an OCIRepository named %q in namespace %q with url %s and digest %s, and a Kustomization for it; --sync FILE writes both",
		a.SourceName, a.Namespace, a.URL, a.Digest)
	if o.Sync != "" {
		apply = applySync(o.Sync)
	}
	return []string{apply, fmt.Sprintf("Watch the rollout: flux get helmreleases -n %s --watch", a.Namespace)}
}

// notes are what the objects of --sync need.
func (o *PushOptions) notes() []string {
	if o.Sync == "" {
		return nil
	}
	notes := syncSecrets(o.Sync, o.namespace(), o.SyncSecret, o.SyncVerifySecret)
	if o.CAFile != "" || o.InsecureTLS {
		notes = append(notes, fmt.Sprintf("Flux, too, must trust the registry's certificate: add a certSecretRef to the OCIRepository in %s", o.Sync))
	}
	return notes
}

// fit completes the options by what the bundle says of itself.
func (o *PushOptions) fit(facts flux.Facts) error {
	const again = "generate it with --flux-oci-source-name NAME or with -o oci://…"
	switch {
	case len(facts.GitReleases) > 0:
		return errors.Invalid("it was generated for Git: the charts of %s come from a GitRepository, which an artifact does not have; %s",
			strings.Join(facts.GitReleases, ", "), again)
	case facts.Mode == flux.ModeGit:
		return errors.Invalid("it was generated for Git, and its README says so; %s", again)
	case o.OCISourceName == "":
		o.OCISourceName = facts.OCISourceName
	case facts.OCISourceName != "" && facts.OCISourceName != o.OCISourceName:
		return errors.Invalid("it was generated for the OCIRepository %q, not %q; generate it again with --flux-oci-source-name %s",
			facts.OCISourceName, o.OCISourceName, o.OCISourceName)
	}
	if o.OCISourceName == "" {
		o.OCISourceName = config.DefaultOCISourceName
	}
	if o.Namespace == "" {
		o.Namespace = facts.Namespace
	}
	return nil
}

func (o *PushOptions) namespace() string {
	if o.Namespace == "" {
		return config.DefaultFluxNamespace
	}
	return o.Namespace
}

// publish packs and pushes the files, then writes the files that lead there.
func (b *Bundler) publish(ctx context.Context, files *bundle.Files, ref oci.Reference, version string, o PushOptions) (*deployer.Artifact, error) {
	sync, err := o.check(ref)
	if err != nil {
		return nil, err
	}
	artifact, err := oci.Pack(ctx, files, oci.PackOptions{NoChecksums: o.noChecksums, Meta: oci.Meta{
		Source: cmp.Or(o.Source, source), Revision: o.Revision, Version: cmp.Or(version, "dev"), Title: title,
	}})
	if err != nil {
		return nil, err
	}
	defer artifact.Close()
	pushed, err := oci.Push(ctx, ref, artifact, oci.PushOptions{Connection: b.connection(o.Publish), Tags: o.Tag, Force: o.Force})
	if err != nil {
		return nil, err
	}
	out := &deployer.Artifact{
		Reference: pushed.Images[0], Images: pushed.Images, URL: ref.URL(), Digest: pushed.Digest, Tag: pushed.Reference.Tag,
		SourceName: o.OCISourceName, Namespace: o.namespace(),
		DerivedTag: pushed.DerivedTag, Size: artifact.Size(), Uploaded: pushed.Uploaded, Tagged: pushed.Tagged,
	}
	if o.ImageRefs != "" {
		err = writeFile(o.ImageRefs, []byte(strings.Join(pushed.Images, "\n")+"\n"))
	}
	if err == nil && sync != nil {
		err = sync.write(o.Sync, pushed)
	}
	if err != nil {
		return nil, errors.In(err, "the bundle is published as %s, and what leads there is not written", out.Reference)
	}
	return out, nil
}

func (b *Bundler) connection(p config.Publish) oci.Connection {
	return oci.Connection{
		PlainHTTP: p.PlainHTTP, InsecureTLS: p.InsecureTLS, CAFile: p.CAFile,
		Progress: b.Progress, UserAgent: b.userAgent(),
	}
}

// PullOptions are the options of Pull. Of Publish only what is about the
// connection matters.
type PullOptions struct {
	config.Publish
	// Force overwrites files that were edited or that are not a bundle's.
	Force bool
}

// Pulled says what Pull did.
type Pulled struct {
	// Reference is what was pulled, with its digest.
	Reference string `json:"reference"`
	Digest    string `json:"digest"`
	// Version and Revision are what the artifact says of itself.
	Version  string `json:"version,omitempty"`
	Revision string `json:"revision,omitempty"`

	Files     []string `json:"files"`
	TotalSize int64    `json:"totalSize"`
	Removed   []string `json:"removed,omitempty"`
	Kept      []string `json:"kept,omitempty"`
}

// Pull brings the bundle at source (oci://HOST/REPOSITORY with a tag or a
// digest) into dir, all or nothing. The files of an earlier bundle in dir are
// replaced like those of an earlier run.
func (b *Bundler) Pull(ctx context.Context, source, dir string, o PullOptions) (*Pulled, error) {
	ref, err := oci.ParseSource(source)
	if err != nil {
		return nil, err
	}
	pulled, err := oci.Pull(ctx, ref, oci.PullOptions{Connection: b.connection(o.Publish), Owner: flux.RootFile})
	if err != nil {
		return nil, err
	}
	defer pulled.Close()
	written, err := bundle.Write(ctx, dir, pulled.Files, bundle.WriteOptions{Checksums: true, Owner: flux.RootFile, Force: o.Force})
	if err != nil {
		return nil, err
	}
	return &Pulled{
		Reference: pulled.Reference.Image(), Digest: pulled.Digest, Version: pulled.Meta.Version, Revision: pulled.Meta.Revision,
		Files: written.Files, TotalSize: written.TotalSize, Removed: written.Removed, Kept: written.Kept,
	}, nil
}
