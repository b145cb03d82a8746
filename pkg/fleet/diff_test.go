package fleet_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// state is what the clusters of a fleet file get.
func state(t testing.TB, text string) *fleet.State {
	t.Helper()
	m, err := build(t, text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := fleet.Read(t.Context(), m.Files.FS())
	if err != nil {
		t.Fatal(err)
	}
	bundles := map[string]*rollout.Rollout{"old": made(t, "1.0.0"), "new": made(t, "2.0.0")}
	for _, c := range m.Clusters {
		s.Bundles[s.Origin(c.Name)] = bundles[c.Bundle]
	}
	return s
}

func compare(from, to *fleet.State) fleet.Diff {
	reports := map[fleet.Move]*diff.Report{}
	for move := range fleet.Moves(from, to) {
		if move.From != move.To {
			r := diff.Of(&diff.Side{Rollout: from.Bundles[move.From], Name: move.From.String()}, &diff.Side{Rollout: to.Bundles[move.To], Name: move.To.String()})
			reports[move] = &r
		}
	}
	return fleet.Compare(from, to, reports)
}

// told are the changes, one line each: whom they are about, and what happens.
func told(d fleet.Diff) string {
	var b strings.Builder
	for _, c := range d.Changes {
		fmt.Fprint(&b, strings.Join(c.Clusters, ","))
		for _, share := range c.Groups {
			fmt.Fprintf(&b, " %s %d/%d", share.Group, share.Clusters, share.Of)
		}
		for _, e := range c.Effects {
			fmt.Fprintf(&b, "\n  %s: %s", e.Severity, e.Text)
		}
		for _, v := range c.Values {
			for _, f := range v.Fields {
				fmt.Fprintf(&b, "\n  %s %s %v %v", v.Release, f.Path, f.From, f.To)
			}
		}
		for _, o := range c.Objects {
			for _, f := range o.Fields {
				fmt.Fprintf(&b, "\n  %s %s %v %v", o.Object, f.Path, f.From, f.To)
			}
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

func TestWhatChangesInWhichClusters(t *testing.T) {
	from := state(t, threeClusters)
	const oci = "oci://registry.example.com/org/bundle@sha256:0123456789ab"
	for _, c := range []struct {
		name string
		edit []string
		want string
	}{
		{"nothing", nil, ""},
		{"comments and order", []string{"# promotion", "# another", "replicas: 2}", "replicas: 2.0}"}, ""},
		{"promotion", []string{"bundle: old #", "bundle: new #"}, `c production 1/1
  info: gets ` + oci + ` instead of bundles/old: 2 releases upgraded
  info: Kustomization flux-system/aicr-bundle changes: 2 fields
  info: gets OCIRepository flux-system/aicr-bundle
  Kustomization flux-system/aicr-bundle spec.sourceRef.kind GitRepository OCIRepository
  Kustomization flux-system/aicr-bundle spec.sourceRef.name flux-system aicr-bundle
`},
		{"values of a group and of a cluster", []string{"all.example.com", "new.example.com", "replicas: 2", "replicas: 3"}, `a canary 1/2
  info: web is upgraded: 2 values of its own
  web host all.example.com new.example.com
  web replicas 2 3
`},
		{"the same in two clusters", []string{"{bundle: new, ", "{bundle: new, dependsOn: [net], "}, `a,b canary 2/2
  info: Kustomization flux-system/aicr-bundle changes: 1 field
  Kustomization flux-system/aicr-bundle spec.dependsOn <nil> [map[name:net]]
`},
		{"variables and patches", []string{`SIZE: "5"`, `SIZE: "6"`, "value: 1h", "value: 2h", "name: vars", "name: others"}, `c production 1/1
  info: Kustomization flux-system/aicr-bundle changes: 4 fields
`},
		{"a cluster goes, and one comes", []string{"  a: {", "  d: {"}, `a canary 1/3
  danger: leaves the fleet: Flux removes Kustomization flux-system/aicr-bundle and uninstalls the 2 releases of ` + oci + `
d canary 1/3
  info: is new: Flux installs the 2 releases of ` + oci + `
`},
		{"another owner", []string{"kind: Fleet", "kind: Fleet\nkustomization: other"}, `a,b,c canary 2/2 production 1/1
  danger: gets another owner of the bundle: Flux removes Kustomization flux-system/aicr-bundle and uninstalls the 2 releases, and then Kustomization flux-system/other installs them anew
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.NewReplacer(c.edit...).Replace(threeClusters)
			if c.edit != nil && text == threeClusters {
				t.Fatal("nothing is replaced")
			}
			got := compare(from, state(t, text))
			if c.want == "" != got.Same || !strings.HasPrefix(told(got), c.want) {
				t.Errorf("same: %v\n%swant\n%s", got.Same, told(got), c.want)
			}
		})
	}
}

// What is known of no bundle is said, and is no reason to be silent about the rest.
func TestABundleThatIsNotAtHand(t *testing.T) {
	from, to := state(t, threeClusters), state(t, strings.Replace(threeClusters, "bundle: old #", "bundle: new #", 1))
	got := told(fleet.Compare(from, to, nil))
	if want := "attention: gets oci://registry.example.com/org/bundle@sha256:0123456789ab instead of bundles/old; what that changes is not known"; !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// A Kustomization that prunes nothing takes nothing with it.
func TestWhatStaysBehind(t *testing.T) {
	for spec, want := range map[string]string{
		"prune: true":                         "danger: leaves the fleet: Flux removes Kustomization f/b and uninstalls all releases of x",
		"prune: false":                        "attention: leaves the fleet: Flux removes Kustomization f/b, and what that applied of x stays",
		"prune: true, deletionPolicy: Orphan": "attention: leaves",
		"prune: true, deletionPolicy: Delete": "danger: leaves",
	} {
		s, err := fleet.Read(t.Context(), fstest.MapFS{"a/aicr-bundle.yaml": {Data: []byte("kind: Kustomization\nmetadata: {name: b, namespace: f}\nspec: {path: ./x, " + spec + "}")}})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(fleet.Compare(s, &fleet.State{}, nil)); !strings.Contains(got, want) {
			t.Errorf("%s: %s", spec, got)
		}
	}
}

// A value is a secret wherever it stands: in values, in variables and in patches of all forms.
func TestADiffShowsNoSecret(t *testing.T) {
	secrets := func(n int) string {
		return strings.NewReplacer(
			"replicas: 2}", fmt.Sprintf("replicas: 2, adminPassword: secret-a-%d, env: [{name: API_TOKEN, value: secret-b-%d}], note: was secret-a-%d}", n, n, n),
			`SIZE: "5"`, fmt.Sprintf(`DB_PASSWORD: secret-c-%d`, n),
			"      - target: {kind: HelmRelease, name: web}\n        patch: |\n          - {op: replace, path: /spec/interval, value: 1h}\n", fmt.Sprintf(`      - target: {kind: HelmRelease, name: web}
        patch: |
          - {op: add, path: /spec/values, value: {x: %d}}
          - {op: add, path: /spec/values/rootPassword, value: secret-d-%d}
          - {op: add, path: /spec/values/y, value: {token: secret-e-%d}}
      - target: {kind: HelmRelease, name: operator}
        patch: |
          apiVersion: helm.toolkit.fluxcd.io/v2
          kind: HelmRelease
          metadata: {name: x}
          spec: {values: {short: {token: s%d}, apiKey: "secret\tf-%d"}}
`, n, n, n, n, n)).Replace(threeClusters)
	}
	got := compare(state(t, secrets(1)), state(t, secrets(2)))
	text, err := json.Marshal(got)
	if err != nil || got.Changed != 2 || strings.Count(string(text), "(secret)") < 6 {
		t.Errorf("%d clusters change: %s (%v)", got.Changed, text, err)
	}
	for _, secret := range []string{"secret-", "token: s", "f-1", "f-2"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is shown:\n%s", secret, text)
		}
	}
}

// Names of groups may have what Markdown gives a meaning.
func TestTheListIsReadAsItIsWritten(t *testing.T) {
	s := state(t, strings.NewReplacer("canary:", `"a | b|c":`, "group: canary", `group: "a | b|c"`).Replace(threeClusters))
	d := fleet.Compare(s, &fleet.State{}, nil)
	if got := fmt.Sprint(d.Changes[0].Groups); got != "[{a | b|c 2 2}]" {
		t.Errorf("groups %s", got)
	}
}

func TestWhatIsNoFleet(t *testing.T) {
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"a bundle":            {fstest.MapFS{"web/helmrelease.yaml": {}}, "it holds no cluster"},
		"a file of no object": {fstest.MapFS{"a/aicr-bundle.yaml": {Data: []byte("x")}}, "a/aicr-bundle.yaml: a document is no object"},
		"no Kustomization":    {fstest.MapFS{"a/aicr-bundle.yaml": {Data: []byte("kind: OCIRepository")}}, "a/aicr-bundle.yaml has no Kustomization"},
		"broken values": {fstest.MapFS{
			"a/aicr-bundle.yaml": {Data: []byte("kind: Kustomization\nmetadata: {name: a}")},
			"a/aicr-values.yaml": {Data: []byte("kind: ConfigMap\nmetadata: {name: b}\ndata: {values.yaml: '[hush, hush]'}")},
		}, "a/aicr-values.yaml: ConfigMap b: values.yaml: "},
	} {
		_, err := fleet.Read(t.Context(), c.files)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func BenchmarkDiffOfFiveHundredClusters(b *testing.B) {
	from, to := state(b, fiveHundred()), state(b, strings.NewReplacer("bundle: old #", "bundle: new #", "replicas: 1", "replicas: 7").Replace(fiveHundred()))
	for b.Loop() {
		compare(from, to)
	}
}
