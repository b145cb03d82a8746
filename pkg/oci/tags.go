package oci

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/opencontainers/go-digest"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// checkTags returns the tags that do not point to the artifact. Those that point elsewhere are all
// named by one ErrCodeConflict, unless they may be moved.
func (p *pusher) checkTags(ctx context.Context, tags []string) (missing []string, err error) {
	p.report.begin("checking tags", 0)
	var conflicts []error
	want := p.artifact.manifest.Digest
	for _, tag := range tags {
		have, err := p.resolve(ctx, tag)
		switch {
		case err != nil:
			return nil, err
		case have == want:
			continue
		case have != "" && !p.force:
			conflicts = append(conflicts, coded.New(coded.ErrCodeConflict,
				"registry %q: tag %q of %s points to %s, and this bundle is %s; choose another tag, or set `Force` to move it",
				p.ref.Registry, tag, p.ref.Repository, have, want))
		}
		missing = append(missing, tag)
	}
	if err := coded.Join(conflicts...); err != nil {
		return nil, err
	}
	p.report.end()
	return missing, nil
}

// resolve returns the digest that a tag points to, or a digest that is there; "" for one that is
// not.
func (p *pusher) resolve(ctx context.Context, name string) (found digest.Digest, err error) {
	err = p.try(ctx, "manifest "+name, func(ctx context.Context) error {
		at, err := p.repo.Manifests().Resolve(ctx, name)
		found = at.Digest
		if err != nil && strange(err) {
			// A registry need not say the digest in answer to HEAD.
			var content []byte
			content, _, err = fetchManifest(ctx, p.repo, name)
			found = digest.FromBytes(content)
		}
		if errors.Is(err, errdef.ErrNotFound) {
			found, err = "", nil
		}
		return err
	})
	return found, err
}

// strange reports whether a request failed in none of the known ways.
func strange(err error) bool {
	_, answered := errors.AsType[*errcode.ErrorResponse](err)
	_, own := errors.AsType[*coded.Error](err)
	return !answered && !own && !registryhttp.Broken(err) && !errors.Is(err, errdef.ErrNotFound) && !errors.Is(err, auth.ErrBasicCredentialNotFound)
}

// setTags is the end of a push. What is tagged is whole, so that one tag more or less harms nobody,
// but the error says which are set.
func (p *pusher) setTags(ctx context.Context, tags []string) error {
	m := p.artifact.manifest
	for i, tag := range tags {
		err := p.step(ctx, "setting tag "+tag, 0, "tag "+tag, func(ctx context.Context) error {
			return arrived(p.repo.Manifests().PushReference(ctx, m.Descriptor, bytes.NewReader(m.data), tag))
		})
		if err != nil && i > 0 {
			err = coded.In(err, "the tag %s is set, but not all", strings.Join(tags[:i], ", "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
