package option

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/plan"
)

// Plan are the flags of "aicr plan". A config file may have those of a bundle, too.
type Plan struct {
	Bundle
	aicr.PlanOptions
}

// AddPlan gives the command the flags of "aicr plan".
func AddPlan(cmd *cobra.Command, p *Plan, format *string) {
	o, b := &p.PlanOptions, &p.Bundle.BundleOptions
	add(cmd, "The rollout", func(s *set) {
		s.text(&o.Times, "times", "read from this `FILE` how long installs take: YAML with default, kinds and releases, or the HelmReleases of a cluster, kubectl get helmreleases -A -o yaml (default: a table by kind)", "Times")
		s.duration(&o.Requeue, "requeue", "helm-controller looks at a release that waits for others this often, its --requeue-dependency (default 30s)", "Requeue")
		s.count(&o.Workers, "workers", "helm-controller works on this number of releases at once, its --concurrent (default 4)", "Workers")
		s.each(func(text string) error {
			w, err := whatIf(text)
			o.WhatIf = append(o.WhatIf, w)
			return err
		}, "what-if", "RELEASE=TIME|RELEASE=fails:N", "let the install of a release take this long, or fail this often before it succeeds", "WhatIf")
		s.count(&o.Clusters, "clusters", "also say how often this number of clusters asks Git, registries and chart repositories", "Clusters")
	})
	add(cmd, "Output", func(s *set) { s.format(format) })
	add(cmd, recipeTitle, input(b, &p.configFile), assignments(b), p.order)
	add(cmd, registryTitle, registry(&b.Registry))
	complete(cmd, "times", documents, cobra.ShellCompDirectiveFilterFileExt)
	completeInput(cmd)
	p.completeComponents(cmd, recipeOf)
	first(cmd, "times", "what-if", "order", "clusters", "set", "data", "format")
}

// whatIf reads RELEASE=15m and RELEASE=fails:2.
func whatIf(text string) (w plan.WhatIf, err error) {
	release, what, ok := strings.Cut(text, "=")
	if !ok || release == "" {
		return w, fmt.Errorf("%q is neither RELEASE=15m nor RELEASE=fails:2", text)
	}
	w.Release = release
	if fails, is := strings.CutPrefix(what, "fails:"); is {
		if w.Fails, err = strconv.Atoi(fails); err != nil || w.Fails < 1 {
			return w, fmt.Errorf("%s: %q is not a whole number of at least 1", release, fails)
		}
		return w, nil
	}
	if w.Time, err = time.ParseDuration(what); err != nil || w.Time <= 0 {
		return w, fmt.Errorf("%s: %q is neither a time such as 15m nor fails:2", release, what)
	}
	return w, nil
}
