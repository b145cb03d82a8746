package checks_test

import "testing"

func TestSourceRef(t *testing.T) {
	const git = "sources/gitrepo-github-com-acme-clusters.yaml"
	each(t, "source-ref",
		defect{name: "none", breakIt: edit(git, "  ref:\n    branch: main\n", ""), at: git + ":7", path: "spec.ref", says: "takes master", warning: true},
		defect{name: "no branch", breakIt: edit(git, "branch: main", "branch: ''"), at: git + ":10", path: "spec.ref", says: "takes master", warning: true},
	)
}
