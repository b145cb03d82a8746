package option

import (
	"context"

	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// Repeat takes up the options of an earlier run where --again names one. Where a flag says false or
// is empty, that counts, too: the library takes such a field for one that is not set.
func (b *Bundle) Repeat(ctx context.Context, given *pflag.FlagSet) error {
	if b.Again == "" {
		return nil
	}
	unset := map[*pflag.Flag]string{}
	given.Visit(func(f *pflag.Flag) {
		if text := f.Value.String(); text == "" || text == "false" {
			if _, ours := f.Value.(*value); !ours {
				unset[f] = text
			}
		}
	})
	var err error
	if b.BundleOptions, err = aicr.Again(ctx, b.Again, b.BundleOptions); err != nil {
		return err
	}
	for f, text := range unset {
		if err := f.Value.Set(text); err != nil {
			return err
		}
	}
	return nil
}
