package images

import (
	"strings"
	"unicode"

	"github.com/google/go-containerregistry/pkg/name"
)

// found is one image where it stands.
type found struct {
	// reference is the whole one, written what stands there; of parts, what they make.
	reference, written string
	pinned, untagged   bool
	how                Found
	// off says that it stands in a part of a custom resource with "enabled: false".
	off bool
	// note says where the tag comes from that reference lacks, because the bundle does not tell it.
	note string
	// ofNode says that Options.NodeOS completes the tag.
	ofNode bool
}

// parse completes a reference as container runtimes do: docker.io, library/ and :latest are made
// explicit. Unlike them it keeps a tag beside a digest.
func parse(written string, how Found) (found, bool) {
	f := found{written: written, how: how}
	base, digest, pinned := strings.Cut(written, "@")
	tag, err := name.NewTag(base, name.WeakValidation)
	if err != nil || strings.Contains(base, "//") || strings.HasPrefix(base, "/") || strings.ContainsFunc(base, notASCII) {
		return f, false
	}
	if pinned {
		if _, err := name.NewDigest(written, name.WeakValidation); err != nil {
			return f, false
		}
	}
	hasTag := strings.Contains(base[strings.LastIndex(base, "/")+1:], ":")
	f.pinned, f.untagged = pinned, !pinned && !hasTag
	f.reference = tag.Context().Name()
	if path, ok := strings.CutPrefix(f.reference, name.DefaultRegistry+"/"); ok {
		f.reference = "docker.io/" + path
	}
	if hasTag || !pinned {
		f.reference += ":" + tag.TagStr()
	}
	if pinned {
		f.reference += "@" + digest
	}
	return f, true
}

// notASCII: the parser takes a host of any letters, and no runtime does.
func notASCII(r rune) bool { return r > unicode.MaxASCII }

// looksWhole tells whether a text can hardly be anything else than a reference: HOST.NAME/PATH:TAG,
// or with a digest. A tag of digits only may be a port, and KEY:EFFECT is a taint.
func looksWhole(text string) bool {
	base, _, pinned := strings.Cut(text, "@")
	host, rest, ok := strings.Cut(base, "/")
	if !ok || !isHost(host) {
		return false
	}
	_, tag, tagged := strings.Cut(rest[strings.LastIndex(rest, "/")+1:], ":")
	switch tag {
	case "NoSchedule", "PreferNoSchedule", "NoExecute":
		return pinned
	}
	return pinned || tagged && strings.Trim(tag, "0123456789") != ""
}

// isHost tells whether what stands before the first slash is a host: NAME.NAME, or with a port.
func isHost(text string) bool {
	host, port, hasPort := strings.Cut(text, ":")
	if hasPort && (port == "" || strings.Trim(port, "0123456789") != "") {
		return false
	}
	return (hasPort || strings.Contains(host, ".")) && !strings.ContainsAny(host, "=@$")
}

// looksNamed tells whether a text is a reference because a variable or a flag of that name holds
// it. A name such as IMAGE_REPOSITORY speaks of a part of one, so that only a tag or a digest
// tells.
func looksNamed(holder, text string) bool {
	holder = strings.ToLower(holder)
	return strings.Contains(holder, "image") && strings.Contains(text, "/") && !strings.ContainsAny(text, " \t\n") && looksLikeOne(text) && (strings.HasSuffix(holder, "image") || isTagged(text))
}

func isTagged(text string) bool {
	return strings.Contains(text[strings.LastIndex(text, "/")+1:], ":") || strings.Contains(text, "@")
}

// looksLikeOne tells whether a text under a name such as image is a reference, not a word.
func looksLikeOne(text string) bool {
	base, _, pinned := strings.Cut(text, "@")
	return pinned || strings.Contains(strings.TrimPrefix(base, "."), "/") && !strings.Contains(base, "://") ||
		strings.Contains(base[strings.LastIndex(base, "/")+1:], ":")
}
