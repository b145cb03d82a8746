package aicr_test

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// part is a component of a recipe; overrides are YAML in flow style.
func part(name, overrides string) string {
	return chartOf(name, "  overrides: "+overrides+"\n")
}

const (
	v1      = "apiVersion: aicr.run/v1\nkind: RecipeResult\n"
	v1beta2 = "apiVersion: aicr.run/v1beta2\nkind: RecipeResult\n"
	// locked is a recipe whose profile decides about the driver.
	locked = v1beta2 + "metadata: {selectedProfile: {name: gpuStack, value: own, ownedPaths: {gpu-operator: [driver.enabled, driver.repo, enabled]}}}\ncomponentRefs:\n"
	// external is one whose profile says that something else tells Kubernetes of GPUs.
	external = v1beta2 + "metadata: {selectedProfile: {name: gpuStack, value: managed, advertiser: external, ownedPaths: {gpu-operator: [devicePlugin.enabled, enabled]}}}\ncomponentRefs:\n"
	// plugin is one whose profile decides that the device plugin does.
	plugin = v1beta2 + "metadata: {selectedProfile: {name: gpuStack, value: plugin, ownedPaths: {gpu-operator: [devicePlugin.enabled, enabled]}}}\ncomponentRefs:\n"
	draOff = "{resources: {gpus: {enabled: false}}, gpuResourcesEnabledOverride: false}"
	draOn  = "{resources: {gpus: {enabled: true}}, gpuResourcesEnabledOverride: true}"
)

// accounting is a recipe with Slurm accounting.
func accounting(mode, storage, database string) string {
	on, provided := "true", "false"
	if mode == "disabled" {
		on = "false"
	}
	if mode == "aicr-provided" {
		provided = "true"
	}
	return v1beta2 + "criteria: {platform: slurm}\nconfiguration: {slurm: {accounting: {mode: " + mode + "}}}\ncomponentRefs:\n" +
		part("slinky-slurm", "{accounting: {enabled: "+on+", storageConfig: "+storage+"}}") + part("mariadb-operator-crds", "{install: "+provided+"}") +
		part("mariadb-operator", "{install: "+provided+"}") + part("slurm-accounting-mariadb", "{install: "+provided+", fullnameOverride: mariadb, mariadb: "+database+"}")
}

const (
	storageConfig = "{host: mariadb, port: 3306, database: acct, username: slurm, passwordKeyRef: {name: pw, key: password}}"
	mariadb       = "{database: acct, username: slurm, passwordSecretKeyRef: {name: pw, key: password}}"
)

