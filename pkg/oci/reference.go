package oci

import (
	"regexp"
	"strings"

	_ "crypto/sha256" // the digest algorithms that a reference may name
	_ "crypto/sha512"

	"github.com/opencontainers/go-digest"
	"oras.land/oras-go/v2/registry"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Scheme begins a reference; upper case is accepted.
const Scheme = "oci://"

// Reference names an artifact in a registry.
type Reference struct {
	// Registry is the host, in lower case, with a port where it has one.
	Registry string
	// Repository is the path below it, such as "org/bundle".
	Repository string
	// Tag is empty where none is given.
	Tag string
	// Digest is "sha256:…", or empty. Only what is pulled can have one.
	Digest string
}

// String returns "oci://REGISTRY/REPOSITORY[:TAG][@DIGEST]".
func (r Reference) String() string { return Scheme + r.Image() }

// Image is String without the scheme, as docker and cosign take it.
func (r Reference) Image() string {
	s := r.Registry + "/" + r.Repository
	if r.Tag != "" {
		s += ":" + r.Tag
	}
	if r.Digest != "" {
		s += "@" + r.Digest
	}
	return s
}

// URL returns "oci://REGISTRY/REPOSITORY", which is the url of an OCIRepository.
func (r Reference) URL() string { return Scheme + r.Registry + "/" + r.Repository }

// IsReference reports whether s means a registry rather than a directory: it begins with oci:// in
// any case.
func IsReference(s string) bool {
	return len(s) >= len(Scheme) && strings.EqualFold(s[:len(Scheme)], Scheme)
}

// hosted matches what begins a reference rather than a path: a domain, or anything with a port.
var hosted = regexp.MustCompile(`^([^./:][^/:]*\.[a-z]{2,}|localhost|[^./:][^/:]*:[0-9]+|\[[0-9a-f:]+\]:[0-9]+)/`)

// Unschemed returns the reference that s is, but for the scheme in front of it, as docker writes
// one: ghcr.io/org/bundle:v1.
func Unschemed(s string) (Reference, bool) {
	if !hosted.MatchString(s) {
		return Reference{}, false
	}
	r, err := parse(Scheme + s)
	return r, err == nil
}

// ParseReference reads where an artifact is to be pushed: "oci://HOST[:PORT]/REPOSITORY[:TAG]". A
// digest, which only the content can give, and anything else that a registry would refuse is
// ErrCodeInvalidRequest and says what to write instead.
func ParseReference(s string) (Reference, error) {
	r, err := parse(s)
	if err == nil && r.Digest != "" {
		chosen := r.Digest
		r.Digest = ""
		err = errors.Invalid("has the digest %s, which follows from the content and cannot be chosen; write %s", chosen, r)
	}
	return named(r, s, err)
}

// ParseSource reads where an artifact is to be pulled from: "oci://HOST[:PORT]/REPOSITORY" with
// ":TAG", "@DIGEST", or both; then the digest decides. Without either it is ErrCodeInvalidRequest.
func ParseSource(s string) (Reference, error) {
	r, err := parse(s)
	if err == nil && r.Tag == "" && r.Digest == "" {
		err = errors.Invalid("names no tag and no digest; write %s:TAG or %s@sha256:…", r, r)
	}
	return named(r, s, err)
}

func named(r Reference, s string, err error) (Reference, error) {
	if err != nil {
		return Reference{}, errors.In(err, "reference %.300q", redact(s))
	}
	return r, nil
}

func parse(s string) (Reference, error) {
	scheme, rest, hasScheme := strings.Cut(s, "://")
	host, path, ok := strings.Cut(rest, "/")
	switch {
	case !hasScheme:
		return Reference{}, errors.Invalid("has no scheme; write %s before HOST/REPOSITORY:TAG", Scheme)
	case !IsReference(s):
		return Reference{}, errors.Invalid("has the scheme %.20q; only %s is known, over HTTPS unless plain HTTP is asked for", scheme, Scheme)
	case strings.Contains(host, "@"):
		return Reference{}, errors.Invalid("holds a user name or a password; write %sHOST/REPOSITORY:TAG and log in with docker login HOST", Scheme)
	case strings.Contains(rest, "?"):
		return Reference{}, errors.Invalid("holds a query, which no registry takes; leave out what begins at the question mark")
	case host == "" || strings.HasPrefix(host, ":"):
		return Reference{}, errors.Invalid("has no host; write %sHOST/REPOSITORY:TAG", Scheme)
	case !ok || path == "":
		return Reference{}, errors.Invalid("has no repository; write %s%s/REPOSITORY:TAG", Scheme, host)
	}
	r := Reference{Registry: strings.ToLower(host)}
	path, r.Digest, ok = strings.Cut(path, "@")
	if ok && digest.Digest(r.Digest).Validate() != nil {
		// It may be a password with a slash in it, and is not shown.
		return r, errors.Invalid("has something after @ that is not a digest; use sha256: and 64 hexadecimal digits in lower case, or remove it")
	}
	r.Repository, r.Tag, ok = strings.Cut(path, ":")
	if ok && r.Tag == "" {
		return r, errors.Invalid("ends in a colon; write a tag after it or leave it out")
	}
	return r, r.check()
}

// maxName is the length that the distribution grammar allows for a registry and a repository
// together.
const maxName = 255

// check holds the reference against the distribution grammar.
func (r Reference) check() error {
	target := registry.Reference{Registry: r.Registry, Repository: r.Repository, Reference: r.Tag}
	switch {
	case target.ValidateRegistry() != nil:
		return errors.Invalid("has the invalid host %.100q; use a host name, with :PORT after it if the registry needs one", r.Registry)
	case len(r.Registry)+1+len(r.Repository) > maxName:
		return errors.Invalid("is longer than the %d characters that registries allow", maxName)
	case target.ValidateRepository() != nil:
		lower := strings.ToLower(r.Repository)
		target.Repository = lower
		if lower != r.Repository && target.ValidateRepository() == nil {
			return errors.Invalid("has upper-case letters in the repository, which registries refuse; write %q", lower)
		}
		return errors.Invalid("has the repository %.100q; write lower-case letters, digits, and between them . _ __ or -, with / between the parts", r.Repository)
	}
	if r.Digest != "" && digest.Digest(r.Digest).Validate() != nil {
		return errors.Invalid("has the invalid digest %.100q; use sha256: and 64 hexadecimal digits in lower case", r.Digest)
	}
	if r.Tag == "" {
		return nil
	}
	return checkTag(r.Tag)
}

// checkTag refuses what is no tag by the distribution grammar.
func checkTag(tag string) error {
	if (registry.Reference{Reference: tag}).ValidateReferenceAsTag() != nil {
		return errors.Invalid("has the tag %.150q; write up to 128 letters, digits, _ . or -, the first one a letter, a digit or _", tag)
	}
	return nil
}

// redact hides what may be a password: everything before an @ that introduces no digest, and
// everything after a ?.
func redact(s string) string {
	if i := strings.LastIndex(s, "@"); i >= 0 && digest.Digest(s[i+1:]).Validate() != nil {
		s = "…" + s[i:]
	} else if user := strings.IndexByte(s, '@'); user >= 0 && user < i {
		s = "…" + s[user:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s = s[:i] + "?…"
	}
	return s
}
