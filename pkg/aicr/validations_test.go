package aicr_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestValidationsOfTheRegistry has a row for what each one finds and for what it does not.
func TestValidationsOfTheRegistry(t *testing.T) {
	const (
		aks    = "criteria: {service: AKS, intent: training}\n"
		absent = "metadata: {gpuDriverState: absent}\n"
		there  = "metadata: {gpuDriverState: preinstalled}\n"
	)
	keyed := aicr.Scheduling{AcceleratedNodeTolerations: []aicr.Toleration{{Taint: aicr.Taint{Key: "nvidia.com/gpu", Effect: "NoSchedule"}, Exists: true}}}
	for name, c := range map[string]struct {
		function, severity, head, parts string
		conditions                      string
		scheduling                      aicr.Scheduling
		found                           string // "" where nothing is found
	}{
		"workload selector":       {function: "CheckWorkloadSelectorMissing", severity: "info", parts: part("app", "{}"), found: "`WorkloadSelector` is not given. The message"},
		"workload selector given": {function: "CheckWorkloadSelectorMissing", severity: "info", parts: part("app", "{}"), scheduling: aicr.Scheduling{WorkloadSelector: map[string]string{"a": "b"}}},
		"accelerated selector":    {function: "CheckAcceleratedSelectorMissing", severity: "warning", parts: part("app", "{}"), found: "`AcceleratedNodeSelector` is not given"},
		"conditions hold":         {function: "CheckAcceleratedSelectorMissing", severity: "error", head: aks, conditions: "{service: [gke, aks], intent: [training]}", parts: part("app", "{}"), found: "is not given"},
		"one condition does not":  {function: "CheckAcceleratedSelectorMissing", severity: "error", head: aks, conditions: "{service: [gke, aks], intent: [inference]}", parts: part("app", "{}")},

		"wildcard toleration": {function: "CheckWildcardAcceleratedToleration", severity: "error", head: aks, parts: part("app", "{}"), found: "tol tolerates every taint; give `AcceleratedNodeTolerations` such as nvidia.com/gpu:NoSchedule"},
		"keyed toleration":    {function: "CheckWildcardAcceleratedToleration", severity: "error", head: aks, parts: part("app", "{}"), scheduling: keyed},
		"switched off":        {function: "CheckWildcardAcceleratedToleration", severity: "error", head: aks, parts: part("app", "{enabled: false}") + part("other", "{}")},

		"MOFED of the host":            {function: "CheckHostMofedWithoutNetworkOperator", severity: "warning", parts: part("app", "{driver: {rdma: {useHostMofed: true}}}"), found: "driver.rdma.useHostMofed is true, and the bundle has no network-operator"},
		"MOFED of the operator":        {function: "CheckHostMofedWithoutNetworkOperator", severity: "warning", parts: part("app", "{driver: {rdma: {useHostMofed: true}}}") + part("network-operator", "{}")},
		"nobody installs the driver":   {function: "CheckDriverOwnershipCoherence", severity: "error", head: absent, parts: part("app", "{driver: {enabled: false}}"), found: "made for nodes without a GPU driver"},
		"somebody did":                 {function: "CheckDriverOwnershipCoherence", severity: "error", head: there, parts: part("app", "{driver: {enabled: false}}")},
		"the driver is elsewhere":      {function: "CheckDriverOwnershipCoherence", severity: "error", parts: part("app", "{}") + part("nvidia-dra-driver-gpu", "{nvidiaDriverRoot: /}"), found: `it installs the driver in /run/nvidia/driver (hostPaths.driverInstallDir), and component "nvidia-dra-driver-gpu" looks for it in / (nvidiaDriverRoot)`},
		"the driver is there":          {function: "CheckDriverOwnershipCoherence", severity: "error", parts: part("app", "{hostPaths: {driverInstallDir: /x}}") + part("nvidia-dra-driver-gpu", "{nvidiaDriverRoot: /x/}")},
		"the driver at the root":       {function: "CheckDriverOwnershipCoherence", severity: "error", parts: part("app", "{hostPaths: {driverInstallDir: /}}"), found: "hostPaths.driverInstallDir is /"},
		"the label that nobody sets":   {function: "CheckNVSentinelDriverLabelDetectable", severity: "error", head: there, parts: part("app", "{}"), found: "labeler.assumeDriverInstalled is not true"},
		"the label is assumed":         {function: "CheckNVSentinelDriverLabelDetectable", severity: "error", head: there, parts: part("app", "{labeler: {assumeDriverInstalled: true}}")},
		"the operator sets the label":  {function: "CheckNVSentinelDriverLabelDetectable", severity: "error", head: absent, parts: part("app", "{}")},
		"another runtime class":        {function: "CheckNVSentinelRuntimeClassCoherence", severity: "error", parts: part("app", "{}") + part("gpu-operator", "{operator: {runtimeClass: other}}"), found: `metadata-collector.runtimeClassName is "nvidia", and operator.runtimeClass of component "gpu-operator" "other"`},
		"one runtime class":            {function: "CheckNVSentinelRuntimeClassCoherence", severity: "error", parts: part("app", "{metadata-collector: {runtimeClassName: other}}") + part("gpu-operator", "{operator: {runtimeClass: other}}")},
		"MariaDB: no evidence":         {function: "CheckMariaDBOperatorOwnershipCoherence", severity: "warning", parts: part("app", "{}"), found: "nothing says whether the cluster has a MariaDB operator already"},
		"MariaDB: absent":              {function: "CheckMariaDBOperatorOwnershipCoherence", severity: "warning", head: "metadata: {mariaDBOperatorState: absent}\n", parts: part("app", "{}")},
		"MariaDB: the API":             {function: "CheckMariaDBOperatorOwnershipCoherence", severity: "warning", head: "metadata: {mariaDBOperatorState: api-detected}\n", parts: part("app", "{}"), found: "serves the API of a MariaDB operator"},
		"MariaDB: its objects":         {function: "CheckMariaDBOperatorOwnershipCoherence", severity: "error", head: "metadata: {mariaDBOperatorState: crs-detected}\n", parts: part("app", "{}"), found: "the cluster may have a MariaDB operator already (mariaDBOperatorState crs-detected)"},
		"MariaDB: nobody knows":        {function: "CheckMariaDBOperatorOwnershipCoherence", severity: "error", head: "metadata: {mariaDBOperatorState: unknown}\n", parts: part("app", "{}"), found: "mariaDBOperatorState unknown"},
		"the interfaces are read away": {function: "CheckGKETCPXOInterfacesCoherence", severity: "error", parts: part("app", "{}")},
	} {
		t.Run(name, func(t *testing.T) {
			conditions := c.conditions
			if conditions == "" {
				conditions = "{}"
			}
			o := options(tree(t, map[string]string{
				"recipe.yaml":   v1 + c.head + "componentRefs:\n" + c.parts,
				"registry.yaml": "components: [{name: app, nodeScheduling: {accelerated: {tolerationPaths: [tol]}}, validations: [{function: " + c.function + ", severity: " + c.severity + ", message: The message, conditions: " + conditions + "}]}]",
			}))
			o.Scheduling = c.scheduling
			if c.found != "" && c.severity == "error" {
				refused(t, o, errors.ErrCodeInvalidRequest, `component "app": `, c.found, c.function)
				return
			}
			made, err := aicr.Make(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			said := map[string][]string{"info": made.Output.DeploymentNotes, "warning": made.Output.Warnings}
			if all := strings.Join(append(said["info"], said["warning"]...), "\n"); c.found == "" && strings.Contains(all, c.function) {
				t.Errorf("it finds something:\n%s", all)
			}
			if text := strings.Join(said[c.severity], "\n"); !strings.Contains(text, c.found) {
				t.Errorf("got:  %s\nwant: %s", text, c.found)
			}
		})
	}
}
