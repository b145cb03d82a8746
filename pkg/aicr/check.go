package aicr

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// flag is a flag and whether it is given.
type flag struct {
	name  string
	given bool
}

// refuse returns a problem for each flag that is given.
func refuse(why string, flags ...flag) error {
	var problems []error
	for _, f := range flags {
		if f.given {
			problems = append(problems, errors.Invalid("%s %s", f.name, why))
		}
	}
	return errors.Join(problems...)
}

// check finds contradictions among the options that need no data.
func check(o config.Options) error {
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	if o.Recipe == "" {
		add(errors.Invalid("no recipe is named; give one with --recipe FILE, - for standard input, or a URL"))
	}
	if o.Deployer != "" && o.Deployer != deployers[0] {
		add(errors.Invalid("deployer %q is unknown; there is: %s", o.Deployer, strings.Join(deployers, ", ")))
	}
	if o.Nodes < 0 {
		add(errors.Invalid("--nodes %d is not a number of nodes; give the number that the cluster has", o.Nodes))
	}
	add(checkVendoring(o))
	_, err := recipe.ParseRewrites(o.RegistryRewrite)
	add(err)
	written := []flag{{"--repo", o.Repo != ""}, {"--repo-secret", o.RepoSecret != ""}, {"--target-revision", o.TargetRevision != ""}}
	switch {
	case o.FluxOCISourceName != "":
		add(refuse("has no meaning in OCI mode (-o oci://… or --flux-oci-source-name), where nothing comes from Git; remove one of them",
			append(written, flag{"--repo-path", o.RepoPath != ""}, flag{"--git-source", o.GitSource != ""})...))
	case o.GitSource != "":
		add(refuse("belongs to a GitRepository that is written, and --git-source names one that exists; remove one of them", written...))
	}
	if oci.IsReference(o.Output) {
		add(checkPublished(o))
	} else {
		add(checkDirectory(o))
	}
	return errors.Join(problems...)
}

func checkPublished(o config.Options) error {
	ref, err := oci.ParseReference(o.Output)
	if err != nil {
		return err
	}
	_, err = (&PushOptions{Publish: o.Publish, OCISourceName: o.FluxOCISourceName, Namespace: o.FluxNamespace}).check(ref)
	return err
}

// check finds what would stop a push at its end, and returns what --sync asks
// for.
func (o *PushOptions) check(ref oci.Reference) (*artifactSync, error) {
	var problems []error
	for _, tag := range o.Tag {
		if _, err := oci.ParseReference(ref.URL() + ":" + tag); err != nil {
			problems = append(problems, errors.Invalid("--tag %q is no tag; write up to 128 letters, digits, _ . or -, the first one a letter, a digit or _", tag))
		}
	}
	sync, err := o.sync(ref)
	return sync, errors.Join(append(problems, checkFiles(o.Publish), err)...)
}

func checkDirectory(o config.Options) error {
	var problems []error
	if scheme, _, ok := strings.Cut(o.Output, "://"); ok {
		problems = append(problems, errors.Invalid("output %q has the unknown scheme %q; name a directory, or oci://HOST/REPOSITORY", o.Output, scheme))
	}
	problems = append(problems, refuse("belongs to publishing to oci://, and the output is a directory; remove it",
		flag{"--plain-http", o.PlainHTTP}, flag{"--insecure-tls", o.InsecureTLS}, flag{"--ca-file", o.CAFile != ""}, flag{"--image-refs", o.ImageRefs != ""},
		flag{"--tag", len(o.Tag) > 0}, flag{"--source", o.Source != ""}, flag{"--revision", o.Revision != ""}))
	if o.ImageRefs == "" {
		problems = append(problems, checkFiles(o.Publish))
	}
	_, err := gitSync(o)
	return errors.Join(append(problems, err)...)
}
