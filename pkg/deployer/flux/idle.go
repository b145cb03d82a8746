package flux

import "slices"

// idle warns of settings of sources that the bundle does not have.
func (p *planner) idle() {
	g := p.g
	fromSource := func(r Release) bool { return r.SourceKind != "ExternalArtifact" }
	for _, f := range []struct {
		field    string
		set, has bool
		missing  string
	}{
		{"`HelmRepositoryInterval`", g.Settings.HelmRepositoryInterval != 0, len(p.plan.Repositories) > 0, "in the cluster no chart comes from a chart repository"},
		{"`ChartRepoSecrets`", len(g.ChartRepoSecrets) > 0, len(p.plan.Repositories) > 0, "in the cluster no chart comes from a chart repository"},
		{"`ChartInterval`", g.Settings.ChartInterval != 0, slices.ContainsFunc(p.plan.Releases, fromSource), "all charts come out of the artifact"},
		{"`GitRepositoryInterval`", g.Settings.GitRepositoryInterval != 0, p.plan.Git != nil, "the bundle has no GitRepository"},
		{"`RepoSecret`", g.RepoSecret != "", p.plan.Git != nil, "the bundle has no GitRepository"},
	} {
		if f.set && !f.has {
			p.warn("%s has no effect: %s", f.field, f.missing)
		}
	}
}
