package option

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// Bundle are the flags of "aicr bundle". Each is a field of the config file, too.
type Bundle struct {
	aicr.BundleOptions
	// Format is how the result is printed.
	Format string
	// Again is the directory of a bundle that is made once more.
	Again string
	// Serial is AICR's name for the order chain.
	Serial bool
	// Warnings are about the config file.
	Warnings []string

	configFile string
}

// AddBundle gives the command the flags of "aicr bundle".
func AddBundle(cmd *cobra.Command, b *Bundle) {
	for _, section := range b.sections() {
		add(cmd, section.title, section.groups...)
	}
	complete(cmd, "recipe", documents, cobra.ShellCompDirectiveFilterFileExt)
	complete(cmd, "output", nil, cobra.ShellCompDirectiveFilterDirs)
	complete(cmd, "verify-provenance", documents, cobra.ShellCompDirectiveFilterFileExt)
	complete(cmd, "kube-version", verify.KubeVersions(), nothing)
	completeInput(cmd)
	b.completeComponents(cmd, func([]string) (recipe, again string) { return b.Recipe, b.Again })
	first(cmd, "recipe", "output", "data", "set", "dynamic", "order", "dry-run", "again", "sync", "vendor-charts")
}

// section is the groups below a title.
type section struct {
	title  string
	groups []group
}

func (b *Bundle) sections() []section {
	o := &b.BundleOptions
	return []section{
		{"Input", []group{func(s *set) {
			s.short(&o.Recipe, "recipe", "r", "read the recipe from this `FILE`, from - (standard input), or from an http(s) URL; required without --again", "Recipe")
			s.text(&b.Again, "again", "make the bundle in this `DIR` once more, with the options of the run that made it and those given now", "Again")
		}, input(o, &b.configFile)}},
		{"Output", []group{b.target}},
		{"Values", []group{assignments(o), dynamic(o), secretValues(o), substituted(o)}},
		{"Scheduling", []group{scheduling(o)}},
		{"Git and chart repositories", []group{git(o), sourceSecrets(&o.SourceSecrets), rewrite(&o.RegistryRewrite)}},
		{"Flux", []group{b.order, releases(o)}},
		{"Readiness", []group{readiness(&o.Options)}},
		{"Charts in the bundle", []group{vendoring(o), charts(&o.ChartPull)}},
		{"Publishing (oci://)", []group{publish(&o.Publish), registry(&o.Registry)}},
		{"Into the cluster", []group{sync(&o.Sync)}},
	}
}

// target is where a bundle goes.
func (b *Bundle) target(s *set) {
	s.short(&b.Output, "output", "o", "write the bundle to this `DIR`, or publish it at oci://HOST/REPOSITORY[:TAG] (default "+config.DefaultOutput+")", "Output")
	s.choice(&b.Deployer, "deployer", aicr.Deployers(), "make the bundle for this GitOps tool (default flux)", "Deployer")
	s.toggle(&b.DryRun, "dry-run", "say what would change, and write nothing", "DryRun")
	s.format(&b.Format)
	s.toggle(&b.Force, "force", "overwrite files that were edited or that are not the bundle's own; move a tag that points to other content", "Force")
	s.toggle(&b.Reinstall, "reinstall", "write over a bundle in which Helm calls the releases otherwise: Flux uninstalls them, with all that they own, and installs them anew", "Reinstall")
	s.toggle(&b.NoChecksums, "no-checksums", "write no checksums.txt; a later run then cannot tell its own files", "NoChecksums")
}

// order says which releases wait for which.
func (b *Bundle) order(s *set) {
	s.choice(&b.Ordering, "order", []string{"chain", "graph"}, "chain: one release after the other; graph: by dependencies, the rest in parallel (default chain)", "Ordering")
	s.toggle(&b.EventDriven, "event-driven", "let Flux's notification-controller wake releases when those that they wait for are ready, instead of a look every 30 seconds; without that controller nothing changes", "EventDriven")
	s.toggle(&b.Serial, "serial", "the same as --order chain, as AICR calls it")
}

// releases say how the releases look.
func releases(o *aicr.BundleOptions) group {
	to := &o.Settings
	return func(s *set) {
		s.choice(&o.FluxVersion, "flux-version", verify.FluxVersions(), "hold the bundle against this line of Flux versions (default the newest)", "FluxVersion")
		s.choice(&o.ReleaseNames, "release-names", []string{deployer.NamesPlain, deployer.NamesAICR}, "plain: Helm calls a release by its own name; aicr: as AICR's own bundles for Flux do, so that what they installed stays (default plain)", "ReleaseNames")
		s.choice(&o.CRDs, "crds", []string{"auto", "create-replace", "create", "skip"}, "what Flux does with CRDs that charts bring beside their templates; auto: create-replace, unless the registry says that others bring them too (default auto)", "CRDs")
		s.duration(&to.Interval, "interval", "reconcile each release this often (default 30m)", "Interval")
		s.duration(&to.Timeout, "timeout", "give each install or upgrade this long (default 15m)", "Timeout")
		s.duration(&to.RetryInterval, "retry-interval", "wait this long before a failed one is tried again (default 2m)", "RetryInterval")
		s.duration(&to.HelmRepositoryInterval, "helm-repo-interval", "look at each chart repository this often (default 1h)", "HelmRepositoryInterval")
		s.duration(&to.ChartInterval, "chart-interval", "look at each chart's source this often (default 10m)", "ChartInterval")
		s.duration(&to.GitRepositoryInterval, "git-repo-interval", "look at the Git repository this often (default 5m)", "GitRepositoryInterval")
		s.choice(&to.DriftDetection, "drift-detection", []string{"enabled", "warn", "disabled"}, "what to do about changes made in the cluster (default disabled)", "DriftDetection")
		s.text(&to.ServiceAccount, "service-account", "install as the ServiceAccount of this `NAME`", "ServiceAccount")
		s.text(&o.Namespace, "flux-namespace", "Flux runs in this `NAMESPACE` (default: that of flux bootstrap in the work tree, or "+config.DefaultFluxNamespace+")", "Namespace")
		s.text(&o.OCISourceName, "flux-oci-source-name", "the cluster will pull the bundle as an OCI artifact, through its OCIRepository of this `NAME` (default "+config.DefaultOCISourceName+" when publishing)", "OCISourceName")
	}
}

