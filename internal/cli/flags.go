package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/config"
)

// addBundleFlags gives each field of the options its flag. Defaults that are
// computed, or that differ from the zero value, stand in the help text: the
// options say what was given.
func addBundleFlags(cmd *cobra.Command, o *config.Options, file *string) {
	cmd.Flags().SortFlags = false
	addGroup(cmd, "Input", func(f *pflag.FlagSet) {
		f.StringVarP(&o.Recipe, "recipe", "r", "", "read the recipe from this `FILE`, from - (standard input), or from an http(s) URL; required")
		addInputFlags(f, o, file)
	})
	addGroup(cmd, "Output", func(f *pflag.FlagSet) {
		f.StringVarP(&o.Output, "output", "o", "", "write the bundle to this `DIR`, or publish it at oci://HOST/REPOSITORY[:TAG] (default "+config.DefaultOutput+")")
		f.StringVar(&o.Deployer, "deployer", "", "make the bundle for the GitOps tool of this `NAME` (default flux, the only one)")
		f.BoolVar(&o.DryRun, "dry-run", false, "print what would be released and write nothing")
		addFormat(f, &o.Format)
		f.BoolVar(&o.Force, "force", false, "overwrite files that were edited or that are not the bundle's own; move a tag that points to other content")
		f.BoolVar(&o.NoChecksums, "no-checksums", false, "write no checksums.txt; a later run then cannot tell its own files")
	})
	addGroup(cmd, "Values", func(f *pflag.FlagSet) {
		addValueFlags(f, o)
		f.Var(newList(&o.Dynamic, "COMPONENT:PATH"), "dynamic", "move a value into a ConfigMap that is meant for editing; repeatable")
	})
	addGroup(cmd, "Scheduling", func(f *pflag.FlagSet) {
		f.Var(newList(&o.SystemNodeSelector, "KEY=VALUE"), "system-node-selector", "place system components on nodes with this label; repeatable")
		f.Var(newList(&o.SystemNodeToleration, "TAINT"), "system-node-toleration", "let system components tolerate KEY=VALUE:EFFECT, KEY:EFFECT or * (everything); repeatable (default *)")
		f.Var(newList(&o.AcceleratedNodeSelector, "KEY=VALUE"), "accelerated-node-selector", "place GPU components on nodes with this label; repeatable")
		f.Var(newList(&o.AcceleratedNodeToleration, "TAINT"), "accelerated-node-toleration", "let GPU components tolerate KEY=VALUE:EFFECT, KEY:EFFECT or * (everything); repeatable (default *)")
		f.Var(newList(&o.WorkloadSelector, "KEY=VALUE"), "workload-selector", "pods with this label must not be disturbed; repeatable")
		f.StringVar(&o.WorkloadGate, "workload-gate", "", "`KEY=VALUE:EFFECT` is the taint that keeps workloads away until a node is ready")
		f.IntVar(&o.Nodes, "nodes", 0, "plan for this `NUMBER` of nodes")
		f.StringVar(&o.StorageClass, "storage-class", "", "store data in the storage class of this `NAME`")
	})
	addGroup(cmd, "Git and chart repositories", func(f *pflag.FlagSet) {
		f.StringVar(&o.Repo, "repo", "", "the bundle will be in the Git repository at this `URL`; local charts need to know")
		f.StringVar(&o.RepoPath, "repo-path", "", "the bundle will be in this `DIR` of the Git repository (default its root)")
		f.StringVar(&o.TargetRevision, "target-revision", "", "the bundle will be on this `BRANCH` (default "+config.DefaultTargetBranch+")")
		f.StringVar(&o.RepoSecret, "repo-secret", "", "the Secret of this `NAME` in the cluster has the credentials of the Git repository")
		f.StringVar(&o.GitSource, "git-source", "", "use the cluster's GitRepository of this `NAME` instead of writing one")
		f.Var(newList(&o.ChartRepoSecret, "HOST=NAME"), "chart-repo-secret", "the Secret NAME in the cluster has the credentials of the chart repositories at HOST; repeatable")
		addRewriteFlag(f, o)
	})
	addGroup(cmd, "Flux", func(f *pflag.FlagSet) {
		addChoice(f, &o.Order, "order", "chain: one release after the other; graph: by dependencies, the rest in parallel (default chain)", "chain", "graph")
		f.Var(&o.Interval, "interval", "reconcile each release this often (default 30m)")
		f.Var(&o.Timeout, "timeout", "give each install or upgrade this long (default 15m)")
		f.Var(&o.RetryInterval, "retry-interval", "wait this long before a failed one is tried again (default 2m)")
		f.Var(&o.HelmRepoInterval, "helm-repo-interval", "look at each chart repository this often (default 1h)")
		f.Var(&o.ChartInterval, "chart-interval", "look at each chart's source this often (default 10m)")
		f.Var(&o.GitRepoInterval, "git-repo-interval", "look at the Git repository this often (default 5m)")
		addChoice(f, &o.DriftDetection, "drift-detection", "what to do about changes made in the cluster (default disabled)", "enabled", "warn", "disabled")
		f.StringVar(&o.ServiceAccount, "service-account", "", "install as the ServiceAccount of this `NAME`")
		f.StringVar(&o.FluxNamespace, "flux-namespace", "", "Flux runs in this `NAMESPACE` (default "+config.DefaultFluxNamespace+")")
		f.StringVar(&o.FluxOCISourceName, "flux-oci-source-name", "", "the cluster will pull the bundle as an OCI artifact, through its OCIRepository of this `NAME` (default "+config.DefaultOCISourceName+" when publishing)")
	})
	addGroup(cmd, "Charts in the bundle", func(f *pflag.FlagSet) {
		f.BoolVar(&o.VendorCharts, "vendor-charts", false, "put the upstream charts into the bundle, so that the cluster needs no chart repository")
		addChartFlags(f, &o.ChartPull)
		f.StringVar(&o.VerifyProvenance, "verify-provenance", "", "write nothing if a chart differs from what the provenance.yaml of an earlier bundle, this `FILE`, says")
	})
	addPublishFlags(cmd, &o.Publish)
	complete(cmd, "data", nil, cobra.ShellCompDirectiveFilterDirs)
	complete(cmd, "output", nil, cobra.ShellCompDirectiveFilterDirs)
	complete(cmd, "config", []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	complete(cmd, "recipe", []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt)
}

// addInputFlags adds the flags about what a recipe is read with.
func addInputFlags(f *pflag.FlagSet, o *config.Options, file *string) {
	f.StringArrayVar(&o.Data, "data", nil, "look for component data in this `DIR` before the recipe's own directory; repeatable, the first is the strongest")
	f.BoolVar(&o.Strict, "strict", false, "make unknown keys of the recipe an error instead of a warning")
	f.StringVar(file, "config", "", "read options from this YAML `FILE`; a flag replaces the file's value")
}

// addValueFlags adds the flags that set values of components.
func addValueFlags(f *pflag.FlagSet, o *config.Options) {
	f.Var(&assignments{o: o, list: &o.Set}, "set", "set a value; true, false and numbers are typed where that loses no digit; COMPONENT:enabled=false leaves a component out; repeatable")
	f.Var(&assignments{o: o, list: &o.SetString, asText: true}, "set-string", "set a value as text; repeatable")
	f.Var(newList(&o.SetFile, "COMPONENT:PATH=FILE"), "set-file", "set a value to the text of a file; repeatable")
	f.Var(newList(&o.SetJSON, "COMPONENT:PATH=JSON"), "set-json", "set a value to JSON: a list, a map (merged), null; repeatable")
}

// addPublishFlags gives each field of the publishing options its flag.
func addPublishFlags(cmd *cobra.Command, o *config.Publish) {
	addGroup(cmd, "Publishing (oci://)", func(f *pflag.FlagSet) {
		f.Var(newList(&o.Tag, "TAG"), "tag", "also set this tag; repeatable")
		f.StringVar(&o.Source, "source", "", "say in the artifact that it was made from what is at this `URL`")
		f.StringVar(&o.Revision, "revision", "", "say in the artifact that it was made from this `REVISION`, such as main@sha1:COMMIT (default: from the content)")
		f.StringVar(&o.ImageRefs, "image-refs", "", "write the references with their digest to this `FILE`, one a line")
		addConnectionFlags(f, o)
	})
	addGroup(cmd, "Into the cluster", func(f *pflag.FlagSet) {
		f.StringVar(&o.Sync, "sync", "", "write the source and the Kustomization that bring the bundle into a cluster to this `FILE`, for kubectl apply -f")
		addChoice(f, &o.SyncRef, "sync-ref", "how the source picks the artifact (default digest); semver: this version or a newer one", "digest", "tag", "semver")
		f.StringVar(&o.SyncSecret, "sync-secret", "", "the Secret of this `NAME` in the cluster has the source's credentials")
		addChoice(f, &o.SyncProvider, "sync-provider", "how the source signs in; gcp is for artifacts, github for Git and needs the Secret of a GitHub App", "generic", "aws", "azure", "gcp", "github")
		addChoice(f, &o.SyncVerify, "sync-verify", "let Flux check the artifact's signature", "cosign")
		f.StringVar(&o.SyncVerifySecret, "sync-verify-secret", "", "check with the public keys in the cluster's Secret of this `NAME`")
		f.StringVar(&o.SyncVerifyIdentity, "sync-verify-identity", "", "check that this `IDENTITY` signed; one that begins with ^ is a regular expression")
		f.StringVar(&o.SyncVerifyIssuer, "sync-verify-issuer", "", "check that this `ISSUER` vouched for the identity; likewise")
	})
}

// addConnectionFlags adds the flags about reaching a registry.
func addConnectionFlags(f *pflag.FlagSet, o *config.Publish) {
	f.BoolVar(&o.PlainHTTP, "plain-http", false, "talk to the registry without TLS")
	f.BoolVar(&o.InsecureTLS, "insecure-tls", false, "take any certificate of the registry")
	f.StringVar(&o.CAFile, "ca-file", "", "also trust the certificates in this PEM `FILE`")
}

// addRewriteFlag adds the flag about where chart repositories are.
func addRewriteFlag(f *pflag.FlagSet, o *config.Options) {
	f.Var(newList(&o.RegistryRewrite, "OLD=NEW"), "registry-rewrite", "replace OLD, the beginning of a chart repository's URL, by NEW, in the bundle and for pulling; HOST/PATH on both sides keeps the scheme; the longest OLD wins; repeatable")
}

// addChartFlags adds the flags about pulling upstream charts.
func addChartFlags(f *pflag.FlagSet, o *config.ChartPull) {
	f.StringVar(&o.HelmBin, "helm-bin", "", "pull the charts with the helm program at this `PATH` (default: without helm)")
	f.IntVar(&o.Jobs, "jobs", 0, fmt.Sprintf("pull this `NUMBER` of charts at once (default %d)", config.DefaultJobs))
	f.BoolVar(&o.NoCache, "no-cache", false, "pull every chart anew, and keep none for later runs")
	f.BoolVar(&o.Offline, "offline", false, "take the charts from the cache of earlier runs, and never from the network")
	f.StringVar(&o.ChartCAFile, "chart-ca-file", "", "pulling charts, also trust the certificates in this PEM `FILE`")
	f.BoolVar(&o.ChartPlainHTTP, "chart-plain-http", false, "pull charts from registries without TLS; chart repositories need only http:// in their URL")
}

// addGroup adds flags that stand together in help texts, in the order in which
// define adds them.
func addGroup(cmd *cobra.Command, title string, define func(*pflag.FlagSet)) {
	f := pflag.NewFlagSet(title, pflag.ContinueOnError)
	f.SortFlags = false
	define(f)
	f.VisitAll(func(flag *pflag.Flag) { flag.Annotations = map[string][]string{groupKey: {title}} })
	cmd.Flags().AddFlagSet(f)
	completeChoices(cmd)
}

// assignments is the value of --set and --set-string, which share one order.
type assignments struct {
	o      *config.Options
	list   *[]string
	asText bool
}

// Set implements pflag.Value.
func (a *assignments) Set(text string) error {
	*a.list = append(*a.list, text)
	a.o.Assignments = append(a.o.Assignments, config.Assignment{Text: text, AsText: a.asText})
	return nil
}

// String implements pflag.Value.
func (a *assignments) String() string {
	if a.list == nil {
		return ""
	}
	return strings.Join(*a.list, " ")
}

// Type implements pflag.Value.
func (a *assignments) Type() string { return "COMPONENT:PATH=VALUE" }

// list is a repeatable flag whose values have a form.
type list struct {
	to   *[]string
	form string
}

func newList(to *[]string, form string) *list { return &list{to, form} }

// Set implements pflag.Value.
func (l *list) Set(text string) error {
	*l.to = append(*l.to, text)
	return nil
}

// String implements pflag.Value.
func (l *list) String() string {
	if l.to == nil {
		return ""
	}
	return strings.Join(*l.to, " ")
}

// Type implements pflag.Value.
func (l *list) Type() string { return l.form }

// choice is a flag that takes one of a few words.
type choice struct {
	to *string
	of []string
}

// addChoice adds a choice to the flags.
func addChoice(f *pflag.FlagSet, to *string, name, usage string, of ...string) {
	f.Var(&choice{to, of}, name, usage)
}

// Set implements pflag.Value.
func (c *choice) Set(s string) error {
	if err := checkWord(s, c.of); err != nil {
		return err
	}
	*c.to = s
	return nil
}

// String implements pflag.Value.
func (c *choice) String() string {
	if c.to == nil {
		return ""
	}
	return *c.to
}

// Type implements pflag.Value.
func (c *choice) Type() string { return strings.Join(c.of, "|") }

// complete lets the shell complete a flag's values.
func complete(cmd *cobra.Command, flag string, words []string, how cobra.ShellCompDirective) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, how))
}

// completeChoices lets the shell complete the words of all choices.
func completeChoices(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if c, ok := f.Value.(*choice); ok {
			complete(cmd, f.Name, c.of, cobra.ShellCompDirectiveNoFileComp)
		}
	})
}
