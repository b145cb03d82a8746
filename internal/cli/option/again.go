package option

import (
	"context"

	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Repeat takes up the options of an earlier run where --again names one. Where a flag says false or
// is empty, that counts, too: the library takes such a field for one that is not set.
func (b *Bundle) Repeat(ctx context.Context, given *pflag.FlagSet) error {
	if b.Again == "" {
		return nil
	}
	var err error
	if b.BundleOptions, err = aicr.Again(ctx, b.Again, b.BundleOptions); err != nil {
		return err
	}
	var problems []error
	given.Visit(func(f *pflag.Flag) {
		if v, ours := f.Value.(*value); ours && !v.many {
			problems = append(problems, v.read(v.given[0]))
		}
	})
	return errors.Join(problems...)
}
