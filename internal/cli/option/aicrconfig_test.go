package option

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

const aicrHead = "apiVersion: aicr.run/v1beta1\nkind: AICRConfig\n"

// whole has every field that AICR's file has.
const whole = aicrHead + `metadata: {name: prod}
spec:
  snapshot: {output: {path: s.yaml}}
  recipe:
    criteria: {service: eks, accelerator: h100, intent: training, os: ubuntu, platform: kubeflow, nodes: 4}
    profile: gpuStack=operator
    configuration:
      slurm: {accounting: {mode: disabled}}
      runtimeInventory: {mode: enabled}
      gke: {tcpxoInterfaces: [{interfaceName: eth1, network: a}]}
    output: {path: r.yaml, format: yaml}
    data: d
    criteriaStrict: false
  validate: {recipe: r.yaml}
  verify:
    policy: {minTrustLevel: verified, requireCreator: me, cliVersionConstraint: ">= 1.0.0"}
    trust: {certificateIdentityRegexp: .*, key: k, trustRoot: t}
  bundle:
    input: {recipe: r.yaml}
    output: {target: "oci://h/r:1", imageRefs: refs.txt}
    deployment:
      deployer: flux
      repo: https://h/r
      set: ["a:b=1.10", "a:c=x"]
      dynamic: ["a:d"]
      vendorCharts: true
    scheduling:
      systemNodeSelector: {pool: system, zone: b}
      systemNodeTolerations: ["a=b:NoSchedule", "c:NoExecute"]
      acceleratedNodeSelector: {gpu: "true"}
      acceleratedNodeTolerations: []
      workloadSelector: {w: x}
      workloadGate: "g=1:NoSchedule"
      nodes: 4
      storageClass: fast
      sharedStorageClass: shared
      draEvictionNodeLabel: e=1
    registry: {insecureTLS: true, plainHTTP: true}
`

// asFlags is what the file above says.
func asFlags() []string {
	return []string{
		"--recipe=r.yaml", "--output=oci://h/r:1", "--image-refs=refs.txt", "--deployer=flux", "--repo=https://h/r", "--set=a:b=1.10", "--set=a:c=x", "--dynamic=a:d", "--vendor-charts",
		"--system-node-selector=pool=system,zone=b", "--system-node-toleration=a=b:NoSchedule", "--system-node-toleration=c:NoExecute",
		"--accelerated-node-selector=gpu=true", "--accelerated-node-toleration=none", "--workload-selector=w=x", "--workload-gate=g=1:NoSchedule",
		"--nodes=4", "--storage-class=fast", "--shared-storage-class=shared", "--dra-eviction-node-label=e=1", "--insecure-tls", "--plain-http",
	}
}

func TestAFileOfAICRIsAnotherSpellingOfOurs(t *testing.T) {
	want, err := parsed(t, "", asFlags()...)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"v1beta1": whole, "v1alpha2": strings.Replace(whole, "v1beta1", "v1alpha2", 1)} {
		got, err := parsed(t, text)
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Bundle{}, oci.Connection{}), cmpopts.IgnoreUnexported(aicr.BundleOptions{})); diff != "" {
			t.Errorf("%s (-flags +file)\n%s", name, diff)
		}
	}
	if got := want.Scheduling.AcceleratedNodeTolerations; got == nil || len(got) != 0 {
		t.Errorf("no tolerations are %#v", got)
	}
}

func TestFlagsReplaceTheFileOfAICR(t *testing.T) {
	args := []string{
		"--recipe=o.yaml", "--output=d", "--set=a:z=1", "--system-node-selector=only=this", "--accelerated-node-toleration=*", "--nodes=9", "--vendor-charts=false", "--deployer=flux", "--plain-http=false",
	}
	got, err := parsed(t, strings.Replace(whole, "deployer: flux", "deployer: argocd", 1), args...)
	if err != nil {
		t.Fatal(err)
	}
	if got.Recipe != "o.yaml" || got.Output != "d" || len(got.Set) != 1 || got.Set[0].Path != "z" || len(got.Scheduling.SystemNodeSelector) != 1 || got.Scheduling.Nodes != 9 ||
		got.VendorCharts || got.Deployer != "flux" || got.Registry.PlainHTTP || !got.Registry.InsecureTLS ||
		!cmp.Equal(got.Scheduling.AcceleratedNodeTolerations, []aicr.Toleration{{Exists: true}}) || len(got.Scheduling.SystemNodeTolerations) != 2 {
		t.Errorf("%+v", got.BundleOptions)
	}
}

func TestAFileOfAICRWithoutTolerationsLeavesThemOpen(t *testing.T) {
	for _, text := range []string{"spec: {bundle: {}}", "spec: {bundle: {scheduling: {systemNodeTolerations: ~}}}", "spec: {recipe: {criteria: {service: eks}}}", "spec: {snapshot: {}}", "spec: {validate: {}}", "spec: {verify: {}}"} {
		b, err := parsed(t, aicrHead+text)
		if err != nil || b.Scheduling.SystemNodeTolerations != nil || b.Warnings != nil {
			t.Errorf("%s: %v %+v", text, err, b)
		}
	}
}

