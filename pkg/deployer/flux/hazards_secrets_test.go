package flux_test

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// withSecret is a component with a chart, and a chart of manifests before it that reads values.
func withSecret() *flux.Generator {
	g := newGenerator(chartRef("gpu"))
	g.ComponentValues["gpu"] = map[string]any{
		"auth": map[string]any{"user": "admin", "password": "hunter2"}, "annotations": map[string]any{"a.b/c": "hunter2"}, "only": map[string]any{"token": "hunter2"},
	}
	g.RecipeResult.ComponentRefs[0].Overrides = g.ComponentValues["gpu"]
	g.ComponentPreManifests["gpu"] = manifests("m.yaml", reading, "none.yaml", manifest)
	g.SecretValues["gpu"] = []deployer.SecretValue{
		{Path: "auth.password", Secret: "gpu-login", Key: "password"},
		{Path: `annotations.a\.b/c`, Secret: "gpu-login", Key: "note.txt"},
		{Path: "only.token", Secret: "earlier", Key: "token"},
		{Path: "not.set", Secret: "gpu-token", Key: "other"},
		{Path: "only.token", Secret: "gpu-token", Key: "token"},
	}
	return g
}

// TestHazard18_ASecretOfTheClusterGivesTheValue in every form of a bundle: the value stands in no
// file, and Helm's own parser puts that of the Secret exactly where it was.
func TestHazard18_ASecretOfTheClusterGivesTheValue(t *testing.T) {
	vendored := withSecret()
	vendored.VendorCharts, vendored.Puller = true, stubPuller{t}
	dynamic := withSecret()
	dynamic.DynamicValues["gpu"] = []string{"auth.user"}
	for name, g := range map[string]*flux.Generator{"git": withSecret(), "oci": inOCI(withSecret()), "vendored": vendored, "dynamic": dynamic} {
		t.Run(name, func(t *testing.T) {
			plan, fsys, _ := proved(t, g)
			samePlan(t, plan, fsys)
			for file, content := range fsys {
				if strings.Contains(string(content.Data), "hunter2") {
					t.Errorf("%s has the value", file)
				}
			}
			if hasWarning(plan.Warnings, "secret") {
				t.Errorf("warnings %q", plan.Warnings)
			}
			for release, below := range map[string][]string{"gpu-pre": {"gpu"}, "gpu": nil} {
				if release == "gpu" && name == "vendored" {
					below = []string{"gpu"}
				}
				if got := len(helmRelease(t, fsys, release).Spec.ValuesFrom); got != 4 && name != "dynamic" {
					t.Errorf("%s has %d references", release, got)
				}
				got := inCluster(t, fsys, release)
				for _, path := range [][]string{{"auth", "password"}, {"annotations", "a.b/c"}, {"only", "token"}, {"not", "set"}} {
					if v, _ := values.Get(got, slices.Concat(below, path)); v != rollout.SecretPlaceholder {
						t.Errorf("%s: %v is %v", release, path, v)
					}
				}
				if v, _ := values.Get(got, slices.Concat(below, []string{"auth", "user"})); v != "admin" {
					t.Errorf("%s: what stands beside is %v", release, v)
				}
			}
			secretsAreTold(t, plan)
		})
	}
}

// inCluster are the values that Helm gets.
func inCluster(t *testing.T, fsys fs.FS, name string) map[string]any {
	t.Helper()
	read, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range read.Releases {
		if release.Name == name {
			composed, _ := read.Compose(release)
			return composed
		}
	}
	t.Fatalf("no release %s", name)
	return nil
}

// secretsAreTold checks that notes and README say how to make the Secrets.
func secretsAreTold(t *testing.T, plan *flux.Plan) {
	t.Helper()
	files, err := plan.Render()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := fs.ReadFile(files.FS(), "README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(readme), strings.Join(plan.Output().DeploymentNotes, "\n")} {
		for _, word := range []string{
			"kubectl create secret generic gpu-login -n flux-system --from-literal=note.txt=VALUE --from-literal=password=VALUE",
			"kubectl create secret generic gpu-token -n flux-system --from-literal=other=VALUE --from-literal=token=VALUE",
			"kubectl label secret -n flux-system reconcile.fluxcd.io/watch=Enabled gpu-login gpu-token",
		} {
			if !strings.Contains(text, word) {
				t.Errorf("lacks %q:\n%s", word, text)
			}
		}
	}
}

func TestHazard18_SecretValuesThatCannotWorkAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		path, secret, key string
		dynamic           string
		says              string
	}{
		"a map":            {path: "auth", says: `secret value "auth" holds a map, and a Secret gives one value`},
		"through a text":   {path: "auth.user.name", says: `secret value path "auth.user.name": "auth.user" holds text, not a map`},
		"a list":           {path: "env[0].value", says: "has an index"},
		"no path":          {path: "", says: "empty key"},
		"a parent":         {path: "only", says: `secret values "only" and "only.token" exclude each other`},
		"a child":          {path: "only.token.x", says: `secret values "only.token" and "only.token.x" exclude each other`},
		"dynamic":          {path: "auth.user", dynamic: "auth.user", says: `secret value "auth.user" and dynamic path "auth.user" exclude each other`},
		"inside dynamic":   {path: "auth.user", dynamic: "auth", says: `dynamic path "auth" exclude`},
		"around dynamic":   {path: "a", dynamic: "a.b", says: `dynamic path "a.b" exclude`},
		"a key with =":     {path: "a=b", says: "a targetPath of Flux has at most 250 letters"},
		"too long":         {path: strings.Repeat("a", 251), says: "at most 250"},
		"too deep":         {path: strings.Repeat("a.", 40) + "a", says: "this path leads nowhere in Helm"},
		"name of a Secret": {path: "a", secret: "hunter2=", says: "the name of the Secret is not one"},
		"key of a Secret":  {path: "a", key: "hunter2=", says: "cannot be a key"},
		"no Secret":        {path: "a", secret: " ", says: "the name of the Secret is not one"},
	} {
		t.Run(name, func(t *testing.T) {
			g := withSecret()
			g.SecretValues["gpu"] = append(g.SecretValues["gpu"][2:3:3], deployer.SecretValue{Path: c.path, Secret: cmp.Or(c.secret, "s"), Key: cmp.Or(c.key, "k")})
			if c.dynamic != "" {
				g.DynamicValues["gpu"] = []string{c.dynamic}
			}
			refuses(t, g, `component "gpu"`, c.says)
			if _, err := g.Plan(t.Context()); strings.Contains(err.Error(), "hunter2") {
				t.Errorf("tells what may be the secret itself: %v", err)
			}
		})
	}
	g := withSecret()
	g.SecretValues["gpo"] = nil
	refuses(t, g, `SecretValues has an entry for "gpo", which is no component`)
}

// TestHazard18_TheWarningNamesTheOption, ready to be typed, where the option can do it.
func TestHazard18_TheWarningNamesTheOption(t *testing.T) {
	for path, c := range map[string]struct {
		values map[string]any
		says   string
	}{
		"nested":   {map[string]any{"db": map[string]any{"password": "x"}}, "with `SecretValues` gpu:db.password=SECRET/KEY, or let the chart read"},
		"a dot":    {map[string]any{"a.password": "x"}, "with `SecretValues` 'gpu:a\\.password'=SECRET/KEY, or"},
		"a list":   {map[string]any{"env": []any{map[string]any{"name": "PASSWORD", "value": "x"}}}, "in clear; let the chart read"},
		"odd keys": {map[string]any{"ä": map[string]any{"password": "x"}}, "in clear; let the chart read"},
	} {
		g := newGenerator(chartRef("gpu"))
		g.ComponentValues["gpu"] = c.values
		plan, err := g.Plan(t.Context())
		if err != nil || !hasWarning(plan.Warnings, c.says) {
			t.Errorf("%s: %v, warnings %q", path, err, plan.Warnings)
		}
	}
	// A chart of manifests that reads no values gets none.
	g := newGenerator(manifestRef("gpu"))
	g.ComponentManifests["gpu"] = manifests("m.yaml", manifest)
	g.SecretValues["gpu"] = []deployer.SecretValue{{Path: "a", Secret: "s", Key: "k"}}
	plan, fsys, _ := proved(t, g)
	if !hasWarning(plan.Warnings, "secret values have no effect") || len(helmRelease(t, fsys, "gpu").Spec.ValuesFrom) > 0 {
		t.Errorf("warnings %q", plan.Warnings)
	}
}

