package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/config"
)

// addBundleFlags gives each field of the options its flag. Defaults that are
// computed, or that differ from the zero value, stand in the help text: the
// options say what was given.
func addBundleFlags(cmd *cobra.Command, o *config.Options) {
	f := cmd.Flags()
	f.SortFlags = false

	f.StringVarP(&o.Recipe, "recipe", "r", "", "the recipe: a `FILE`, - for standard input, or an http(s) URL (required)")
	f.StringVarP(&o.Output, "output", "o", "", "write the bundle to this `DIR` (default "+config.DefaultOutput+")")
	f.StringVar(&o.Deployer, "deployer", "", "the GitOps tool `NAME`; there is: flux (default flux)")
	f.StringArrayVar(&o.Data, "data", nil, "look for component data in `DIR`, before the recipe's own directory; repeatable, the first is the strongest")
	f.BoolVar(&o.Strict, "strict", false, "make unknown keys of the recipe an error")

	f.Var(&assignments{o: o, list: &o.Set}, "set", "set a value; true, false and numbers are typed where that loses no digit; repeatable")
	f.Var(&assignments{o: o, list: &o.SetString, asText: true}, "set-string", "set a value as text; repeatable")
	f.StringArrayVar(&o.SetFile, "set-file", nil, "set a value to the text of a file, `COMPONENT:PATH=FILE`; repeatable")
	f.StringArrayVar(&o.SetJSON, "set-json", nil, "set a value to JSON, `COMPONENT:PATH=JSON`: lists, maps, null; repeatable")
	f.StringArrayVar(&o.Dynamic, "dynamic", nil, "move a value, `COMPONENT:PATH`, into a ConfigMap that is meant for editing; repeatable")

	f.StringArrayVar(&o.SystemNodeSelector, "system-node-selector", nil, "place system components on nodes with this label, `KEY=VALUE`; repeatable")
	f.StringArrayVar(&o.SystemNodeToleration, "system-node-toleration", nil, "let system components tolerate a taint, `KEY=VALUE:EFFECT`, KEY:EFFECT or *; repeatable (default *)")
	f.StringArrayVar(&o.AcceleratedNodeSelector, "accelerated-node-selector", nil, "place GPU components on nodes with this label, `KEY=VALUE`; repeatable")
	f.StringArrayVar(&o.AcceleratedNodeToleration, "accelerated-node-toleration", nil, "let GPU components tolerate a taint, `KEY=VALUE:EFFECT`, KEY:EFFECT or *; repeatable (default *)")
	f.StringArrayVar(&o.WorkloadSelector, "workload-selector", nil, "label of the workload pods that must not be disturbed, `KEY=VALUE`; repeatable")
	f.StringVar(&o.WorkloadGate, "workload-gate", "", "taint that keeps workloads away until a node is ready, `KEY=VALUE:EFFECT`")
	f.IntVar(&o.Nodes, "nodes", 0, "the `NUMBER` of nodes, for components that plan for it")
	f.StringVar(&o.StorageClass, "storage-class", "", "the storage class `NAME` for components that store data")

	f.StringVar(&o.Repo, "repo", "", "the `URL` of the Git repository that will hold the bundle")
	f.StringVar(&o.RepoPath, "repo-path", "", "the bundle's `DIR` inside the Git repository (default its root)")
	f.StringVar(&o.RepoSecret, "repo-secret", "", "the Secret `NAME` with the credentials of a private Git repository")
	f.StringVar(&o.TargetRevision, "target-revision", "", "the `BRANCH` of the Git repository (default "+config.DefaultTargetBranch+")")
	f.StringVar(&o.GitSource, "git-source", "", "use the GitRepository `NAME` of the cluster instead of writing one")
	f.StringArrayVar(&o.ChartRepoSecret, "chart-repo-secret", nil, "the Secret with the credentials of a private chart repository, `HOST=NAME`; repeatable")

	f.StringVar(&o.FluxNamespace, "flux-namespace", "", "the `NAMESPACE` that Flux runs in (default "+config.DefaultFluxNamespace+")")
	f.StringVar(&o.FluxOCISourceName, "flux-oci-source-name", "", "make a bundle for an OCI artifact that the cluster's OCIRepository `NAME` pulls (default "+config.DefaultOCISourceName+" when publishing)")
	f.StringVar(&o.Order, "order", "", "`chain`: one release after the other; graph: by dependencies, the rest in parallel (default chain)")
	f.Var(&o.Interval, "interval", "how often a release is reconciled (default 30m)")
	f.Var(&o.Timeout, "timeout", "the timeout of one install or upgrade (default 15m)")
	f.Var(&o.RetryInterval, "retry-interval", "the pause before a failed install or upgrade is tried again (default 2m)")
	f.Var(&o.HelmRepoInterval, "helm-repo-interval", "how often a chart repository is looked at (default 1h)")
	f.Var(&o.ChartInterval, "chart-interval", "how often a chart's source is looked at (default 10m)")
	f.Var(&o.GitRepoInterval, "git-repo-interval", "how often the Git repository is looked at (default 5m)")
	f.StringVar(&o.DriftDetection, "drift-detection", "", "what to do about changes in the cluster, `MODE`: enabled, warn or disabled (default disabled)")
	f.StringVar(&o.ServiceAccount, "service-account", "", "the ServiceAccount `NAME` that installs the releases")
	f.BoolVar(&o.VendorCharts, "vendor-charts", false, "put the upstream charts into the bundle (not in this version)")

	f.BoolVar(&o.NoChecksums, "no-checksums", false, "write no checksums.txt; a later run then cannot tell its own files")
	f.BoolVar(&o.Force, "force", false, "overwrite files that were edited or that are not the bundle's own")
	f.BoolVar(&o.DryRun, "dry-run", false, "print what would be released and write nothing")
	f.StringVar(&o.Format, "format", "", "how to print the result, `text` or json (default text)")

	f.BoolVar(&o.PlainHTTP, "plain-http", false, "publish without TLS (only for oci://)")
	f.BoolVar(&o.InsecureTLS, "insecure-tls", false, "publish without checking certificates (only for oci://)")
	f.StringVar(&o.ImageRefs, "image-refs", "", "write the published digest reference to `FILE` (only for oci://)")

	complete(cmd, "deployer", "flux")
	complete(cmd, "order", "chain", "graph")
	complete(cmd, "drift-detection", "enabled", "warn", "disabled")
	complete(cmd, "format", "text", "json")
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
