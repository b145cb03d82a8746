package bundler

import (
	"cmp"
	"context"
	stderrors "errors"
	"io/fs"
	"os"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// VerifyOptions are the options of Verify. Of Publish only what is about the
// connection matters.
type VerifyOptions struct {
	config.Publish
	verify.Options
}

// Verify verifies the bundle at source: a directory, or oci://HOST/REPOSITORY
// with a tag or a digest. What is wrong with the bundle stands in the report; see
// verify.Bundle.
func (b *Bundler) Verify(ctx context.Context, source string, o VerifyOptions) (verify.Report, error) {
	if oci.IsReference(source) {
		return b.verifyArtifact(ctx, source, o)
	}
	root, err := os.OpenRoot(source)
	switch {
	case stderrors.Is(err, fs.ErrNotExist):
		return verify.Report{}, errors.New(errors.ErrCodeNotFound, "directory %s does not exist; name that of a bundle", source)
	case err != nil:
		return verify.Report{}, errors.Invalid("directory %s cannot be read: %s; name that of a bundle", source, reason(err))
	}
	defer root.Close()
	report, err := b.verify(ctx, root.FS(), o.Options)
	return report, errors.In(err, "directory %s", source)
}

func (b *Bundler) verifyArtifact(ctx context.Context, source string, o VerifyOptions) (verify.Report, error) {
	ref, err := oci.ParseSource(source)
	if err != nil {
		return verify.Report{}, err
	}
	pulled, err := oci.Pull(ctx, ref, oci.PullOptions{Connection: b.connection(o.Publish), Unverified: true})
	if err != nil {
		return verify.Report{}, err
	}
	defer pulled.Close()
	report, err := b.verify(ctx, pulled.FS(), o.Options)
	return report, errors.In(err, "artifact %s", pulled.Reference.Image())
}

func (b *Bundler) verify(ctx context.Context, fsys fs.FS, o verify.Options) (verify.Report, error) {
	o.Renderer = cmp.Or(o.Renderer, b.Renderer)
	return verify.Bundle(ctx, fsys, o)
}

// prove runs the quick checks over a bundle that is about to be written. One
// that does not pass is a recipe's fault that no earlier rule names, so it is
// ErrCodeInvalidRequest.
func prove(ctx context.Context, files *bundle.Files) error {
	report, err := verify.Bundle(ctx, files.FS(), verify.Options{Quick: true})
	if err != nil {
		return err
	}
	var problems []error
	for _, f := range report.Findings {
		if f.Severity == verify.SeverityError {
			problems = append(problems, errors.Invalid("%s: %s (%s): %s", f.Place, f.Message, f.Check, f.Remedy))
		}
	}
	return errors.In(errors.Join(problems...), "the bundle would not roll out, so it is not written")
}
