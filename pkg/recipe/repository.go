package recipe

import (
	"net/url"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Repository is a chart repository's address in its normal form, so that two values are equal where
// the repositories are: scheme and host in lower case, path without trailing slashes.
type Repository struct {
	Scheme string // "https", "http" or "oci"
	Host   string // with the port, if there is one
	Path   string // begins with "/", or is empty
}

// ParseRepository reads the source of a Helm component. Credentials, queries and fragments are
// refused: they would be written to Git. The messages never hold the URL's secret parts.
func ParseRepository(source string) (Repository, error) {
	u, err := url.Parse(source)
	if err != nil {
		return Repository{}, errors.Invalid("the chart repository's URL cannot be parsed; write https://HOST/PATH or oci://HOST/PATH")
	}
	scheme := strings.ToLower(u.Scheme)
	switch {
	case u.User != nil:
		return Repository{}, errors.Invalid("the chart repository's URL on host %q holds credentials, which would be written to Git; "+
			"remove them and name a Secret of the cluster with `ChartRepoSecrets` %s=NAME (secretRef)", u.Hostname(), u.Hostname())
	case scheme != "https" && scheme != "http" && scheme != "oci":
		return Repository{}, errors.Invalid("chart repository %q has the scheme %q; use https://, http:// or oci://", redacted(source), u.Scheme)
	case u.Hostname() == "":
		return Repository{}, errors.Invalid("chart repository %q has no host; write %s://HOST/PATH", redacted(source), scheme)
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return Repository{}, errors.Invalid("the chart repository's URL on host %q has a query or fragment, which Helm repositories do not have and which often holds a token; "+
			"remove it and name a Secret of the cluster with `ChartRepoSecrets` %s=NAME (secretRef)", u.Hostname(), u.Hostname())
	}
	if err := CheckRepository(source); err != nil {
		return Repository{}, errors.Invalid("chart repository %q cannot be used: %s", redacted(source), err)
	}
	return Repository{Scheme: scheme, Host: strings.ToLower(u.Host), Path: strings.TrimRight(u.EscapedPath(), "/")}, nil
}

// OCI reports whether the repository is an OCI registry.
func (r Repository) OCI() bool { return r.Scheme == "oci" }

// String returns the normal form of the URL.
func (r Repository) String() string { return r.Scheme + "://" + r.Host + r.Path }
