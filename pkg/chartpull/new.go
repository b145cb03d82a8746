package chartpull

import (
	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// caFlag is the option that CAFile is.
const caFlag = "--chart-ca-file"

// Check finds contradictions among the options of pulling charts, and a CA file
// that is none. It looks at that file and at nothing else.
func Check(o config.ChartPull) error {
	var problems []error
	if o.Jobs < 0 {
		problems = append(problems, errors.Invalid("--jobs %d: charts are pulled by at least one job", o.Jobs))
	}
	if o.NoCache && o.Offline {
		problems = append(problems, errors.Invalid("--offline reads only the cache, and --no-cache reads none of it; remove one of them"))
	}
	if o.ChartCAFile != "" {
		_, err := wire.TLS{CAFile: o.ChartCAFile, CAFlag: caFlag}.Transport()
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// New returns the puller that the options ask for: the one without helm, unless
// HelmBin names it. userAgent is what servers see, "aicr" where
// it is empty; progress may be nil, and is called by several goroutines at once
// where several pull. How many pull at once is up to the caller, who asks o.Parallel.
//
// Options that Check refuses are refused when a chart is pulled.
func New(o config.ChartPull, userAgent string, progress func(Progress)) localformat.ChartPuller {
	cache := Cache{NoCache: o.NoCache, Offline: o.Offline}
	if o.HelmBin != "" {
		return &CLIChartPuller{HelmBin: o.HelmBin, Cache: cache, CAFile: o.ChartCAFile, PlainHTTP: o.ChartPlainHTTP, Progress: progress}
	}
	return &NativeChartPuller{
		Cache: cache, CAFile: o.ChartCAFile, PlainHTTP: o.ChartPlainHTTP, Progress: progress,
		UserAgent: userAgent,
	}
}
