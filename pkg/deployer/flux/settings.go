package flux

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// settings are the Generator's fields, checked and with defaults.
type settings struct {
	deployer.Settings
	namespace string
	gitURL    string
	branch    string
	repoPath  string
	secrets   map[string]string // host → Secret
	// valuesFrom is one of the words of Generator.ValuesFrom.
	valuesFrom string
	// timeoutGiven says that the timeout is no default.
	timeoutGiven bool
}

var dnsSubdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func isObjectName(s string) bool { return len(s) <= 253 && dnsSubdomain.MatchString(s) }

// settings checks what the recipe does not decide, and reports all problems at once.
func (g *Generator) settings(r *recipe.RecipeResult) (*settings, error) {
	s := &settings{Settings: g.Settings, namespace: g.resolveNamespace(), branch: g.TargetRevision, valuesFrom: g.ValuesFrom, timeoutGiven: g.Settings.Timeout != 0}
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	if !recipe.IsDNSLabel(s.namespace) {
		add(errors.Invalid("`Namespace` %q is not a DNS-1123 label", s.namespace))
	}
	for _, n := range []struct{ field, name string }{
		{"`OCISourceName`", g.OCISourceName},
		{"`GitSourceName`", g.GitSourceName},
		{"`RepoSecret`", g.RepoSecret},
		{"`ServiceAccount`", g.Settings.ServiceAccount},
	} {
		if n.name != "" && !isObjectName(n.name) {
			add(errors.Invalid("%s %q is not a name that Kubernetes accepts", n.field, n.name))
		}
	}
	if s.branch == "" {
		s.branch = config.DefaultTargetBranch
	}
	add(checkBranch(s.branch))
	if g.Ordering != "" && g.Ordering != OrderChain && g.Ordering != OrderGraph {
		add(suggest.Unknown("`Ordering`", string(g.Ordering), []string{string(OrderChain), string(OrderGraph)}))
	}
	if n := g.ReleaseNames; !slices.Contains([]string{"", deployer.NamesPlain, deployer.NamesAICR}, n) {
		add(suggest.Unknown("`ReleaseNames`", n, []string{deployer.NamesPlain, deployer.NamesAICR}))
	}
	add(g.checkValuesFrom())
	if g.CRDs != "" && g.CRDs != crdsAuto && crdPolicies[g.CRDs] == "" {
		add(suggest.Unknown("`CRDs`", g.CRDs, []string{crdsAuto, "create-replace", "create", "skip"}))
	}
	if d := g.Settings.DriftDetection; !slices.Contains([]string{"", "enabled", "warn", "disabled"}, d) {
		add(suggest.Unknown("`DriftDetection`", d, []string{"enabled", "warn", "disabled"}))
	}
	for _, d := range []struct {
		field    string
		value    *time.Duration
		standard time.Duration
	}{
		{"`Interval`", &s.Interval, config.DefaultInterval},
		{"`Timeout`", &s.Timeout, config.DefaultTimeout},
		{"`RetryInterval`", &s.RetryInterval, config.DefaultRetryInterval},
		{"`HelmRepositoryInterval`", &s.HelmRepositoryInterval, config.DefaultHelmRepositoryInterval},
		{"`ChartInterval`", &s.ChartInterval, config.DefaultChartInterval},
		{"`GitRepositoryInterval`", &s.GitRepositoryInterval, config.DefaultGitRepositoryInterval},
	} {
		if *d.value == 0 {
			*d.value = d.standard
		}
		if *d.value < time.Second || *d.value%time.Millisecond != 0 {
			add(errors.Invalid("%s %s is not a duration of at least 1s in whole milliseconds", d.field, *d.value))
		}
	}
	var err error
	if s.repoPath, err = cleanRepoPath(g.RepoPath); err != nil {
		add(err)
	}
	s.gitURL = config.PlaceholderRepoURL
	if g.RepoURL != "" {
		s.gitURL, err = GitURL(g.RepoURL)
		add(err)
	}
	if s.secrets, err = g.chartSecrets(r); err != nil {
		add(err)
	}
	add(g.sourceConflicts())
	add(g.checkGates())
	return s, errors.Join(problems...)
}

func (g *Generator) resolveNamespace() string {
	if g.Namespace == "" {
		return config.DefaultFluxNamespace
	}
	return g.Namespace
}

// checkBranch refuses what cannot be a branch by any reading; what git itself allows is git's to
// say.
func checkBranch(name string) error {
	if !recipe.IsGitName(name) {
		return errors.Invalid("the target revision %q is not the name of a branch; write it as git branch shows it", name)
	}
	return nil
}

func cleanRepoPath(p string) (string, error) {
	clean := path.Clean("/" + p)[1:]
	switch {
	case strings.HasPrefix(p, "/"):
		return "", errors.Invalid("the repository path %q is absolute; name the bundle's directory relative to the root of the repository", p)
	case slices.Contains(strings.Split(p, "/"), ".."), strings.ContainsAny(p, "\\") || strings.ContainsFunc(p, func(r rune) bool { return r < ' ' }):
		return "", errors.Invalid("the repository path %q is not a directory inside the repository", p)
	case localformat.Dropped(clean) != "":
		return "", errors.Invalid("the repository path %q: Flux drops what matches %q on its way to the cluster, and would find no bundle there; choose another directory", p, localformat.Dropped(clean))
	}
	return clean, nil
}

// sourceConflicts finds fields that contradict each other about where local charts come from.
func (g *Generator) sourceConflicts() error {
	type field struct {
		name string
		set  bool
	}
	git := []field{
		{"`RepoURL`", g.RepoURL != ""},
		{"`TargetRevision`", g.TargetRevision != ""},
		{"`RepoSecret`", g.RepoSecret != ""},
		{"`GitRepositoryInterval`", g.Settings.GitRepositoryInterval != 0},
	}
	var reason string
	switch {
	case g.OCISourceName != "":
		git = append(git, field{"`RepoPath`", g.RepoPath != ""}, field{"`GitSourceName`", g.GitSourceName != ""})
		reason = "has no meaning in OCI mode (an oci:// output, or `OCISourceName`), where nothing comes from Git"
	case g.GitSourceName != "":
		reason = "belongs to a GitRepository that is written, and `GitSourceName` names one that exists"
	default:
		return nil
	}
	var problems []error
	for _, f := range git {
		if f.set {
			problems = append(problems, errors.Invalid("%s %s; remove one of them", f.name, reason))
		}
	}
	return errors.Join(problems...)
}

func (g *Generator) chartSecrets(r *recipe.RecipeResult) (map[string]string, error) {
	hosts := map[string]bool{}
	for i := range r.ComponentRefs {
		if repo, err := recipe.ParseRepository(r.ComponentRefs[i].Source); err == nil {
			hosts[repo.Host] = true
		}
	}
	secrets := make(map[string]string, len(g.ChartRepoSecrets))
	var problems []error
	for _, host := range slices.Sorted(maps.Keys(g.ChartRepoSecrets)) {
		name := g.ChartRepoSecrets[host]
		switch {
		case !isObjectName(name):
			problems = append(problems, errors.Invalid("`ChartRepoSecrets` for %q: %q is not a name that Kubernetes accepts", host, name))
		case !hosts[strings.ToLower(host)]:
			problems = append(problems, errors.Invalid("`ChartRepoSecrets` for %q: no component has a chart from that host; the recipe's hosts are %s",
				host, strings.Join(slices.Sorted(maps.Keys(hosts)), ", ")))
		}
		secrets[strings.ToLower(host)] = name
	}
	return secrets, errors.Join(problems...)
}
