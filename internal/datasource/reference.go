package datasource

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/internal/cache"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// Forms says what can be written, for messages.
const Forms = "a directory, an archive (.tar.gz, a path or https://), github:OWNER/REPO@REF, or oci://HOST/REPOSITORY@sha256:…"

// Reference names a place of data. The zero value is not one.
type Reference struct {
	// text is the reference as it was given, without the pin.
	text string
	// pin is the SHA-256 that the archive must have, in hex; empty for any.
	pin string

	// One of these is set, and none for a path.
	web    string // an http or https URL
	github repository
	image  oci.Reference
}

// repository is one on GitHub at a ref.
type repository struct {
	name string // OWNER/REPO
	ref  string
	dir  string // below its root; empty: where data usually are
}

const (
	githubPrefix = "github:"
	pinPrefix    = "sha256:"
)

// Parse reads a reference. It looks at no disk and no network.
func Parse(text string) (Reference, error) {
	if text == "" {
		return Reference{}, errors.Invalid("`Data` is empty; name %s", Forms)
	}
	r, err := parse(text)
	if oci.IsReference(text) {
		return r, errors.In(err, "`Data`") // its own errors name it
	}
	return r, errors.In(err, "`Data` %.300q", redact(text))
}

func parse(text string) (r Reference, err error) {
	if r.text, r.pin, err = cutPin(text); err != nil {
		return r, err
	}
	scheme, _, hasScheme := strings.Cut(r.text, "://")
	switch {
	case strings.HasPrefix(r.text, githubPrefix):
		r.github, err = parseRepository(strings.TrimPrefix(r.text, githubPrefix))
	case oci.IsReference(r.text):
		if r.image, err = oci.ParseSource(r.text); err == nil && !strings.HasPrefix(r.image.Digest, pinPrefix) {
			err = errors.Invalid("reference %q names no digest, and a tag can move; write %s@sha256:…", r.image, r.image.URL())
		}
	case strings.EqualFold(scheme, "https"), strings.EqualFold(scheme, "http"):
		r.web, err = parseURL(r.text, r.pin != "")
	case hasScheme:
		err = errors.Invalid("has the scheme %.20q, which cannot be read; name %s", scheme, Forms)
	}
	return r, err
}

// cutPin cuts #sha256:HEX off. Anything else with # can be the path of a directory.
func cutPin(text string) (rest, pin string, err error) {
	rest, pin, pinned := strings.Cut(text, "#"+pinPrefix)
	switch {
	case !pinned:
		return text, "", nil
	case !cache.IsSum(pin):
		return "", "", errors.Invalid("has a # with an invalid digest; write #sha256: and 64 hexadecimal digits in lower case, or leave it out")
	case rest == "":
		return "", "", errors.Invalid("is a digest alone; name the archive before it")
	}
	return rest, pin, nil
}

var (
	// ownerRepo is what GitHub allows as names.
	ownerRepo = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$`)
	// gitRef matches less than git does, so that nothing in a ref means something in a URL.
	gitRef = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9][A-Za-z0-9._+-]*)*$`)
)

func parseRepository(text string) (r repository, err error) {
	var hasRef, hasDir bool
	r.name, r.ref, hasRef = strings.Cut(text, "@")
	r.ref, r.dir, hasDir = strings.Cut(r.ref, "//")
	_, repo, _ := strings.Cut(r.name, "/")
	switch {
	case !hasRef || r.ref == "":
		return r, errors.Invalid("names no ref; write github:OWNER/REPO@REF, where REF is a tag such as v1.3.0, a branch or a commit")
	case !ownerRepo.MatchString(r.name) || repo == "." || repo == "..":
		return r, errors.Invalid("has no repository of GitHub before @; write github:OWNER/REPO@REF")
	case !gitRef.MatchString(r.ref) || len(r.ref) > 200 || strings.Contains(r.ref, "..") || strings.HasSuffix(r.ref, ".lock"):
		return r, errors.Invalid("has an invalid ref after @; write the name of a tag or a branch, or a commit, with //DIR after it for a directory")
	case hasDir && !fs.ValidPath(r.dir):
		return r, errors.Invalid("has an invalid directory after //; write a path relative to the root of the repository, or . for the root itself")
	}
	return r, nil
}

func parseURL(text string, pinned bool) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return "", errors.Invalid("is a URL that cannot be parsed; write https://HOST/PATH.tar.gz")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery:
		return "", errors.Invalid("is a URL with credentials or a query, which may be a secret, and a bundle says what it was made from; download the archive and name the file")
	case u.Fragment != "" || strings.Contains(text, "#"):
		return "", errors.Invalid("is a URL with something after #; only #sha256:… may stand there, the digest of the archive")
	case !strings.EqualFold(u.Scheme, "https") && !pinned:
		return "", errors.Invalid("is a URL of plain HTTP, where anybody on the way can change what is sent; use https://, or add #sha256: and the digest of the archive")
	}
	return u.String(), nil
}

// redact hides what may be a secret in a URL.
func redact(text string) string {
	at := strings.Index(text, "://")
	if at < 0 {
		return text
	}
	if user := strings.LastIndexByte(text, '@'); user > at {
		text = text[:at+3] + "…" + text[user:]
	}
	text, _, query := strings.Cut(text, "?")
	if query {
		text += "?…"
	}
	return text
}

// String is the reference as it was given, without the pin.
func (r Reference) String() string { return r.text }

// Remote reports whether the data are not on this machine.
func (r Reference) Remote() bool {
	return r.web != "" || r.github.name != "" || r.image.Registry != ""
}

// AnyRemote reports whether one of the references is remote. One that cannot be read is not.
func AnyRemote(texts []string) bool {
	for _, text := range texts {
		if r, err := parse(text); err == nil && r.Remote() {
			return true
		}
	}
	return false
}

// fixed reports whether the archive can never become another one.
func (r Reference) fixed() bool { return r.pin != "" || r.image.Registry != "" }

// location is what the archive is downloaded from: a URL, or a reference of a registry. github is
// the address of GitHub.
func (r Reference) location(github string) string {
	switch {
	case r.web != "":
		return r.web
	case r.github.name != "":
		return github + path.Join("/", r.github.name, "archive", r.github.ref+".tar.gz")
	}
	return r.image.URL() + "@" + r.image.Digest
}
