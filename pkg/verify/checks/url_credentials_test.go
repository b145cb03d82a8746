package checks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestURLCredentials(t *testing.T) {
	const (
		source = "sources/helmrepo-charts-jetstack-io.yaml"
		git    = "sources/gitrepo-github-com-acme-clusters.yaml"
	)
	each(t, "url-credentials",
		defect{name: "password", breakIt: edit(source, "https://", "https://robot:hunter2@"), at: source + ":9", path: "spec.url", says: "holds credentials"},
		defect{name: "token", breakIt: edit(git, "https://", "https://hunter2@"), at: git + ":9", says: "holds credentials"},
		defect{name: "password of SSH", also: []string{"source-settings"}, breakIt: edit(git, "https://", "ssh://git:hunter2@"), at: git + ":9", says: "holds credentials"},
		defect{
			name: "values", warning: true, breakIt: edit(certManager, "    crds:\n", "    proxy: http://me:hunter2@proxy:3128\n    crds:\n"),
			at: certManager + ":34", path: "spec.values.proxy", says: "holds a password",
		},
		defect{
			name: "dependency of a chart", breakIt: edit(chartYAML, "type: application\n", "type: application\nhome: https://me:hunter2@example.com\n"),
			at: chartYAML + ":4", says: "holds a password",
		},
	)
}

func TestURLsWithoutCredentials(t *testing.T) {
	for _, value := range []string{"http://me:$(PASSWORD)@proxy", "postgres://me@db/x", "https://h/a?to=x@y", "mail me@example.com via smtp://h:25"} {
		bundle := load(t, "git")
		edit(certManager, "    crds:\n", "    proxy: "+value+"\n    crds:\n")(t, bundle)
		passes(t, bundle, verify.Options{})
	}
	bundle := load(t, "git")
	edit("sources/gitrepo-github-com-acme-clusters.yaml", "https://github.com/acme/clusters.git", "ssh://git@github.com/acme/clusters.git\n  secretRef: {name: key}")(t, bundle)
	passes(t, bundle, verify.Options{})
}

// No report says what a secret is, in whatever form.
func TestNoSecretInReports(t *testing.T) {
	bundle := load(t, "git")
	all(
		edit("sources/helmrepo-charts-jetstack-io.yaml", "https://", "https://robot:hunter2@"),
		edit("sources/gitrepo-github-com-acme-clusters.yaml", "https://", "https://hunter2@"),
		edit(certManager, "    crds:\n", "    proxy: http://me:hunter2@proxy:3128\n    password: hunter2\n    crds:\n"),
		edit(configMap, "      quota: 1\n", "      quota: 1\n      token: hunter2\n"),
	)(t, bundle)
	report := verifyAll(t, bundle, verify.Options{})
	if data, err := json.Marshal(report); err != nil || strings.Contains(string(data), "hunter2") || len(report.Findings) < 5 {
		t.Errorf("%s %v", data, err)
	}
}
