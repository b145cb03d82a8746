package flux

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/values"
)

// SecretData is a Secret that the cluster must have, for the README.
type SecretData struct {
	Name    string
	Uses    []SecretUse
	Command string // creates it
	Watched bool   // it gives values to releases
}

// SecretUse is something that a Secret is for, and what it must hold for that.
type SecretUse struct {
	For, Keys string
}

// clusterSecrets collects the Secrets that objects refer to.
type clusterSecrets struct {
	namespace string
	all       []*clusterSecret
}

type clusterSecret struct {
	SecretData
	kind string // of kubectl create secret
	args []string
}

func (c *clusterSecrets) need(name string, use SecretUse, kind string, args ...string) *clusterSecret {
	if name == "" {
		return &clusterSecret{}
	}
	i := slices.IndexFunc(c.all, func(s *clusterSecret) bool { return s.Name == name && s.kind == kind })
	if i < 0 {
		i = len(c.all)
		c.all = append(c.all, &clusterSecret{SecretData: SecretData{Name: name}, kind: kind})
	}
	s := c.all[i]
	if !slices.Contains(s.Uses, use) {
		s.Uses = append(s.Uses, use)
	}
	for _, arg := range args {
		if !slices.Contains(s.args, arg) {
			s.args = append(s.args, arg)
		}
	}
	return s
}

// data returns the Secrets sorted by name.
func (c *clusterSecrets) data() []SecretData {
	slices.SortStableFunc(c.all, func(a, b *clusterSecret) int { return strings.Compare(a.Name, b.Name) })
	var all []SecretData
	for _, s := range c.all {
		s.Command = fmt.Sprintf("kubectl create secret %s %s -n %s %s", s.kind, s.Name, c.namespace, strings.Join(s.args, " "))
		all = append(all, s.SecretData)
	}
	return all
}

// Kinds of kubectl create secret.
const (
	generic        = "generic"
	dockerRegistry = "docker-registry"
)

// source adds the Secrets of a source.
func (c *clusterSecrets) source(s source, secret, cert, proxy string) {
	at := fmt.Sprintf("%s %s", s.kind, s.url)
	user := []string{"--from-literal=username=USER", "--from-literal=password=PASSWORD"}
	u, _ := url.Parse(s.url)
	switch {
	case s.kind == "OCIRepository":
		c.need(secret, SecretUse{"secretRef of " + at, ".dockerconfigjson"}, dockerRegistry, "--docker-server="+s.host(), "--docker-username=USER", "--docker-password=PASSWORD")
	case s.kind == "GitRepository" && u != nil && u.Scheme == "ssh":
		c.need(secret, SecretUse{"secretRef of " + at, "identity, known_hosts"}, generic, "--from-file=identity=FILE", "--from-file=known_hosts=FILE")
	case s.kind == "GitRepository":
		c.need(secret, SecretUse{"secretRef of " + at, "username, password; or bearerToken; ca.crt of a private authority"}, generic, user...)
	default:
		c.need(secret, SecretUse{"secretRef of " + at, "username, password"}, generic, user...)
	}
	c.need(cert, SecretUse{"certSecretRef of " + at, "ca.crt of a private authority; tls.crt and tls.key of a client; or all three"}, generic, "--from-file=ca.crt=FILE")
	c.need(proxy, SecretUse{"proxySecretRef of " + at, "address; username and password where the proxy wants them"}, generic, "--from-literal=address=http://HOST:PORT")
}

// value adds the Secret of a release's value.
func (c *clusterSecrets) value(release string, v SecretValue) {
	use := SecretUse{fmt.Sprintf("the value %s of release %s", values.JoinPath(v.Path), release), v.Key}
	c.need(v.Secret, use, generic, "--from-literal="+v.Key+"=VALUE").Watched = true
}

// watchedNames are the Secrets that give values to releases.
func watchedNames(secrets []SecretData) []string {
	var names []string
	for _, s := range secrets {
		if s.Watched {
			names = append(names, s.Name)
		}
	}
	return names
}

// labelCommand gives Secrets the label without which helm-controller looks at them only when the
// interval of a release has passed.
func labelCommand(namespace string, names []string) string {
	return fmt.Sprintf("kubectl label secret -n %s reconcile.fluxcd.io/watch=Enabled %s", namespace, strings.Join(names, " "))
}

// secretNotes say which Secrets must be there, one a line.
func secretNotes(namespace string, secrets []SecretData) []string {
	var notes []string
	for _, s := range secrets {
		uses := make([]string, len(s.Uses))
		for i, use := range s.Uses {
			uses[i] = use.For
		}
		notes = append(notes, fmt.Sprintf("Needs the Secret %q in namespace %q, for %s: %s", s.Name, namespace, strings.Join(uses, " and "), s.Command))
	}
	return notes
}
