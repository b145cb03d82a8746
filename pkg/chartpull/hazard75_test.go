package chartpull

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/charttest"
)

// TestHazard75_ArchivesOfAMirrorComeFromTheMirror, although its index is a copy, with the addresses
// of the servers that it is a mirror of.
func TestHazard75_ArchivesOfAMirrorComeFromTheMirror(t *testing.T) {
	old, mirror, registry := newRepository(t), newRepository(t), newRegistry(t)
	web := charttest.Chart(t, "web", "1.2.3")
	mirror.put("/charts/web-1.2.3.tgz", web)
	mirror.put("/registry/web.tgz", web)
	registry.push(t, "web", "1.2.3", web)
	rewrites, err := recipe.ParseRewrites([]string{
		old.URL + "/stable=" + mirror.url(), old.URL + "/releases=" + mirror.URL + "/registry", "oci://ghcr.io=oci://" + registry.host,
		mirror.URL + "/moved=" + mirror.url(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, listed := range map[string]string{
		"the repository's own":       old.URL + "/stable/web-1.2.3.tgz",
		"of another server":          old.URL + "/releases/web.tgz",
		"relative":                   "web-1.2.3.tgz",
		"of a registry":              "oci://ghcr.io/org/charts/web:1.2.3",
		"elsewhere on the mirror":    mirror.URL + "/moved/web-1.2.3.tgz",
		"of a server that redirects": mirror.URL + "/redirect",
	} {
		t.Run(name, func(t *testing.T) {
			mirror.put("/charts/index.yaml", nil)
			mirror.list("web", "1.2.3", listed, digestOf(web))
			mirror.set(func(s *server) {
				s.fault = func(w http.ResponseWriter, r *http.Request) bool {
					if r.URL.Path != "/redirect" {
						return false
					}
					http.Redirect(w, r, old.URL+"/stable/web-1.2.3.tgz", http.StatusFound)
					return true
				}
			})
			p := newPuller(t)
			p.Rewrites = rewrites
			if tgz, _, _ := mustPull(t, p, mirror.component("web", "1.2.3")); !bytes.Equal(tgz, web) {
				t.Error("it is another chart")
			}
			if asked := old.asked(); len(asked) > 0 {
				t.Errorf("the old server was asked for %s", asked[0].URL)
			}
		})
	}
}
