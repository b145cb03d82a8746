package oci

import (
	"bytes"
	"context"
	"io"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// PushOptions are the options of Push.
type PushOptions struct {
	Connection
	// Tags are set besides the reference's own.
	Tags []string
	// Force moves tags that point to other content.
	Force bool
}

// Pushed says what Push did.
type Pushed struct {
	// Reference is what was pushed, with its tag and its digest.
	Reference Reference
	// Images are the references that docker and cosign take, one for each tag, the reference's own
	// first: "HOST/REPOSITORY:TAG@sha256:…".
	Images []string
	// Digest is the artifact's, "sha256:…".
	Digest string
	// DerivedTag says that the tag was derived from the content because the reference had none.
	DerivedTag bool
	// Uploaded says that the registry did not have the artifact. Tagged are the tags that did not
	// point to it before, in the order of Images.
	Uploaded bool
	Tagged   []string
}

// Push puts an artifact into a registry. All tags are looked at first: one that points to other
// content is ErrCodeConflict, unless Force is set, and nothing is changed. Only what the registry
// does not have is uploaded, and the tags are set last, so that a push that fails or is cancelled
// leaves none behind; a rerun goes on with the blobs that arrived. Failures that may pass are tried
// again.
//
// Errors: ErrCodeInvalidRequest for a wrong reference or option, ErrCodeUnauthorized,
// ErrCodeNotFound, ErrCodeRateLimitExceeded, ErrCodeUnavailable, and ErrCodeTimeout where nothing
// moved for StallTimeout.
func Push(ctx context.Context, ref Reference, a *Artifact, o PushOptions) (*Pushed, error) {
	if ref.Digest != "" {
		return nil, errors.Invalid("reference %q: a digest follows from the content and cannot be chosen; leave it out", ref)
	}
	done := &Pushed{Digest: a.Digest()}
	if ref.Tag == "" {
		ref.Tag, done.DerivedTag = a.DefaultTag(), true
	}
	tags, err := distinct(append([]string{ref.Tag}, o.Tags...))
	if err != nil {
		return nil, err
	}
	c, err := o.dial(ref)
	if err != nil {
		return nil, err
	}
	defer c.http.CloseIdleConnections()
	p := &pusher{client: c, artifact: a, force: o.Force}
	// One token for everything, rather than one for reading and one for writing.
	ctx = auth.AppendRepositoryScope(ctx, c.repo.Reference, auth.ActionPull, auth.ActionPush)
	if done.Uploaded, done.Tagged, err = p.push(ctx, tags); err != nil {
		return nil, err
	}
	for _, tag := range tags {
		image := ref
		image.Tag, image.Digest = tag, done.Digest
		done.Images = append(done.Images, image.Image())
	}
	done.Reference = ref
	done.Reference.Digest = done.Digest
	return done, nil
}

// distinct drops repeated tags and refuses invalid ones.
func distinct(tags []string) ([]string, error) {
	var list []string
	var problems []error
	for _, tag := range tags {
		if !slices.Contains(list, tag) {
			list = append(list, tag)
			problems = append(problems, errors.In(checkTag(tag), "tags"))
		}
	}
	return list, errors.Join(problems...)
}

// pusher pushes one artifact.
type pusher struct {
	*client
	artifact *Artifact
	force    bool
}

func (p *pusher) push(ctx context.Context, tags []string) (uploaded bool, tagged []string, err error) {
	missing, err := p.checkTags(ctx, tags)
	if err != nil || len(missing) == 0 {
		return false, nil, err
	}
	there, err := p.resolve(ctx, p.artifact.Digest())
	if err != nil {
		return false, nil, err
	}
	if there == "" {
		if err := p.upload(ctx); err != nil {
			return false, nil, err
		}
		// An upload takes its time, in which somebody else may have come.
		if missing, err = p.checkTags(ctx, tags); err != nil {
			return true, nil, err
		}
	}
	return there == "", missing, p.setTags(ctx, missing)
}

// upload brings the artifact into the registry, without a tag.
func (p *pusher) upload(ctx context.Context) error {
	a := p.artifact
	if err := p.pushBlob(ctx, "layer", a.layer, a.content.open); err != nil {
		return err
	}
	config := func() io.Reader { return bytes.NewReader(a.config.data) }
	if err := p.pushBlob(ctx, "config", a.config.Descriptor, config); err != nil {
		return err
	}
	return p.step(ctx, "pushing manifest", 0, "manifest "+a.Digest(), func(ctx context.Context) error {
		return arrived(p.repo.Manifests().Push(ctx, a.manifest.Descriptor, bytes.NewReader(a.manifest.data)))
	})
}

// arrived takes a registry that got another manifest than was sent for one to which it has to be
// sent again.
func arrived(err error) error {
	if err == nil || !strange(err) {
		return err
	}
	return registryhttp.MayPass(errors.New(errors.ErrCodeUnavailable, "the registry took it for something else: %s; run again", registryhttp.Reason(err)))
}

// pushBlob uploads a blob that the registry does not have. It looks again at each attempt: the one
// that failed may have succeeded.
func (p *pusher) pushBlob(ctx context.Context, noun string, b ocispec.Descriptor, open func() io.Reader) error {
	return p.step(ctx, "pushing "+noun, b.Size, noun+" "+string(b.Digest), func(ctx context.Context) error {
		exists, err := p.repo.Blobs().Exists(ctx, b)
		if err != nil || exists {
			return err
		}
		return p.repo.Blobs().Push(ctx, b, p.report.watch(open()))
	})
}
