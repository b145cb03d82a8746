package aicr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// openBaseline reads the file before anything is verified.
func (o *VerifyOptions) openBaseline(ctx context.Context) (verify.Baseline, error) {
	if o.Baseline == "" {
		return verify.Baseline{}, nil
	}
	data, err := inputfile.Read(ctx, "`Baseline` "+o.Baseline, o.Baseline, config.MaxDataFile)
	if err != nil {
		return verify.Baseline{}, err
	}
	known, err := verify.ParseBaseline(data)
	return known, errors.In(err, "`Baseline` %s", o.Baseline)
}

// accept takes what is known out of the reports, and says which entries are gone. A baseline that is
// written counts at once.
func (o *VerifyOptions) accept(known verify.Baseline, reports []verify.Report) (warnings []string, err error) {
	known.Accept(reports)
	if o.WriteBaseline != "" {
		known = verify.BaselineOf(reports)
		known.Accept(reports)
		data, err := known.YAML()
		if err != nil {
			return nil, err
		}
		return nil, errors.In(writeFile(o.WriteBaseline, data), "`WriteBaseline`")
	}
	gone := known.Gone(reports, func(id string) bool { return o.judged(id, reports) })
	if len(gone) == 0 {
		return nil, nil
	}
	var names []string
	const few = 5
	for _, k := range gone[:min(few, len(gone))] {
		names = append(names, k.String())
	}
	if more := len(gone) - few; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return []string{fmt.Sprintf("`Baseline` %s: what is found no more can be removed from it: %s", o.Baseline, strings.Join(names, ", "))}, nil
}

// judged reports whether a check looked at everything, so that a finding of it that is not there is
// gone.
func (o *VerifyOptions) judged(id string, reports []verify.Report) bool {
	check, err := verify.Lookup(id)
	if err != nil {
		return true // there is no such check any more
	}
	unrendered := slices.ContainsFunc(reports, func(r verify.Report) bool { return len(r.Unrendered) > 0 })
	return !slices.Contains(o.Skip, id) && (check.Quick || !unrendered)
}
