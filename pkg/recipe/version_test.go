package recipe_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

const (
	profile = `
kind: RecipeResult
metadata:
  selectedProfile:
    name: gpuStack
    value: driver-installer
    ownedPaths:
      a: [driver.enabled, enabled]
componentRefs:
- name: a
  namespace: ns
  source: https://charts.example.com
  version: 1.2.3
  overrides: {driver: {enabled: true}}
`
	slurm = `
kind: RecipeResult
criteria: {platform: slurm}
configuration: {slurm: {accounting: {mode: aicr-provided}}}
componentRefs:
- {name: slinky-slurm, namespace: s, source: https://h/x, version: "1", overrides: {accounting: {enabled: true}}}
- {name: mariadb-operator-crds, namespace: s, source: https://h/x, version: "1", overrides: {install: true}}
- {name: mariadb-operator, namespace: s, source: https://h/x, version: "1", overrides: {install: true}}
- {name: slurm-accounting-mariadb, namespace: s, source: https://h/x, version: "1", overrides: {install: true}}
`
	interfaces = `
kind: RecipeResult
criteria: {service: gke, accelerator: h100, platform: kubeflow}
configuration: {gke: {tcpxoInterfaces: [{interfaceName: eth1, network: a}]}}
componentRefs:
- {name: gke-nccl-tcpxo, namespace: s, source: https://h/x, version: "1"}
- {name: kubeflow-trainer, namespace: s, source: https://h/x, version: "1", manifestFiles: [x/tcpxo-runtime.yaml], overrides: {tcpxoInterfaces: [{interfaceName: eth1, network: a}]}}
`
)

// TestTheTwoFormatsAndTheirEarlierForms reads each and says which ones AICR reads no more.
func TestTheTwoFormatsAndTheirEarlierForms(t *testing.T) {
	plain := "kind: RecipeResult\ncomponentRefs:" + good + "\n"
	for name, c := range map[string]struct{ doc, note string }{
		"v1":       {"apiVersion: aicr.run/v1\n" + plain, ""},
		"v1alpha2": {"apiVersion: aicr.run/v1alpha2\n" + plain, "The recipe's apiVersion aicr.run/v1alpha2 is not read by AICR 1.0 and later; they write aicr.run/v1"},
		"absent":   {"componentRefs:" + good, "The recipe has no apiVersion, and AICR 1.0 and later do not read it; they write aicr.run/v1"},
		"v1beta2":  {"apiVersion: aicr.run/v1beta2\n" + profile, ""},
		"v1alpha3": {"apiVersion: aicr.run/v1alpha3\n" + profile, "The recipe's apiVersion aicr.run/v1alpha3 is not read by AICR 1.0 and later; they write aicr.run/v1beta2"},
		"slurm":    {"apiVersion: aicr.run/v1beta2\n" + slurm, ""},
		"gke":      {"apiVersion: aicr.run/v1beta2\n" + interfaces, ""},
		"runtime inventory alone": {
			"apiVersion: aicr.run/v1beta2\nconfiguration: {runtimeInventory: {mode: disabled}}\n" + plain, "",
		},
		"runtime inventory in v1": {"apiVersion: aicr.run/v1\nconfiguration: {runtimeInventory: {mode: disabled}}\n" + plain, ""},
	} {
		r, err := load(t, c.doc, true)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.Join(r.Notes, "\n"); got != c.note {
			t.Errorf("%s: note %q, want %q", name, got, c.note)
		}
	}
}

