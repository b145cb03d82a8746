package option

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/values"
)

// input is what a recipe is read with.
func input(o *aicr.BundleOptions, configFile *string) group {
	return func(s *set) {
		s.list(&o.Data, "data", "SOURCE", "look for component data here before the recipe's own directory: a directory, an archive (.tar.gz, a path or https://), github:OWNER/REPO@REF[//DIR] or oci://HOST/REPOSITORY@sha256:DIGEST; #sha256:DIGEST at the end pins an archive; the first is the strongest", "Data")
		s.toggle(&o.Strict, "strict", "make unknown keys of the recipe an error instead of a warning", "Strict")
		s.text(configFile, configFlag, "read options from this YAML `FILE`, ours or one of AICR; a flag replaces the file's value", "Config")
	}
}

// assignments set values of components.
func assignments(o *aicr.BundleOptions) group {
	text := func(s string) (any, error) { return s, nil }
	return func(s *set) {
		assign := func(to *[]aicr.Assignment, name, form, usage string, value func(string) (any, error), fields ...string) {
			s.each(func(text string) error {
				a, err := assignment(text, value)
				a.From, a.Verbatim = "--"+name, name == "set-string"
				*to = append(*to, a)
				return err
			}, name, "COMPONENT:PATH="+form, usage, fields...)
		}
		assign(&o.Set, "set", "VALUE", "set a value; true, false and numbers are typed where that loses no digit; COMPONENT:enabled=false leaves a component out",
			func(s string) (any, error) { return values.Typed(s), nil }, "Set")
		assign(&o.Set, "set-string", "VALUE", "set a value as text", text, "Assignment.Verbatim")
		assign(&o.SetFile, "set-file", "FILE", "set a value to what a YAML or JSON file holds, where a map merges", text, "SetFile")
		assign(&o.SetTextFile, "set-text-file", "FILE", "set a value to the text of a file", text, "SetTextFile")
		assign(&o.SetJSON, "set-json", "JSON", "set a value to JSON: a list, a map (merged), null",
			func(s string) (any, error) { return values.DecodeJSON([]byte(s)) }, "SetJSON")
	}
}

// assignment reads component:path=value. No error has the value, which may be a secret.
func assignment(text string, value func(string) (any, error)) (a aicr.Assignment, err error) {
	where, raw, ok := strings.Cut(text, "=")
	if !ok {
		return a, fmt.Errorf("%q has no value; write component:path=value", text)
	}
	if a.Component, a.Path, err = address(where); err != nil {
		return a, err
	}
	if a.Value, err = value(raw); err != nil {
		return a, fmt.Errorf("%s: %w", where, err)
	}
	return a, nil
}

func address(text string) (component, path string, err error) {
	component, path, ok := strings.Cut(text, ":")
	if !ok || component == "" {
		return "", "", fmt.Errorf("%q names no component; write component:path", text)
	}
	return component, path, nil
}

// dynamic are the values that are set in each cluster.
func dynamic(o *aicr.BundleOptions) group {
	return func(s *set) {
		s.each(func(text string) error {
			component, path, err := address(text)
			o.DynamicValues = with(o.DynamicValues, component, append(o.DynamicValues[component], path))
			return err
		}, "dynamic", "COMPONENT:PATH", "move a value into a ConfigMap that is meant for editing", "DynamicValues")
		s.choice(&o.ValuesFrom, "values-from", []string{deployer.ValuesFromBundle, deployer.ValuesFromCluster, deployer.ValuesFromClusterOptional},
			"where the values of --dynamic stand: in the bundle, or in a ConfigMap that each cluster brings itself, or may bring (default bundle)", "ValuesFrom")
	}
}

// secretValues are the values that Secrets give.
func secretValues(o *aicr.BundleOptions) group {
	const name = "secret-values"
	return func(s *set) {
		s.each(func(text string) error {
			where, from, _ := strings.Cut(text, "=")
			secret, key, ok := strings.Cut(from, "/")
			if !ok {
				return fmt.Errorf("%s: the place of the value is not SECRET/KEY", where)
			}
			v := aicr.SecretValue{From: "--" + name, SecretValue: deployer.SecretValue{Secret: secret, Key: key}}
			var err error
			v.Component, v.Path, err = address(where)
			o.SecretValues = append(o.SecretValues, v)
			return err
		}, name, "COMPONENT:PATH=SECRET/KEY", "let Flux take a value from the KEY of a SECRET in the cluster, so that it does not stand in the bundle", "SecretValues")
	}
}

// substituted are the values that variables of Flux give.
func substituted(o *aicr.BundleOptions) group {
	return func(s *set) {
		s.each(func(text string) error {
			component, path, err := address(text)
			o.SubstitutedValues = with(o.SubstitutedValues, component, append(o.SubstitutedValues[component], path))
			return err
		}, "substitute", "COMPONENT:PATH", "keep ${NAME} and ${NAME:=default} in the values at this path or below, for the postBuild of the Flux Kustomization that applies the bundle; everywhere else such text stays as it is", "SubstitutedValues")
	}
}

// with sets an entry of a map that may be nil.
func with[V any](m map[string]V, key string, v V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = v
	return m
}

// git says where the bundle will be.
func git(o *aicr.BundleOptions) group {
	return func(s *set) {
		s.text(&o.RepoURL, "repo", "the bundle will be in the Git repository at this `URL`; local charts need to know (default: the remote of the work tree)", "RepoURL")
		s.text(&o.RepoPath, "repo-path", "the bundle will be in this `DIR` of the Git repository, . for its root (default: where the output lies in a work tree)", "RepoPath")
		s.text(&o.TargetRevision, "target-revision", "the bundle will be on this `BRANCH` (default: that of the remote, else "+config.DefaultTargetBranch+")", "TargetRevision")
		s.text(&o.RepoSecret, "repo-secret", "the Secret of this `NAME` in the cluster has the credentials of the Git repository", "RepoSecret")
		s.text(&o.GitSourceName, "git-source", "use the cluster's GitRepository of this `NAME` instead of writing one (default: that of flux bootstrap in the work tree)", "GitSourceName")
		s.byHost(func(host, name string) { o.ChartRepoSecrets = with(o.ChartRepoSecrets, host, name) },
			"chart-repo-secret", "the Secret NAME in the cluster has the credentials of the chart repositories at HOST", "ChartRepoSecrets")
	}
}

// sourceSecrets are what sources need besides credentials.
func sourceSecrets(o *deployer.SourceSecrets) group {
	return func(s *set) {
		s.byHost(func(host, name string) { o.SourceCertSecrets = with(o.SourceCertSecrets, host, name) },
			"source-cert-secret", "the Secret NAME in the cluster has the certificates for the sources at HOST: ca.crt, or tls.crt and tls.key of a client", "SourceCertSecrets")
		s.byHost(func(host, name string) { o.SourceProxySecrets = with(o.SourceProxySecrets, host, name) },
			"source-proxy-secret", "the Secret NAME in the cluster has the address of the proxy to the sources at HOST", "SourceProxySecrets")
	}
}

// rewrite sends chart repositories to mirrors.
func rewrite(rules *[]string) group {
	return func(s *set) {
		s.list(rules, "registry-rewrite", "OLD=NEW", "replace OLD, the beginning of a chart repository's URL, by NEW, in the bundle and for pulling, archives too; HOST/PATH on both sides keeps the scheme; the longest OLD wins", "RegistryRewrite")
	}
}
