package flux

import (
	"cmp"
	"net/url"
	"regexp"
)

// page matches the path of a page that shows a branch of a repository: of GitLab, GitHub, Gitea and
// Bitbucket, in this order.
var page = regexp.MustCompile(`^(/[^/]+/.+?)/-/(?:tree|blob|raw)/([^/]+)(?:/(.*))?$|` +
	`^(/[^/]+/[^/]+)/(?:tree|blob|raw|src/branch|src)/([^/]+)(?:/(.*))?$`)

// browsed takes the address of such a page apart. git knows no such repository.
func browsed(u *url.URL) (repo, branch, dir string, ok bool) {
	m := page.FindStringSubmatch(u.Path)
	if m == nil {
		return "", "", "", false
	}
	root := url.URL{Scheme: u.Scheme, Host: u.Host, Path: cmp.Or(m[1], m[4])}
	return root.String(), cmp.Or(m[2], m[5]), cmp.Or(m[3], m[6], "."), true
}
