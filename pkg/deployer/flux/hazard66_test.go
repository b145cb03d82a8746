package flux

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestHazard66_APageInABrowserIsNoRepository(t *testing.T) {
	for page, want := range map[string]string{
		"https://github.com/org/repo/tree/main/clusters/a":            "use `RepoURL` https://github.com/org/repo, `TargetRevision` main and `RepoPath` clusters/a",
		"https://github.com/org/repo/tree/main":                       "use `RepoURL` https://github.com/org/repo, `TargetRevision` main and `RepoPath` .",
		"https://github.com/org/repo/blob/v1/README.md":               "`TargetRevision` v1 and `RepoPath` README.md",
		"https://gitlab.example.com/g/sub/repo/-/tree/prod/a":         "use `RepoURL` https://gitlab.example.com/g/sub/repo, `TargetRevision` prod and `RepoPath` a",
		"https://gitea.example.com:3000/org/repo/src/branch/main/a/b": "use `RepoURL` https://gitea.example.com:3000/org/repo, `TargetRevision` main and `RepoPath` a/b",
		"https://bitbucket.org/org/repo/src/main/a":                   "use `RepoURL` https://bitbucket.org/org/repo, `TargetRevision` main and `RepoPath` a",
	} {
		_, err := GitURL(page)
		if err == nil || errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "is that of a page in a browser; ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", page, err, want)
		}
	}
	for _, repo := range []string{
		"https://github.com/org/repo", "https://github.com/org/repo.git", "https://github.com/org/tree", "https://gitlab.com/tree/main/repo", "https://gitlab.com/group/src/repo.git", "https://gitlab.com/group/sub/src/repo", "https://gitlab.com/group/sub/tree/repo.git",
		"https://git.example.com/scm/project/repo.git", "https://dev.azure.com/org/project/_git/repo", "ssh://git@github.com/org/repo/tree/x", "git@github.com:org/repo.git",
	} {
		if _, err := GitURL(repo); err != nil {
			t.Errorf("%s: %v", repo, err)
		}
	}
}
