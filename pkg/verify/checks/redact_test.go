package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// TestNoSecretIsTold lets what other libraries say of a bundle hold its secrets.
func TestNoSecretIsTold(t *testing.T) {
	const hush = "hush-hush-hush"
	secret := edit(pre, "      quota: 4", "      quota: 4\n      password: "+hush)
	for name, breakIt := range map[string]func(*testing.T, fstest.MapFS){
		"a schema":            all(secret, add("gpu-operator-pre/values.schema.json", `{"properties":{"gpu-operator":{"properties":{"password":{"pattern":"^x"}}}}}`)),
		"a template":          all(secret, add("gpu-operator-pre/templates/z.yaml", `{{ fail (printf "bad %s" (index .Values "gpu-operator").password) }}`)),
		"values of a map":     all(edit(configMap, "quota: 1", "quota: 1\n      token: "+hush), add("gpu-operator-pre/templates/z.yaml", `{{ fail (index .Values "gpu-operator").token }}`)),
		"a generator":         edit(listing, "resources:", "secretGenerator:\n- {name: x, literals: ["+hush+"]}\nresources:"),
		"an entry":            edit(listing, "resources:", "resources:\n- me:"+hush+"@example.com/a.yaml"),
		"an entry from above": edit(listing, "resources:", "resources:\n- ../me:"+hush+"@example.com/a.yaml"),
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			breakIt(t, bundle)
			report := verifyAll(t, bundle, verify.Options{})
			if report.Count(verify.SeverityError) == 0 {
				t.Errorf("nothing is wrong:\n%s", list(report))
			}
			if text := list(report) + formatted(t, "text", report); strings.Contains(text, hush) {
				t.Errorf("the secret is told:\n%s", text)
			}
		})
	}
}