func TestWhatIsNoRecipeOfEitherFormat(t *testing.T) {
	swap := func(doc, old, with string) string {
		if !strings.Contains(doc, old) {
			t.Fatalf("%q is not in the document", old)
		}
		return "apiVersion: aicr.run/v1beta2\n" + strings.Replace(doc, old, with, 1)
	}
	plain := "kind: RecipeResult\ncomponentRefs:" + good + "\n"
	for name, c := range map[string]struct{ doc, want string }{
		"a profile in v1":        {"apiVersion: aicr.run/v1\n" + profile, "metadata.selectedProfile belongs to recipes of apiVersion aicr.run/v1beta2"},
		"a profile in v1alpha2":  {"apiVersion: aicr.run/v1alpha2\n" + profile, "metadata.selectedProfile belongs to recipes"},
		"a profile in none":      {profile, "metadata.selectedProfile belongs to recipes"},
		"accounting in v1":       {"apiVersion: aicr.run/v1\n" + slurm, "configuration.slurm.accounting belongs to recipes"},
		"interfaces in v1":       {"apiVersion: aicr.run/v1\n" + interfaces, "configuration.gke.tcpxoInterfaces belongs to recipes"},
		"neither in v1beta2":     {"apiVersion: aicr.run/v1beta2\n" + plain, "is for recipes with metadata.selectedProfile or a configuration, and this one has neither"},
		"v1beta2 without a kind": {swap(profile, "kind: RecipeResult", ""), "kind is missing; write kind: RecipeResult"},
		"an unknown key in v1beta2": {
			swap(profile, "metadata:", "strange: 1\nmetadata:"), `unknown key "strange"; remove it`,
		},
		"an unknown key in a component": {swap(profile, "  namespace: ns", "  namespace: ns\n  strange: 1"), `unknown key "strange"`},
		"a bare excluded overlay":       {swap(profile, "metadata:", "metadata:\n  excludedOverlays: [x]"), `metadata.excludedOverlays[0] is "x", where a map of name and reason is needed`},
		"an unknown reason":             {swap(profile, "metadata:", "metadata:\n  excludedOverlays: [{name: x, reason: y}]"), `has the reason "y"; use constraint-failed or mixin-constraint-failed`},
		"half a constraint warning":     {swap(profile, "metadata:", "metadata:\n  constraintWarnings: [{overlay: x}]"), "metadata.constraintWarnings[0] needs overlay, constraint, expected and reason"},

		"a catalogue's version": {"apiVersion: aicr.run/v1beta1\n" + plain, "overlays, registries and configuration files have that version"},
		"an old group":          {"apiVersion: aicr.nvidia.com/v1\n" + plain, "the group is from before July 2026"},
		"an overlay":            {"apiVersion: aicr.run/v1beta1\nkind: RecipeMetadata\nspec: {}", `kind is "RecipeMetadata", an overlay, from which AICR makes recipes`},
		"a registry":            {"apiVersion: aicr.run/v1beta1\nkind: ComponentRegistry\ncomponents: []", "a registry of components, which belongs into a data directory"},
		"a configuration file":  {"apiVersion: aicr.run/v1beta1\nkind: AICRConfig\nspec: {}", "a configuration file, which `Config` reads"},
		"a bundle's info":       {"apiVersion: aicr.run/v1\nkind: BundleInfo", "its recipe is in the recipe.yaml beside it"},

		"profile: its value":             {swap(profile, "value: driver-installer", "value: a b"), `metadata.selectedProfile.value is "a b"`},
		"profile: its advertiser":        {swap(profile, "name: gpuStack", "name: gpuStack\n    advertiser: internal"), `advertiser is "internal"`},
		"profile: no paths":              {swap(profile, "    ownedPaths:\n      a: [driver.enabled, enabled]\n", ""), "ownedPaths is missing"},
		"profile: paths not sorted":      {swap(profile, "[driver.enabled, enabled]", "[enabled, driver.enabled]"), "ownedPaths.a is not a sorted list without repetitions"},
		"profile: a path twice":          {swap(profile, "[driver.enabled, enabled]", "[enabled, enabled]"), "is not a sorted list without repetitions"},
		"profile: without enabled":       {swap(profile, "[driver.enabled, enabled]", "[driver.enabled]"), `ownedPaths.a has no "enabled"`},
		"profile: an empty key":          {swap(profile, "[driver.enabled, enabled]", "[driver..enabled, enabled]"), `which has an empty key`},
		"profile: an unknown component":  {swap(profile, "      a: [", "      b: [enabled]\n      a: ["), "ownedPaths.b: the recipe has no such component"},
		"profile: a component is off":    {swap(profile, "{driver: {enabled: true}}", "{enabled: false, driver: {enabled: true}}"), "the component is switched off, and the profile gpuStack=driver-installer decides about it"},
		"profile: a path is not set":     {swap(profile, "{driver: {enabled: true}}", "{}"), "overrides have no driver.enabled, which the recipe's profile owns"},
		"profile: a path is blocked":     {swap(profile, "{driver: {enabled: true}}", "{driver: null}"), "overrides.driver is not a map, and the recipe's profile owns driver.enabled below it"},
		"profile: a number is too large": {swap(profile, "{enabled: true}}", "{enabled: 9007199254740993}}"), "holds something else than texts, booleans, finite numbers"},
		"profile: infinity":              {swap(profile, "{enabled: true}}", "{enabled: .inf}}"), "overrides"},
		"profile: null":                  {swap(profile, "{enabled: true}}", "{enabled: null}}"), "holds something else than texts"},
		"profile: of a Kustomize component": {
			swap(profile, "  source: https://charts.example.com\n  version: 1.2.3", "  type: Kustomize\n  path: x"), "a Kustomize component has no values",
		},

		"accounting: an unknown mode":        {swap(slurm, "aicr-provided", "other"), `configuration.slurm.accounting.mode is "other"; use disabled, customer-managed or aicr-provided`},
		"accounting: another platform":       {swap(slurm, "platform: slurm", "platform: any"), `is about Slurm, and criteria.platform is "any"`},
		"accounting: the switch differs":     {swap(slurm, "{enabled: true}", "{enabled: false}"), "overrides.accounting.enabled is not true, which configuration.slurm.accounting.mode aicr-provided means"},
		"accounting: a component is missing": {swap(slurm, "name: mariadb-operator,", "name: other,"), `the recipe has no component "mariadb-operator"`},
		"accounting: disabled with database": {swap(swap(slurm, "aicr-provided", "disabled"), "{enabled: true}", "{enabled: false}"), "overrides.install is not false, which configuration.slurm.accounting.mode disabled means"},
		"accounting: the component is off":   {swap(slurm, "{accounting: {enabled: true}}", "{enabled: false, accounting: {enabled: true}}"), "the component is switched off, and configuration.slurm.accounting.mode aicr-provided needs it"},
		"accounting: the database is off":    {swap(slurm, "{install: true}", "{install: false}"), "overrides.install is not true"},
		"inventory: an unknown mode":         {swap(slurm, "configuration: {", "configuration: {runtimeInventory: {mode: on}, "), `configuration.runtimeInventory.mode is "on"; use enabled or disabled`},
		"interfaces: another cloud":          {swap(interfaces, "service: gke", "service: eks"), "configuration.gke.tcpxoInterfaces are for Kubeflow on GKE with H100"},
		"interfaces: without the component":  {swap(interfaces, "name: gke-nccl-tcpxo", "name: other"), `need the component "gke-nccl-tcpxo"`},
		"interfaces: without the runtime":    {swap(interfaces, "x/tcpxo-runtime.yaml", "x/runtime.yaml"), "manifestFiles have no tcpxo runtime"},
		"interfaces: they differ":            {swap(interfaces, "overrides: {tcpxoInterfaces: [{interfaceName: eth1", "overrides: {tcpxoInterfaces: [{interfaceName: eth2"), "overrides.tcpxoInterfaces differ"},
		"a component of the name deployer":   {"componentRefs:" + strings.Replace(good, "name: a", "name: deployer", 1), "the name is reserved by AICR"},
		"a component twice, one of them off": {"componentRefs:" + good + "\n  overrides: {enabled: false}" + good, "another component"},
	} {
		_, err := load(t, c.doc, false)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Errorf("%s: %v\nwant %q", name, err, c.want)
		}
	}
}

// TestInstallSwitchesAComponentOff as enabled does; true stays a value.
func TestInstallSwitchesAComponentOff(t *testing.T) {
	for text, want := range map[string]bool{"{install: false}": false, "{install: true}": true, "{enabled: true, install: false}": false, "{enabled: false, install: true}": false, "{install: maybe}": true} {
		r, err := load(t, "componentRefs:"+good+"\n  overrides: "+text, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.ComponentRefs[0].Enabled(); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
	_ = recipe.APIVersionV1
}
