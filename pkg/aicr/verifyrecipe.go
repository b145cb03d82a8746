package aicr

import (
	"bytes"
	"cmp"
	"context"
	stderrors "errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// checkRecipe refuses what is not there, before it is taken for a recipe.
func checkRecipe(source string) error {
	if err := checkPath(source); err != nil {
		return errors.In(err, "bundle %s", source)
	}
	if recipe.IsURL(source) {
		return nil
	}
	switch _, err := os.Stat(source); {
	case stderrors.Is(err, fs.ErrNotExist):
		return errors.New(errors.ErrCodeNotFound, "%s does not exist; check the path", source)
	case err != nil:
		return errors.Invalid("%s cannot be read: %s", source, errors.Reason(err))
	}
	return nil
}

// verifyRecipe verifies what a recipe becomes. Where that will lie is not known yet, so that nothing
// is said of a placeholder for the repository.
func (o VerifyOptions) verifyRecipe(ctx context.Context) (report verify.Report, err error) {
	report.Source = o.Source
	b := o.Recipe
	if o.Source == "-" {
		data, err := inputfile.All(ctx, "standard input", cmp.Or[io.Reader](b.Stdin, os.Stdin), config.MaxRecipeSize)
		if err != nil {
			return report, err
		}
		if fluxObject.Match(data) {
			return o.verifyStream(ctx, data)
		}
		b.Stdin = bytes.NewReader(data)
	}
	b.FluxVersion, b.KubeVersion, b.Renderer, b.Version = o.FluxVersion, o.KubeVersion, o.Renderer, o.Version
	made, err := Make(ctx, inMemory(b, o.Source))
	if err != nil {
		return report, err
	}
	unknown := []string{"checksums-invalid"}
	if b.RepoURL == "" {
		unknown = append(unknown, "source-placeholder")
	}
	report, err = o.verifyFiles(ctx, made.Files.FS(), unknown...)
	report.Notes = slices.Concat(made.Output.Warnings, report.Notes)
	if o.Source != "-" && !recipe.IsURL(o.Source) {
		report.Dir = o.annotated(nil)
	}
	return report, errors.In(err, "recipe %s", o.Source)
}

// verifyStream verifies objects that another program printed.
func (o VerifyOptions) verifyStream(ctx context.Context, data []byte) (verify.Report, error) {
	files := &bundle.Files{}
	if err := files.Add("standard-input.yaml", data); err != nil {
		return verify.Report{}, err
	}
	report, err := o.verifyFiles(ctx, files.FS(), "checksums-invalid", "kustomization-missing")
	return report, errors.In(err, "standard input")
}

// verifyFiles verifies what is in no directory, but for the checks that make no sense for it.
func (o VerifyOptions) verifyFiles(ctx context.Context, fsys fs.FS, without ...string) (verify.Report, error) {
	o.Skip = slices.Concat(o.Skip, without)
	report, err := verify.Bundle(ctx, fsys, o.Options)
	report.Source, report.Unwritten = o.Source, true
	return report, err
}