func TestWhatIsNotAppliedOfAFileOfAICRIsNamed(t *testing.T) {
	b, err := parsed(t, aicrHead+"spec: {bundle: {deployment: {appName: x}, attestation: {enabled: true, certificateIdentityRegexp: a, oidcDeviceFlow: true, fulcioURL: b, rekorURL: c, signingKey: d}}}")
	want := []string{
		"spec.bundle.deployment.appName is not applied: it is for the deployer argocd",
		"spec.bundle.attestation (enabled, certificateIdentityRegexp, oidcDeviceFlow, fulcioURL, rekorURL, signingKey) is not applied: nothing is signed here; publish the bundle, and sign the artifact, for example with cosign",
	}
	if diff := cmp.Diff(want, b.Warnings); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestProblemsOfAFileOfAICR(t *testing.T) {
	for text, want := range map[string]string{
		aicrHead + "spec: {}":                  "spec has none of snapshot, recipe, bundle, validate and verify; add one of them",
		aicrHead + "spec: {bundle: ~}":         "spec has none of snapshot",
		aicrHead + "":                          "spec has none of snapshot",
		"kind: AICRConfig\nspec: {bundle: {}}": `apiVersion "" cannot be read; kind AICRConfig has aicr.run/v1beta1 or aicr.run/v1alpha2`,
		"apiVersion: aicr.run/v1\nkind: AICRConfig\nspec: {bundle: {}}":                          `apiVersion "aicr.run/v1" cannot be read`,
		aicrHead + "spec: {bundle: {inputs: {}}}":                                                `line 3: spec.bundle: unknown key "inputs"; did you mean "input"?`,
		aicrHead + "recipe: r.yaml\nspec: {bundle: {}}":                                          `line 3: unknown key "recipe"; remove it`,
		aicrHead + "spec: {bundle: {deployment: {readinessHooks: true}}}":                        `spec.bundle.deployment: unknown key "readinessHooks"; remove it`,
		aicrHead + "spec: {bundle: {scheduling: {systemNodeSelector: [a=b]}}}":                   "spec.bundle.scheduling.systemNodeSelector is a list, where a map is needed",
		aicrHead + "spec:\n  bundle:\n    scheduling:\n      nodes: -1":                          `line 6: spec.bundle.scheduling.nodes: "-1" is not a whole number of at least 1`,
		aicrHead + "spec:\n  bundle:\n    deployment:\n      set:\n      - a:b=1\n      - ab":    `line 8: spec.bundle.deployment.set[1]: "ab" has no value; write component:path=value`,
		aicrHead + "spec:\n  bundle:\n    scheduling:\n      workloadSelector: {a: 'b,c=d'}":     `line 6: spec.bundle.scheduling.workloadSelector: "a=b,c=d" is not a label`,
		aicrHead + "spec: {bundle: {scheduling: {systemNodeTolerations: [x]}}}":                  `spec.bundle.scheduling.systemNodeTolerations[0]: "x" is not a taint`,
		aicrHead + "spec: {bundle: {input: {recipe: a.yaml}}, recipe: {output: {path: b.yaml}}}": `line 3: spec.bundle.input.recipe is "a.yaml", and spec.recipe.output.path "b.yaml"; they are the same recipe`,
		aicrHead + "spec: {recipe: {criteria: {service: eks}, input: {snapshot: s.yaml}}}":       "spec.recipe has criteria and input.snapshot",
		aicrHead + "spec: {recipe: {output: {format: xml}}}":                                     `spec.recipe.output.format is "xml"; use yaml, json or table`,
		aicrHead + "spec: {recipe: {profile: x}}":                                                `spec.recipe.profile is "x"; write name=value`,
		aicrHead + "spec: {verify: {policy: {x: 1}}}":                                            `spec.verify.policy: unknown key "x"; remove it`,
		whole + "---\n" + whole: "a second document begins here",
	} {
		if _, err := parsed(t, text); err == nil || !strings.Contains(err.Error(), want) || errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestSerialIsTheChain(t *testing.T) {
	for _, args := range [][]string{{"--serial"}, {"--serial", "--order=chain"}, {"--order=chain", "--serial=false"}} {
		if b, err := parsed(t, "", args...); err != nil || b.Ordering != "chain" {
			t.Errorf("%v: %v %q", args, err, b.Ordering)
		}
	}
	const want = "--serial and --order graph contradict each other; remove one of them"
	for _, c := range []struct {
		file string
		args []string
	}{{"", []string{"--serial", "--order=graph"}}, {"order: graph", []string{"--serial"}}, {"serial: true", []string{"--order=graph"}}} {
		if _, err := parsed(t, c.file, c.args...); err == nil || err.Error() != want {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if b, err := parsed(t, "serial: true", "--order=graph", "--serial=false"); err != nil || b.Ordering != "graph" {
		t.Errorf("%v %q", err, b.Ordering)
	}
}