// TestRulesOfAICR1x has a row for each line about what AICR refuses, warns of or changes at bundling.
func TestRulesOfAICR1x(t *testing.T) {
	slurm := func(storage string) string {
		return v1 + "componentRefs:\n" + chartOf("slinky-slurm", "  preManifestFiles: [components/slinky-slurm/manifests/shared-storage-pvcs.yaml]\n  overrides: {loginsets: {a: {}}, nodesets: {b: {podSpec: {volumes: [{name: other}]}}}, storage: "+storage+"}\n")
	}
	const volumes = "{enabled: true, home: {name: h, storageClassName: nfs, size: 1Gi}, data: {name: d, storageClassName: nfs, size: 1Gi}}"
	const selectors = "components: [{name: app, storageClassPaths: [store.class], nodeScheduling: {system: {nodeSelectorPaths: [sel], "
	for name, c := range map[string]struct {
		recipe, registry string
		options          aicr.BundleOptions
		err              string
		values           string // of the component "of", or of the first one
		of               string
		warning, note    string
	}{
		"profile: a value is changed":        {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}"), options: aicr.BundleOptions{Set: set("gpu-operator:driver.enabled=false")}, err: "driver.enabled is false, and the recipe's profile gpuStack=own decides that it is true"},
		"profile: the same value":            {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}"), options: aicr.BundleOptions{Set: set("gpu-operator:driver.enabled=true")}, values: "{driver: {enabled: true, repo: x}}"},
		"profile: by JSON above":             {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}"), options: aicr.BundleOptions{SetJSON: setJSON(`gpu-operator:driver={"repo":"y"}`)}, err: `driver.repo is "y", and the recipe's profile`},
		"profile: dynamic":                   {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}"), options: aicr.BundleOptions{DynamicValues: dynamic("gpu-operator:driver")}, err: "`DynamicValues` gpu-operator:driver: the recipe's profile gpuStack=own decides about it"},
		"profile: dynamic below":             {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}"), options: aicr.BundleOptions{DynamicValues: dynamic("gpu-operator:driver.repo.x")}, err: "decides about it"},
		"profile: another dynamic":           {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}"), options: aicr.BundleOptions{DynamicValues: dynamic("gpu-operator:driver.other")}},
		"profile: an owned component is off": {recipe: locked + part("gpu-operator", "{driver: {enabled: true, repo: x}}") + part("b", "{}"), options: aicr.BundleOptions{Set: set("gpu-operator:enabled=false")}, err: "the component is switched off, and the profile gpuStack=own decides about it"},

		"closure: external with a plugin":     {recipe: external + part("gpu-operator", "{devicePlugin: {enabled: true}}"), err: "exactly one may tell Kubernetes of GPUs"},
		"closure: external without":           {recipe: external + part("gpu-operator", "{devicePlugin: {enabled: false}}") + part("nvidia-dra-driver-gpu", draOff)},
		"closure: external with the driver":   {recipe: external + part("gpu-operator", "{devicePlugin: {enabled: false}}") + part("nvidia-dra-driver-gpu", draOn), err: "exactly one may tell"},
		"closure: the driver says nothing":    {recipe: external + part("gpu-operator", "{devicePlugin: {enabled: false}}") + part("nvidia-dra-driver-gpu", "{}"), err: "resources.gpus.enabled is not set"},
		"closure: both":                       {recipe: plugin + part("gpu-operator", "{devicePlugin: {enabled: true}}") + part("nvidia-dra-driver-gpu", draOn), err: "the device plugin is on, the DRA driver's GPUs on"},
		"closure: the driver alone":           {recipe: plugin + part("gpu-operator", "{devicePlugin: {enabled: false}}") + part("nvidia-dra-driver-gpu", draOn)},
		"closure: without its override":       {recipe: plugin + part("gpu-operator", "{devicePlugin: {enabled: false}}") + part("nvidia-dra-driver-gpu", "{resources: {gpus: {enabled: true}}}"), err: "their override off"},
		"closure: another component's policy": {recipe: plugin + part("gpu-operator", "{devicePlugin: {enabled: true}}") + part("nvidia-dra-driver-gpu", draOff), options: aicr.BundleOptions{Set: set("nvidia-dra-driver-gpu:gpuResourcesEnabledOverride=true")}, err: "gpuResourcesEnabledOverride is true, and the recipe's profile"},

		"allocation: set":     {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}"), options: aicr.BundleOptions{Set: set("gpu-operator:devicePlugin.enabled=false")}, warning: "`Set` gpu-operator:devicePlugin.enabled decides who allocates GPUs; setting it is deprecated in AICR"},
		"allocation: JSON":    {recipe: v1 + "componentRefs:\n" + part("nvidia-dra-driver-gpu-ocp", "{}"), options: aicr.BundleOptions{SetJSON: setJSON(`nvidia-dra-driver-gpu-ocp:resources={"gpus":{"enabled":false}}`)}, warning: "decides who allocates GPUs"},
		"allocation: off":     {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}") + part("b", "{}"), of: "b", options: aicr.BundleOptions{Set: set("gpu-operator:enabled=false")}, warning: "`Set` gpu-operator:enabled decides who allocates GPUs"},
		"allocation: dynamic": {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}"), options: aicr.BundleOptions{DynamicValues: dynamic("gpu-operator:devicePlugin")}, err: "it decides who allocates GPUs, which cannot be left to each cluster"},

		"accounting: set":               {recipe: accounting("customer-managed", storageConfig, mariadb), options: aicr.BundleOptions{Set: set("slinky-slurm:accounting.enabled=true")}, err: "the recipe's Slurm accounting mode customer-managed decides about it"},
		"accounting: install":           {recipe: accounting("aicr-provided", storageConfig, mariadb), options: aicr.BundleOptions{SetJSON: setJSON("mariadb-operator:install=true")}, err: "mode aicr-provided decides about it"},
		"accounting: off":               {recipe: accounting("aicr-provided", storageConfig, mariadb), options: aicr.BundleOptions{Set: set("mariadb-operator-crds:enabled=false")}, err: "mode aicr-provided decides about it"},
		"accounting: dynamic above":     {recipe: accounting("customer-managed", storageConfig, mariadb), options: aicr.BundleOptions{DynamicValues: dynamic("slinky-slurm:accounting")}, err: "decides about it"},
		"accounting: own connection":    {recipe: accounting("customer-managed", storageConfig, mariadb), options: aicr.BundleOptions{Set: set("slinky-slurm:accounting.storageConfig.host=db.example.com")}},
		"accounting: theirs is fixed":   {recipe: accounting("aicr-provided", storageConfig, mariadb), options: aicr.BundleOptions{Set: set("slinky-slurm:accounting.storageConfig.host=db.example.com")}, err: "mode aicr-provided decides about it"},
		"accounting: its secret, too":   {recipe: accounting("aicr-provided", storageConfig, mariadb), options: aicr.BundleOptions{Set: set("slurm-accounting-mariadb:mariadb.passwordSecretKeyRef.name=x")}, err: "decides about it"},
		"accounting: resources are not": {recipe: accounting("aicr-provided", storageConfig, mariadb), options: aicr.BundleOptions{Set: set("slurm-accounting-mariadb:mariadb.replicas=2")}},
		"accounting: a port":            {recipe: accounting("customer-managed", "{host: h, port: 70000, database: d, username: u, passwordKeyRef: {name: n, key: k}}", mariadb), err: "accounting.storageConfig.port is 70000, where a port from 1 to 65535 is needed"},
		"accounting: a text":            {recipe: accounting("customer-managed", "{host: '', port: 1, database: d, username: u, passwordKeyRef: {name: n}}", mariadb), err: "accounting.storageConfig.passwordKeyRef.key is not set, where a text is needed"},
		"accounting: the contract":      {recipe: accounting("aicr-provided", storageConfig, "{database: other, username: slurm, passwordSecretKeyRef: {name: pw, key: password}}"), err: `accounting.storageConfig.database is "acct", where "other", as mariadb.database of component "slurm-accounting-mariadb" is needed`},
		"accounting: disabled":          {recipe: accounting("disabled", "{port: 0}", mariadb)},

		"shared storage class": {
			recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: "components: [{name: app, storageClassPaths: [one], sharedStorageClassPaths: [shared]}]",
			options: aicr.BundleOptions{Scheduling: aicr.Scheduling{SharedStorageClass: "nfs"}}, values: "{shared: nfs}",
		},
		"shared storage class: never the other": {
			recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: "components: [{name: app, storageClassPaths: [one], sharedStorageClassPaths: [shared]}]",
			options: aicr.BundleOptions{Scheduling: aicr.Scheduling{StorageClass: "gp3"}}, values: "{one: gp3}",
		},

		"slurm storage: off":            {recipe: slurm("{enabled: false}")},
		"slurm storage: mounted":        {recipe: slurm(volumes), values: "{storage: " + volumes + ", loginsets: {a: {podSpec: {volumes: [{name: shared-home, persistentVolumeClaim: {claimName: h}}, {name: shared-data, persistentVolumeClaim: {claimName: d}}]}, login: {volumeMounts: [{name: shared-home, mountPath: /home}, {name: shared-data, mountPath: /scratch/fsw}]}}}, nodesets: {b: {podSpec: {volumes: [{name: other}, {name: shared-home, persistentVolumeClaim: {claimName: h}}, {name: shared-data, persistentVolumeClaim: {claimName: d}}]}, slurmd: {volumeMounts: [{name: shared-home, mountPath: /home}, {name: shared-data, mountPath: /scratch/fsw}]}}}}"},
		"slurm storage: without claims": {recipe: v1 + "componentRefs:\n" + part("slinky-slurm", "{storage: "+volumes+"}"), err: "the recipe has no components/slinky-slurm/manifests/shared-storage-pvcs.yaml among the component's preManifestFiles"},
		"slurm storage: another key":    {recipe: slurm("{enabled: true, other: {}, home: {name: h, storageClassName: nfs, size: 1Gi}, data: {name: d, storageClassName: nfs, size: 1Gi}}"), err: "storage.other is unknown; there are enabled, home and data"},
		"slurm storage: no class":       {recipe: slurm("{enabled: true, home: {name: h, storageClassName: '', size: 1Gi}, data: {name: d, storageClassName: nfs, size: 1Gi}}"), err: "storage.home.storageClassName is not set; set it, or `SharedStorageClass`"},
		"slurm storage: no size":        {recipe: slurm("{enabled: true, home: {name: h, storageClassName: nfs}, data: {name: d, storageClassName: nfs, size: 1Gi}}"), err: "storage.home.size is not set"},
		"slurm storage: a name":         {recipe: slurm("{enabled: true, home: {name: A_b, storageClassName: nfs, size: 1Gi}, data: {name: d, storageClassName: nfs, size: 1Gi}}"), err: `storage.home.name "A_b" is not a DNS-1123 label`},
		"slurm storage: dynamic":        {recipe: slurm(volumes), options: aicr.BundleOptions{DynamicValues: dynamic("slinky-slurm:storage.home")}, err: "`DynamicValues` slinky-slurm:storage.home: the volumes are mounted by these names"},
		"slurm storage: one name":       {recipe: slurm("{enabled: true, home: {name: d, storageClassName: nfs, size: 1Gi}, data: {name: d, storageClassName: nfs, size: 1Gi}}"), err: `storage.data.name "d" is that of the other volume, too`},

		"selector: required":             {recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: selectors + "requireNodeSelector: true}}}]", err: `component "app": sel is empty, and its pods may not run on every node; give ` + "`SystemNodeSelector`"},
		"selector: given":                {recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: selectors + "requireNodeSelector: true}}}]", options: aicr.BundleOptions{Scheduling: aicr.Scheduling{SystemNodeSelector: map[string]string{"a": "b"}}}},
		"selector: dynamic":              {recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: selectors + "requireNodeSelector: true}}}]", options: aicr.BundleOptions{DynamicValues: dynamic("app:sel")}},
		"install by a flag":              {recipe: v1 + "componentRefs:\n" + part("app", "{}"), options: aicr.BundleOptions{Set: set("app:install=false")}, values: "{install: false}", warning: "`Set` app:install is a value, and switches nothing off"},
		"install that is no switch":      {recipe: v1 + "componentRefs:\n" + part("app", "{install: maybe}"), warning: "overrides.install is text, which switches nothing off"},
		"eviction: without the labeler":  {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}") + part("nvidia-dra-driver-gpu", "{}"), options: aicr.BundleOptions{Scheduling: aicr.Scheduling{DRAEvictionNodeLabel: "a=b"}}, note: "nothing in the bundle sets the label"},
		"selector: opted out":            {recipe: v1 + "componentRefs:\n" + part("app", "{sel: {}}"), registry: selectors + "requireNodeSelector: true}}}]"},
		"selector: with a storage class": {recipe: v1 + "componentRefs:\n" + part("app", "{store: {class: x}}"), registry: selectors + "requireNodeSelectorIfStorageClassSet: true}}}]", err: "sel is empty"},
		"selector: without one":          {recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: selectors + "requireNodeSelectorIfStorageClassSet: true}}}]"},

		"DRA annotation":            {recipe: v1 + "componentRefs:\n" + part("nvidia-dra-driver-gpu", "{}") + part("gpu-operator", "{}"), values: "{controller: {podAnnotations: {aicr.run/gpu-operator-chart-version: 1.0.0}}, kubeletPlugin: {podAnnotations: {aicr.run/gpu-operator-chart-version: 1.0.0}}}"},
		"DRA annotation: OpenShift": {recipe: v1 + "componentRefs:\n" + part("nvidia-dra-driver-gpu-ocp", "{}") + part("gpu-operator-ocp", "{}"), values: "{controller: {podAnnotations: {aicr.run/gpu-operator-chart-version: 1.0.0}}, kubeletPlugin: {podAnnotations: {aicr.run/gpu-operator-chart-version: 1.0.0}}}"},
		"DRA annotation: no twins":  {recipe: v1 + "componentRefs:\n" + part("nvidia-dra-driver-gpu", "{}") + part("gpu-operator-ocp", "{}"), values: "{}"},

		"eviction: without the flag": {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}") + part("dra-node-labeler", "{}"), values: "{}", note: `Component "dra-node-labeler" is left out`},
		"eviction": {
			recipe:  v1 + "componentRefs:\n" + part("gpu-operator", "{driver: {manager: {env: [{name: A, value: b}]}}}") + part("nvidia-dra-driver-gpu", "{}") + part("dra-node-labeler", "{}"),
			options: aicr.BundleOptions{Scheduling: aicr.Scheduling{DRAEvictionNodeLabel: "example.com/dra=on"}},
			values:  "{driver: {manager: {env: [{name: A, value: b}, {name: NODE_LABEL_FOR_GPU_POD_EVICTION, value: example.com/dra}]}}}",
		},
		"eviction: the labeler": {
			recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}") + part("nvidia-dra-driver-gpu", "{}") + part("dra-node-labeler", "{}"), of: "dra-node-labeler",
			options: aicr.BundleOptions{Scheduling: aicr.Scheduling{DRAEvictionNodeLabel: "a=b"}}, values: "{enabled: true, labelKey: a, labelValue: b}",
		},
		"eviction: not a label":        {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}"), options: aicr.BundleOptions{Scheduling: aicr.Scheduling{DRAEvictionNodeLabel: "a"}}, err: "`DRAEvictionNodeLabel` \"a\" is not a label; write key=value"},
		"eviction: without a driver":   {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}"), options: aicr.BundleOptions{Scheduling: aicr.Scheduling{DRAEvictionNodeLabel: "a=b"}}, err: "needs the components gpu-operator and nvidia-dra-driver-gpu"},
		"eviction: and dynamic":        {recipe: v1 + "componentRefs:\n" + part("gpu-operator", "{}") + part("nvidia-dra-driver-gpu", "{}"), options: aicr.BundleOptions{DynamicValues: dynamic("nvidia-dra-driver-gpu:kubeletPlugin.nodeSelector"), Scheduling: aicr.Scheduling{DRAEvictionNodeLabel: "a=b"}}, err: "`DRAEvictionNodeLabel` decides about it"},
		"enabled by JSON":              {recipe: v1 + "componentRefs:\n" + part("app", "{}"), options: aicr.BundleOptions{SetJSON: setJSON("app:enabled=false")}, err: "`SetJSON` app:enabled: enabled is the component's switch, which only `Set` makes true or false"},
		"enabled by a file":            {recipe: v1 + "componentRefs:\n" + part("app", "{}"), options: aicr.BundleOptions{SetTextFile: setText("app:enabled=x")}, err: "`SetTextFile` app:enabled: enabled is the component's switch"},
		"default manifests":            {recipe: v1 + "componentRefs:\n- {name: app, namespace: app}\n", registry: "components: [{name: app, helm: {defaultRepository: 'https://h/x', defaultChart: app, defaultVersion: 1.0.0}, manifestFiles: [m.yaml]}]", err: `"m.yaml"`},
		"the gateway's note":           {recipe: v1 + "componentRefs:\n" + part("agentgateway", "{}"), note: `Component "agentgateway" is reached from private networks only`},
		"a version that AICR forgot":   {recipe: "componentRefs:\n" + part("app", "{}"), note: "The recipe has no apiVersion, and AICR 1.0 and later do not read it"},
		"a validation that is unknown": {recipe: v1 + "componentRefs:\n" + part("app", "{}"), registry: "components: [{name: app, validations: [{function: CheckNew, severity: error}]}]", warning: `the registry asks for the validation CheckNew of component "app" (error), which this version does not know`},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"recipe.yaml": c.recipe, "components/slinky-slurm/manifests/shared-storage-pvcs.yaml": "# none"}
			if c.registry != "" {
				files["registry.yaml"] = c.registry
			}
			dir := tree(t, files)
			o := c.options
			o.Recipe, o.Output = options(dir).Recipe, options(dir).Output
			if c.err != "" {
				refused(t, o, codeOf(c.err), c.err)
				return
			}
			check1x(t, o, c.of, c.values, c.warning, c.note)
		})
	}
}

func check1x(t *testing.T, o aicr.BundleOptions, of, want, warning, note string) {
	t.Helper()
	in, warnings := resolve(t, o)
	if of == "" {
		of = in.Recipe.ComponentRefs[0].Name
	}
	if want != "" {
		var w map[string]any
		if err := yaml.Unmarshal([]byte(want), &w); err != nil {
			t.Fatal(err)
		}
		same(t, want, in.Values[of])
	}
	has := func(list []string, text string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, text) })
	}
	if warning != "" && !has(warnings, warning) {
		t.Errorf("warnings %q, want %q", warnings, warning)
	}
	if made, err := aicr.Make(t.Context(), o); err != nil || note != "" && !has(made.Output.DeploymentNotes, note) {
		t.Errorf("%v: want the note %q", err, note)
	}
}

// codeOf is the code of the error: only a file that is missing is not found.
func codeOf(text string) errors.ErrorCode {
	if text == `"m.yaml"` {
		return errors.ErrCodeNotFound
	}
	return errors.ErrCodeInvalidRequest
}
