package flux

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxSourceName is the longest name that a source gets.
const maxSourceName = 63

var notNameChar = regexp.MustCompile(`[^a-z0-9]+`)

// sourceNames names each URL, given in its normal form: the URL without its scheme, in lower case,
// with a hyphen for every run of other characters than letters and digits. URLs that would share a
// name all get a hash of the URL appended, so that no name depends on the order of the recipe.
func sourceNames(urls []string) map[string]string {
	names := make(map[string]string, len(urls))
	for _, u := range urls {
		names[u] = trimName(baseName(u), maxSourceName)
	}
	for {
		byName := map[string][]string{}
		for _, u := range slices.Sorted(maps.Keys(names)) {
			byName[names[u]] = append(byName[names[u]], u)
		}
		clash := false
		for _, same := range byName {
			for _, u := range same {
				if hashed := hashedName(baseName(u), u); len(same) > 1 && names[u] != hashed {
					names[u], clash = hashed, true
				}
			}
		}
		if !clash {
			return names
		}
	}
}

func baseName(u string) string {
	if _, rest, ok := strings.Cut(u, "://"); ok {
		u = rest
	}
	u = strings.TrimSuffix(strings.TrimSuffix(u, "/"), ".git")
	name := strings.Trim(notNameChar.ReplaceAllString(strings.ToLower(u), "-"), "-")
	if name == "" {
		return "source"
	}
	return name
}

// hashedName is the name with a hash of what it stands for.
func hashedName(name, of string) string {
	sum := sha256.Sum256([]byte(of))
	return trimName(name, maxSourceName-9) + "-" + hex.EncodeToString(sum[:])[:8]
}

func trimName(name string, limit int) string {
	if len(name) > limit {
		name = name[:limit]
	}
	return strings.Trim(name, "-")
}

// scpForm is git's short form of an SSH address, which Flux does not accept.
var scpForm = regexp.MustCompile(`^(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9.-]+):/?([^/\\].*)$`)

// GitURL returns a Git repository's address in a form that Flux accepts: git@host:path becomes
// ssh://git@host/path. Credentials, other schemes and what is no address are ErrCodeInvalidRequest.
func GitURL(raw string) (string, error) {
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "", errors.Invalid("the Git repository's URL holds white space or control characters")
	}
	if m := scpForm.FindStringSubmatch(raw); m != nil && !strings.Contains(raw, "://") {
		user := m[1]
		if user == "" {
			user = "git"
		}
		return "ssh://" + user + "@" + m[2] + "/" + m[3], nil
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", errors.Invalid("the Git repository's URL cannot be parsed; write https://HOST/PATH or ssh://git@HOST/PATH")
	}
	scheme := strings.ToLower(u.Scheme)
	_, hasPassword := u.User.Password()
	switch {
	case hasPassword, u.User != nil && scheme != "ssh":
		return "", errors.Invalid("the Git repository's URL on host %q holds credentials, which would be written to Git; "+
			"remove them and name a Secret of the cluster with `RepoSecret` (secretRef)", u.Hostname())
	case scheme != "https" && scheme != "http" && scheme != "ssh":
		return "", errors.Invalid("the Git repository's URL %q has the scheme %q; use https://, http://, ssh:// or git@HOST:PATH", u.Redacted(), u.Scheme)
	case u.Hostname() == "" || strings.Trim(u.Path, "/") == "":
		return "", errors.Invalid("the Git repository's URL %q names no repository; write https://HOST/PATH", u.Redacted())
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.Invalid("the Git repository's URL on host %q has a query or fragment; remove it", u.Hostname())
	}
	if repo, branch, dir, ok := browsed(u); ok {
		return "", errors.Invalid("the Git repository's URL %q is that of a page in a browser; use `RepoURL` %s, `TargetRevision` %s and `RepoPath` %s", u, repo, branch, dir)
	}
	return scheme + raw[len(scheme):], nil
}

// SameRepository reports whether two addresses, in any form that GitURL takes, name one repository:
// whatever the scheme, the user, the port and an ending .git.
func SameRepository(a, b string) bool {
	placeA, okA := repositoryPlace(a)
	placeB, okB := repositoryPlace(b)
	return okA && okB && strings.EqualFold(placeA, placeB)
}

// repositoryPlace is the host and the path of a Git repository.
func repositoryPlace(raw string) (string, bool) {
	normal, err := GitURL(raw)
	if err != nil {
		return "", false
	}
	u, err := url.Parse(normal)
	if err != nil {
		return "", false
	}
	return u.Hostname() + "/" + strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git"), true
}