// TestSourceSecretsGoByTheHost to each source that has the field, and nothing that has no effect is
// taken.
func TestSourceSecretsGoByTheHost(t *testing.T) {
	const git, charts = "git.example.com", "charts.example.com"
	type names = map[string]string
	for name, c := range map[string]struct {
		certs, proxies names
		sync           string
		chart, proxy   string // what is referred to
		says, warns    string
	}{
		"a chart repository":       {certs: names{"Charts.example.com": "ca"}, chart: "ca"},
		"a Git repository":         {proxies: names{git: "proxy"}, proxy: "proxy"},
		"no source":                {certs: names{"else.where": "ca"}, says: "`SourceCertSecrets` for \"else.where\": no source is at that host; the sources are at charts.example.com, git.example.com"},
		"a port":                   {certs: names{charts + ":443": "ca"}, says: "no source is at that host"},
		"a Git repository's CA":    {certs: names{git: "ca"}, says: "a GitRepository has no certSecretRef; put the certificate of the authority as ca.crt"},
		"a chart repository proxy": {proxies: names{charts: "proxy"}, says: "a HelmRepository has no proxySecretRef; set HTTPS_PROXY"},
		"a name":                   {certs: names{charts: "A_B"}, says: `"A_B" is not a name that Kubernetes accepts`},
		"an artifact":              {sync: "oci://registry.example.com:5000/a/b", certs: names{"registry.example.com:5000": "ca"}, proxies: names{"registry.example.com:5000": "proxy"}},
		"an artifact beside charts": {
			sync: "OCI://charts.example.com/a/b", certs: names{charts: "ca"}, proxies: names{charts: "proxy"}, chart: "ca",
			warns: "a HelmRepository has no proxySecretRef",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGenerator(chartRef("gpu"))
			g.ComponentPreManifests["gpu"] = manifests("m.yaml", manifest)
			g.SourceSecrets = deployer.SourceSecrets{SourceCertSecrets: c.certs, SourceProxySecrets: c.proxies}
			g.SyncURL = c.sync
			if c.says != "" {
				refuses(t, g, c.says)
				return
			}
			plan, fsys, _ := proved(t, g)
			samePlan(t, plan, fsys)
			if plan.Repositories[0].CertSecret != c.chart || plan.Git.ProxySecret != c.proxy {
				t.Errorf("%+v %+v", plan.Repositories, plan.Git)
			}
			if warns := hasWarning(plan.Warnings, "has no", c.warns); warns != (c.warns != "") {
				t.Errorf("warnings %q", plan.Warnings)
			}
			notes := strings.Join(plan.Output().DeploymentNotes, "\n")
			for _, secret := range slices.DeleteFunc([]string{c.chart, c.proxy}, func(s string) bool { return s == "" }) {
				if !strings.Contains(notes, "kubectl create secret generic "+secret+" -n flux-system") {
					t.Errorf("notes:\n%s", notes)
				}
			}
		})
	}
	if err := flux.CheckSourceSecrets(deployer.SourceSecrets{SourceProxySecrets: names{charts: "p"}}, "oci://registry.example.com/a"); err == nil {
		t.Error("a host that the one source does not have passes")
	}
}

// TestSync_HasTheSecretsOfItsHost in the objects that Flux takes, and says what they hold.
func TestSync_HasTheSecretsOfItsHost(t *testing.T) {
	secrets := deployer.SourceSecrets{
		SourceCertSecrets:  map[string]string{"registry.example.com": "ca", "git.example.com": "ignored", "other": "other"},
		SourceProxySecrets: map[string]string{"Registry.example.com": "proxy", "git.example.com": "git-proxy"},
	}
	artifact := artifactSync(func(s *deployer.Sync) { s.SourceSecrets, s.Secret = secrets, "login" })
	source, _, _ := judged(t, artifact)
	oci := typed[sourcev1.OCIRepository](t, source).Spec
	if oci.SecretRef.Name != "login" || oci.CertSecretRef.Name != "ca" || oci.ProxySecretRef.Name != "proxy" {
		t.Errorf("%+v", oci)
	}
	source, _, _ = judged(t, gitSync(func(s *deployer.Sync) { s.SourceSecrets = secrets }))
	if git := typed[sourcev1.GitRepository](t, source).Spec; git.ProxySecretRef.Name != "git-proxy" {
		t.Errorf("%+v", git)
	}
	for _, c := range []struct {
		sync deployer.Sync
		want []string
	}{
		{artifact, []string{
			"kubectl create secret generic ca -n flux-system --from-file=ca.crt=FILE",
			"kubectl create secret docker-registry login -n flux-system --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD",
			"kubectl create secret generic proxy -n flux-system --from-literal=address=http://HOST:PORT",
		}},
		{gitSync(func(s *deployer.Sync) { s.Secret = "key"; s.URL = "git@git.example.com:org/repo" }), []string{"kubectl create secret generic key -n flux-system --from-file=identity=FILE --from-file=known_hosts=FILE"}},
		{gitSync(func(s *deployer.Sync) { s.Secret = "token" }), []string{"kubectl create secret generic token -n flux-system --from-literal=username=USER --from-literal=password=PASSWORD"}},
		{gitSync(func(s *deployer.Sync) { s.Secret, s.Provider = "app", "github" }), []string{"--from-literal=githubAppID=ID --from-literal=githubAppInstallationID=ID --from-file=githubAppPrivateKey=FILE"}},
		{artifactSync(func(s *deployer.Sync) { s.Verify = deployer.Verify{Provider: "cosign", Secret: "keys"} }), []string{"kubectl create secret generic keys -n flux-system --from-file=cosign.pub=FILE"}},
		{gitSync(func(*deployer.Sync) {}), nil},
	} {
		synced, err := flux.Deployer{}.Sync(c.sync)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if i >= len(synced.Needs) || !strings.HasSuffix(synced.Needs[i], want) {
				t.Errorf("%q lacks %q", synced.Needs, want)
			}
		}
		if len(synced.Needs) != len(c.want) {
			t.Errorf("needs %q", synced.Needs)
		}
	}
}
