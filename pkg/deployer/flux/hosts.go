package flux

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// source is a source that Flux will have.
type source struct{ kind, url string }

// sourceOf is the source that a Sync with this URL makes.
func sourceOf(address string) source {
	if s := (&deployer.Sync{URL: address}); s.OCI() {
		return source{"OCIRepository", address}
	}
	return source{"GitRepository", address}
}

func (s source) host() string {
	u, err := url.Parse(s.url)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// hostSecrets is a field of sources that refers to a Secret, which goes by their host.
type hostSecrets struct {
	option, field string
	byHost        map[string]string
	// instead says, for the kinds of sources that lack the field, what does the same.
	instead map[string]string
}

func certSecrets(s deployer.SourceSecrets) hostSecrets {
	return hostSecrets{"`SourceCertSecrets`", "certSecretRef", byHost(s.SourceCertSecrets), map[string]string{
		"GitRepository": "put the certificate of the authority as ca.crt into the Secret with its credentials, and name that with `RepoSecret` or `Sync.Secret`",
	}}
}

func proxySecrets(s deployer.SourceSecrets) hostSecrets {
	return hostSecrets{"`SourceProxySecrets`", "proxySecretRef", byHost(s.SourceProxySecrets), map[string]string{
		"HelmRepository": "set HTTPS_PROXY and NO_PROXY in the Deployment of source-controller",
	}}
}

func byHost(given map[string]string) map[string]string {
	lower := make(map[string]string, len(given))
	for _, host := range slices.Sorted(maps.Keys(given)) {
		lower[strings.ToLower(host)] = given[host]
	}
	return lower
}

// of returns the Secret that the source refers to, "" for none.
func (h hostSecrets) of(s source) string {
	if h.instead[s.kind] != "" {
		return ""
	}
	return h.byHost[s.host()]
}

// check refuses a Secret that no source can refer to, and warns of the sources at its host that
// cannot.
func (h hostSecrets) check(sources []source) (warnings []string, err error) {
	var problems []error
	for _, host := range slices.Sorted(maps.Keys(h.byHost)) {
		if name := h.byHost[host]; !isObjectName(name) {
			problems = append(problems, errors.Invalid("%s for %q: %q is not a name that Kubernetes accepts", h.option, host, name))
		}
		hosts, lacking, takes := map[string]bool{}, map[string]bool{}, false
		for _, s := range sources {
			hosts[s.host()] = true
			if s.host() == host {
				lacking[s.kind], takes = h.instead[s.kind] != "", takes || h.of(s) != ""
			}
		}
		if len(lacking) == 0 {
			problems = append(problems, errors.Invalid("%s for %q: no source is at that host; the sources are at %s", h.option, host, strings.Join(slices.Sorted(maps.Keys(hosts)), ", ")))
		}
		for _, kind := range slices.Sorted(maps.Keys(lacking)) {
			switch text := fmt.Sprintf("%s for %q: a %s has no %s; %s", h.option, host, kind, h.field, h.instead[kind]); {
			case !lacking[kind]:
			case takes:
				warnings = append(warnings, text)
			default:
				problems = append(problems, errors.Invalid("%s", text))
			}
		}
	}
	return warnings, errors.Join(problems...)
}

// checkHosts checks all that goes by the host of a source.
func checkHosts(s deployer.SourceSecrets, sources []source) (warnings []string, err error) {
	certs, noCert := certSecrets(s).check(sources)
	proxies, noProxy := proxySecrets(s).check(sources)
	return slices.Concat(certs, proxies), errors.Join(noCert, noProxy)
}

// CheckSourceSecrets refuses what the source of a Sync with this URL cannot refer to.
func CheckSourceSecrets(s deployer.SourceSecrets, address string) error {
	_, err := checkHosts(s, []source{sourceOf(address)})
	return err
}
