package option

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// FirstTitle is the title above the flags that matter most.
const FirstTitle = "Most used"

// firstKey is the annotation of a flag that matters most: its place among these.
const firstKey = "aicr_first"

// first says which flags of a command matter most, in that order.
func first(cmd *cobra.Command, names ...string) {
	for i, name := range names {
		_ = cmd.Flags().SetAnnotation(name, firstKey, []string{strconv.Itoa(i)})
	}
}

// First are the flags that matter most, if the command has so many that somebody could get lost.
func First(flags *pflag.FlagSet) []*pflag.Flag {
	var found []*pflag.Flag
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[firstKey] != nil {
			found = append(found, f)
		}
	})
	place := func(f *pflag.Flag) int {
		n, _ := strconv.Atoi(f.Annotations[firstKey][0])
		return n
	}
	slices.SortFunc(found, func(a, b *pflag.Flag) int { return cmp.Compare(place(a), place(b)) })
	return found
}
