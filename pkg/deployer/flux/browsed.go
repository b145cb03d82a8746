package flux

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
)

// page matches the address, without its scheme, of a page that shows a branch of a repository: of
// GitLab; of GitHub, Gitea and Bitbucket.
var page = regexp.MustCompile(`^([^/]+/[^/]+/.+?)/-/(?:tree|blob|raw)/([^/]+)(?:/(.*))?$|` +
	`^([^/]+/[^/]+/[^/]+)/(?:tree|blob|raw|src/branch)/([^/]+)(?:/(.*))?$|` +
	`^(bitbucket\.org/[^/]+/[^/]+)/src/([^/]+)(?:/(.*))?$`)

// browsed takes the address of such a page apart. git knows no such repository.
func browsed(u *url.URL) (repo, branch, dir string, ok bool) {
	m := page.FindStringSubmatch(u.Host + strings.TrimRight(u.Path, "/"))
	if m == nil || u.Scheme == "ssh" || strings.HasSuffix(m[0], ".git") {
		return "", "", "", false
	}
	return u.Scheme + "://" + cmp.Or(m[1], m[4], m[7]), cmp.Or(m[2], m[5], m[8]), cmp.Or(m[3], m[6], m[9], "."), true
}
