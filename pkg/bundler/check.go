package bundler

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// check finds contradictions among the options that need no data.
func check(o config.Options) error {
	var problems []error
	type flag struct {
		name  string
		given bool
	}
	given := func(why string, flags ...flag) {
		for _, f := range flags {
			if f.given {
				problems = append(problems, errors.Invalid("%s %s", f.name, why))
			}
		}
	}
	if o.Recipe == "" {
		problems = append(problems, errors.Invalid("no recipe is named; give one with --recipe FILE, - for standard input, or a URL"))
	}
	if o.Deployer != "" && o.Deployer != deployers[0] {
		problems = append(problems, errors.Invalid("deployer %q is unknown; there is: %s", o.Deployer, strings.Join(deployers, ", ")))
	}
	if o.Nodes < 0 {
		problems = append(problems, errors.Invalid("--nodes %d is not a number of nodes; give the number that the cluster has", o.Nodes))
	}
	if o.VendorCharts {
		problems = append(problems, errors.Invalid("--vendor-charts needs a chart puller, which this version does not bring; leave the charts in their repositories"))
	}
	published := oci.IsReference(o.Output)
	if published {
		_, err := oci.ParseReference(o.Output)
		problems = append(problems, err)
	} else {
		if scheme, _, ok := strings.Cut(o.Output, "://"); ok {
			problems = append(problems, errors.Invalid("output %q has the unknown scheme %q; name a directory, or oci://HOST/REPOSITORY", o.Output, scheme))
		}
		given("belongs to publishing to oci://, and the output is a directory; remove it",
			flag{"--plain-http", o.PlainHTTP}, flag{"--insecure-tls", o.InsecureTLS}, flag{"--ca-file", o.CAFile != ""}, flag{"--image-refs", o.ImageRefs != ""},
			flag{"--tag", len(o.Tag) > 0}, flag{"--source", o.Source != ""}, flag{"--revision", o.Revision != ""})
		_, err := gitSync(o)
		problems = append(problems, err)
	}
	written := []flag{{"--repo", o.Repo != ""}, {"--repo-secret", o.RepoSecret != ""}, {"--target-revision", o.TargetRevision != ""}}
	switch {
	case o.FluxOCISourceName != "":
		given("has no meaning in OCI mode (-o oci://… or --flux-oci-source-name), where nothing comes from Git; remove one of them",
			append(written, flag{"--repo-path", o.RepoPath != ""}, flag{"--git-source", o.GitSource != ""})...)
	case o.GitSource != "":
		given("belongs to a GitRepository that is written, and --git-source names one that exists; remove one of them", written...)
	}
	return errors.Join(problems...)
}