// vendoring puts charts into the bundle.
func vendoring(o *aicr.BundleOptions) group {
	return func(s *set) {
		s.toggle(&o.VendorCharts, "vendor-charts", "put the upstream charts into the bundle, so that the cluster needs no chart repository", "VendorCharts")
		s.toggle(&o.CheckCharts, "check-charts", "pull the upstream charts and hold the bundle against them, before it is written: values, templates, CRDs", "CheckCharts")
		kubeVersion(s, &o.KubeVersion)
		s.text(&o.VerifyProvenance, "verify-provenance", "write nothing if a chart differs from what the provenance.yaml of an earlier bundle, this `FILE`, says", "VerifyProvenance")
	}
}

// charts say how charts are pulled.
func charts(o *config.ChartPull) group {
	return func(s *set) {
		s.text(&o.HelmBin, "helm-bin", "pull the charts with the helm program at this `PATH` (default: without helm)", "HelmBin")
		s.count(&o.Jobs, "jobs", fmt.Sprintf("pull this number of charts at once (default %d)", config.DefaultJobs), "Jobs")
		s.toggle(&o.NoCache, "no-cache", "pull all charts and data anew, and keep none for later runs", "NoCache")
		s.toggle(&o.Offline, "offline", "take charts and data from the cache of earlier runs, and never from the network", "Offline")
		s.text(&o.ChartCAFile, "chart-ca-file", "pulling charts, also trust the certificates in this PEM `FILE`", "ChartCAFile")
		s.toggle(&o.ChartPlainHTTP, "chart-plain-http", "pull charts from registries without TLS; chart repositories need only http:// in their URL", "ChartPlainHTTP")
	}
}

// registry says how to reach a registry.
func registry(o *oci.Connection) group {
	return func(s *set) {
		s.toggle(&o.PlainHTTP, "plain-http", "talk to the registry without TLS", "PlainHTTP")
		s.toggle(&o.InsecureTLS, "insecure-tls", "take any certificate of the registry", "InsecureTLS")
		s.text(&o.CAFile, "ca-file", "also trust the certificates in this PEM `FILE`", "CAFile")
	}
}

// publish says what is published, and what is written about it.
func publish(o *aicr.Publish) group {
	return func(s *set) {
		s.list(&o.Tags, "tag", "TAG", "also set this tag", "Tags")
		s.text(&o.SourceURL, "source", "say in the artifact that it was made from what is at this `URL`", "SourceURL")
		s.text(&o.Revision, "revision", "say in the artifact that it was made from this `REVISION`, such as main@sha1:COMMIT (default: from the content)", "Revision")
		s.text(&o.ImageRefs, "image-refs", "write the references with their digest to this `FILE`, one a line", "ImageRefs")
	}
}

// sync is the way into a cluster.
func sync(o *aicr.Sync) group {
	return func(s *set) {
		s.text(&o.File, "sync", "write what brings the bundle into a cluster, the Kustomization and its source where the cluster has none, to this `FILE`, for Git or kubectl apply -f", "Sync")
		s.choice(&o.Ref, "sync-ref", []string{"digest", "tag", "semver"}, "how the source picks the artifact (default digest); semver: this version or a newer one", "Sync.Ref")
		s.text(&o.Secret, "sync-secret", "the Secret of this `NAME` in the cluster has the source's credentials", "Sync.Secret")
		s.choice(&o.Provider, "sync-provider", []string{"generic", "aws", "azure", "gcp", "github"}, "how the source signs in; gcp is for artifacts, github for Git and needs the Secret of a GitHub App", "Sync.Provider")
		s.each(func(text string) error {
			name, value, ok := strings.Cut(text, "=")
			if !ok {
				return fmt.Errorf("%q has no value; write NAME=VALUE", text)
			}
			o.Substitute = with(o.Substitute, name, value)
			return nil
		}, "sync-substitute", "NAME=VALUE", "let the Kustomization give this value to a variable that --substitute kept", "Sync.Substitute")
		s.list(&o.SubstituteFrom, "sync-substitute-from", "KIND/NAME", "let the Kustomization take variables from the cluster's ConfigMap/NAME or Secret/NAME", "Sync.SubstituteFrom")
		s.choice(&o.Verify.Provider, "sync-verify", []string{"cosign"}, "let Flux check the artifact's signature", "Verify.Provider")
		s.text(&o.Verify.Secret, "sync-verify-secret", "check with the public keys in the cluster's Secret of this `NAME`", "Verify.Secret")
		s.text(&o.Verify.Identity, "sync-verify-identity", "check that this `IDENTITY` signed; one that begins with ^ is a regular expression", "Verify.Identity")
		s.text(&o.Verify.Issuer, "sync-verify-issuer", "check that this `ISSUER` vouched for the identity; likewise", "Verify.Issuer")
	}
}
