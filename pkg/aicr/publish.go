package aicr

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// What an artifact says of itself where the options say nothing: a name for people, and where what
// made it comes from.
const (
	title  = "AICR Flux bundle"
	source = "https://github.com/aicr-flux/aicr"
)

// publication is one bundle on its way into a registry.
type publication struct {
	PushOptions
	tool        tool
	ref         oci.Reference
	made        string // the version of what made the bundle
	noChecksums bool
	place       *syncPlace
}

// check finds what would stop a push at its end.
func (p *publication) check() error {
	var problems []error
	for _, tag := range p.Tags {
		if _, err := oci.ParseReference(p.ref.URL() + ":" + tag); err != nil {
			problems = append(problems, errors.Invalid("`Tags` %q is not a tag; write up to 128 letters, digits, _ . or -, the first one a letter, a digit or _", tag))
		}
	}
	return errors.Join(append(problems, p.Sync.check(p.ref.Tag), p.checkFiles(), p.checkSync())...)
}

// checkSync finds what would keep the source from being made for what was published.
func (p *publication) checkSync() error {
	example := p.Sync.of(p.source(), &oci.Pushed{})
	example.Digest, example.Semver, example.Tag = "", "", "tag"
	if p.Sync.File == "" {
		example.Secret, example.Provider, example.Verify = "", "", deployer.Verify{}
	}
	was, owned := p.Sync.owned(p.Force)
	if was.Artifact != "" && was.Artifact != p.ref.URL() && !p.Force {
		owned = errors.Join(owned, errors.New(errors.ErrCodeConflict, "`Sync` %s brings %s, and would bring %s instead: what only the first one has would be removed from the cluster; name another file, or set `Force` if it is the same bundle at another address",
			p.Sync.File, was.Artifact, p.ref.URL()))
	}
	_, err := p.tool.Sync(example)
	return errors.Join(owned, errors.In(err, "`Sync`"))
}

// source is what will bring the bundle. What the file of Sync has already stays the owner of the
// releases, also where it brought them from Git.
func (p *publication) source() deployer.Sync {
	was, _ := p.Sync.owned(true)
	return deployer.Sync{Name: p.OCISourceName, Namespace: p.Namespace, Kustomization: was.Kustomization, URL: p.ref.URL(), Insecure: p.Registry.PlainHTTP, SourceSecrets: p.SourceSecrets}
}

// bundle publishes a bundle that was just made.
func (p *publication) bundle(ctx context.Context, made *deployer.Bundle) (*deployer.Output, error) {
	pushed, err := p.publish(ctx, made.Files)
	if err != nil {
		return nil, err
	}
	out := made.Output
	out.Artifact, out.SyncFile, out.TotalSize = pushed.Artifact, pushed.SyncFile, made.Files.Size()
	out.DeploymentSteps = pushed.DeploymentSteps
	out.DeploymentNotes = append(out.DeploymentNotes, pushed.DeploymentNotes...)
	return &out, nil
}

// publish packs and pushes the files, then writes the files that lead there.
func (p *publication) publish(ctx context.Context, files *bundle.Files) (*Pushed, error) {
	artifact, err := oci.Pack(ctx, files, oci.PackOptions{NoChecksums: p.noChecksums, Meta: oci.Meta{
		Source: cmp.Or(p.SourceURL, source), Revision: p.Revision, Version: cmp.Or(p.made, "dev"), Title: title,
	}})
	if err != nil {
		return nil, err
	}
	defer artifact.Close()
	pushed, err := oci.Push(ctx, p.ref, artifact, oci.PushOptions{Connection: connection(p.Registry, p.Version), Tags: p.Tags, Force: p.Force})
	if err != nil {
		return nil, err
	}
	out := &Pushed{Artifact: &deployer.Artifact{
		Reference: pushed.Images[0], Images: pushed.Images, URL: p.ref.URL(), Digest: pushed.Digest, Tag: pushed.Reference.Tag,
		DerivedTag: pushed.DerivedTag, Size: artifact.Size(), Uploaded: pushed.Uploaded, Tagged: pushed.Tagged,
	}}
	return out, errors.In(p.lead(out, pushed), "the bundle is published as %s, and what leads there is not written", out.Reference)
}

// lead writes the files that lead to what was published, and says what to do next.
func (p *publication) lead(out *Pushed, pushed *oci.Pushed) error {
	synced, err := p.tool.Sync(p.Sync.of(p.source(), pushed))
	if err != nil {
		return err
	}
	out.SourceName, out.Namespace = synced.Name, synced.Namespace
	if p.ImageRefs != "" {
		if err := writeFile(p.ImageRefs, []byte(strings.Join(pushed.Images, "\n")+"\n")); err != nil {
			return err
		}
	}
	apply := []string{synced.Create + "; `Sync` writes both to a file"}
	if p.Sync.File != "" {
		was, _ := p.Sync.owned(true)
		if out.SyncFile, err = p.Sync.write(synced); err != nil {
			return err
		}
		apply = p.place.bring(was.retire(synced))
		out.DeploymentNotes = synced.Needs
		if host := strings.ToLower(p.ref.Registry); (p.Registry.CAFile != "" || p.Registry.InsecureTLS) && p.SourceCertSecrets[host] == "" {
			out.DeploymentNotes = append(out.DeploymentNotes, fmt.Sprintf("Flux, too, must trust the registry's certificate: name a Secret with the certificate of its authority by `SourceCertSecrets` %s=NAME", host))
		}
	}
	apply = append(apply, synced.Watch)
	out.DeploymentSteps = apply
	return nil
}
