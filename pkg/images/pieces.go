package images

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// pieces are parts of one reference that stand side by side, in fields, variables or keys:
//
//	repository: nvcr.io/nvidia    repository: quay.io/org/agent       PROXY_IMAGE_REGISTRY=quay.io
//	image: driver                 tag: v1.2.3                         PROXY_IMAGE_REPOSITORY=org/proxy
//	version: 580.82.07            registry: quay.io                   PROXY_IMAGE_TAG=v1.2.3
type pieces struct {
	registry, repository, name, tag, digest string
	// spoken says that a key has the word image, emptyTag that there is a tag without a value.
	spoken, emptyTag bool
}

// group puts together what differs in the last word of its key only: imageRepository and imageTag,
// PROXY_IMAGE_NAME and PROXY_IMAGE_TAG. The groups are named by the other words.
func group(fields map[string]string) map[string]*pieces {
	groups := map[string]*pieces{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		all := words(key)
		last := len(all) - 1
		if last < 0 {
			continue
		}
		before := all[:last]
		spoken := slices.Contains(all, "image")
		if n := len(before); n > 0 && before[n-1] == "image" {
			before = before[:n-1]
		}
		p := groups[strings.Join(before, " ")]
		if p == nil {
			p = &pieces{}
		}
		if p.set(all[last], fields[key], spoken) {
			p.spoken = p.spoken || spoken
			groups[strings.Join(before, " ")] = p
		}
	}
	return groups
}

// set takes what a key with this last word holds. A name is one of an image only where that is said.
func (p *pieces) set(word, value string, spoken bool) bool {
	switch word {
	case "registry", "hub":
		p.registry = value
	case "repository", "repo":
		p.repository = value
	case "image":
		p.name = value
	case "name":
		if !spoken {
			return false
		}
		p.name = cmp.Or(p.name, value)
	case "tag", "version":
		p.tag, p.emptyTag = cmp.Or(value, p.tag), value == "" && p.tag == "" // version comes last
	case "digest", "sha", "sha256":
		if !strings.HasPrefix(value, "sha256:") {
			return false
		}
		p.digest = value
	default:
		return false
	}
	return true
}

// base is the reference without tag and digest.
func (p pieces) base() string {
	var all []string
	for _, part := range []string{p.registry, p.repository, p.name} {
		if part != "" {
			all = append(all, strings.TrimSuffix(part, "/"))
		}
	}
	return strings.Join(all, "/")
}

func (p pieces) reference() string { return join(p.base(), p.tag, p.digest) }

// words splits a key: PROXY_IMAGE_TAG, proxy-image-tag and proxyImageTag are the same.
func words(key string) []string {
	var b strings.Builder
	lower := false
	for _, r := range key {
		switch {
		case r == '_' || r == '-' || r == '.' || r == '/':
			r = ' '
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}

// join joins what is there. A version may be a digest, as for NVIDIA's operators.
func join(repository, version, digest string) string {
	if strings.HasPrefix(version, "sha256:") {
		version, digest = "", version
	}
	if version != "" {
		repository += ":" + version
	}
	if digest != "" {
		repository += "@" + digest
	}
	return repository
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// scalar is text that may be written as a number: version: 580.
func scalar(m map[string]any, key string) string {
	s, _ := scalarOf(m[key])
	return s
}

func scalarOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// scalars are the fields of a map that hold a text or a number.
func scalars(m map[string]any) map[string]string {
	all := map[string]string{}
	for key, v := range m {
		if s, ok := scalarOf(v); ok {
			all[key] = s
		}
	}
	return all
}
