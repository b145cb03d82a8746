package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// obeyed are texts that a terminal, a reader's eye or a CI system takes for more than text.
var obeyed = []string{"\x1b]0;title\x07", "\u009b31m", "a\r::notice::b", "a\n::error file=x::owned", "##[error]z", "##vso[task.complete]", "\u202egnp.exe", "\x7f"}

// clean fails where an output holds something that would be obeyed. Of GitHub's own format the lines
// are commands.
func clean(t *testing.T, what, out string, github bool) {
	t.Helper()
	for _, r := range out {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Errorf("%s holds %U:\n%q", what, r, out)
			break
		}
	}
	for line := range strings.Lines(out) {
		if !github && strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			t.Errorf("%s has a line that a CI system obeys: %q", what, line)
		}
	}
}

// TestHazard74_NothingThatABundleSaysIsObeyed has names, images and files of a bundle that somebody else
// made in everything that the program prints of it.
func TestHazard74_NothingThatABundleSaysIsObeyed(t *testing.T) {
	for i, text := range obeyed {
		quoted := jsonText(t, text)
		dir := t.TempDir()
		write(t, dir, "kustomization.yaml", "resources: [a.yaml]\n")
		write(t, dir, "a.yaml", fmt.Sprintf(`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: %[1]s}
spec:
  dependsOn: [{name: %[1]s}]
  chart: {spec: {chart: ./app, sourceRef: {kind: GitRepository, name: %[1]s}}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: %[1]s, namespace: %[1]s}
spec: {url: "https://example.com/x", interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s, namespace: app}
spec: {template: {spec: {containers: [{name: a, image: nginx:1}, {name: b, image: %[1]s}, {name: c, image: %[2]s}]}}}
---
apiVersion: example.com/v1
kind: %[1]s
metadata: {name: x, namespace: app}
spec: {image: "ghcr.io/org/app", version: %[1]s}
`, quoted, jsonText(t, "ghcr.io"+text+"/a:1")))
		write(t, dir, "app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n")
		write(t, dir, "app/templates/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx:2}, {name: b, image: "+quoted+"}]}\n")
		said := 0
		for _, args := range [][]string{
			{"images", dir},
			{"images", dir, "--format", "list"},
			{"images", dir, "--format", "json"},
			{"images", dir, "--format", "yaml"},
			{"plan", dir, "--clusters", "2"},
			{"plan", dir, "--format", "json"},
			{"verify", dir},
			{"verify", dir, "--format", "json"},
			{"verify", dir, "--format", "sarif"},
			{"verify", dir, "--format", "github"},
			{"push", dir, "oci://registry.invalid/a:1"},
		} {
			_, stdout, stderr := run(t.Context(), args...)
			clean(t, fmt.Sprintf("%d: stdout of %q", i, args), stdout, args[len(args)-1] == "github")
			clean(t, fmt.Sprintf("%d: stderr of %q", i, args), stderr, false)
			said += len(stdout)
			if args[len(args)-1] == "json" && stdout != "" && !json.Valid([]byte(stdout)) {
				t.Errorf("%d: %q prints no JSON:\n%s", i, args, stdout)
			}
		}
		if said < 1000 {
			t.Errorf("%q: %d bytes printed prove nothing", text, said)
		}
	}
}

// TestHazard74_NothingThatAServerOrARecipeSaysIsObeyed is about errors and warnings.
func TestHazard74_NothingThatAServerOrARecipeSaysIsObeyed(t *testing.T) {
	for i, text := range obeyed {
		quoted := jsonText(t, text)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/v2/") {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = fmt.Fprintf(w, `{"errors": [{"code": %[1]s, "message": %[1]s, "detail": %[1]s}]}`, quoted)
				return
			}
			_, _ = fmt.Fprintf(w, "%[1]s: x\nkind: %[1]s\ncomponentRefs: [{name: %[1]s, namespace: %[1]s, source: %[1]s, version: %[1]s, %[1]s: 1, valuesFile: %[1]s}]\n", quoted)
		}))
		dir := t.TempDir()
		write(t, dir, "recipe.yaml", fmt.Sprintf("%[1]s: x\nmetadata: {%[1]s: x}\ncomponentRefs: [{name: a, namespace: a, source: 'https://e.example', version: %[1]s, overrides: {%[1]s: {password: x}}}]\n", quoted))
		host := strings.TrimPrefix(server.URL, "http://")
		for _, args := range [][]string{
			{"bundle", "-r", server.URL + "/recipe", "--dry-run"},
			{"bundle", "-r", filepath.Join(dir, "recipe.yaml"), "--dry-run"},
			{"bundle", "-r", filepath.Join(dir, "recipe.yaml"), "--dry-run", "--format", "json"},
			{"pull", "oci://" + host + "/a:1", filepath.Join(dir, "out"), "--plain-http"},
			{"bundle", "-r", text},
			{"verify", text},
			{text},
			{"bundle", "--" + text},
			{"bundle", "-r", "x", "--order", text},
		} {
			_, stdout, stderr := run(t.Context(), args...)
			clean(t, fmt.Sprintf("%d: stdout of %q", i, args), stdout, false)
			clean(t, fmt.Sprintf("%d: stderr of %q", i, args), stderr, false)
			if stderr == "" {
				t.Errorf("%q says nothing", args)
			}
		}
		server.Close()
	}
}

// jsonText is the text as a JSON string, in which YAML can hold everything, too.
func jsonText(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for _, r := range text {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return `"` + b.String() + `"`
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
