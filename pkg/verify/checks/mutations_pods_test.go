package checks_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing/fstest"
)

// judged are the checks that say what the API server would of an object, one for those of the
// bundle, one for those that a chart renders.
var judged = []string{"core-schema", "manifest-schema", "object-metadata"}

// podMutations are pods that the API server refuses, each in a Deployment.
var podMutations = []mutation{
	podWith("a container without a name", "{containers: [{image: a:1}]}"),
	podWith("a container without an image", "{containers: [{name: a}]}"),
	podWith("a container name with an underscore", "{containers: [{name: my_app, image: a:1}]}"),
	podWith("no container", "{containers: []}"),
	podWith("a field of a container that is misspelt", "{containers: [{name: a, image: a:1, imagePullPolice: Always}]}"),
	podWith("a pull policy in lower case", "{containers: [{name: a, image: a:1, imagePullPolicy: always}]}"),
	podWith("a map for a list of containers", "{containers: {name: a, image: a:1}}"),
	podWith("a port name that is too long", "{containers: [{name: a, image: a:1, ports: [{name: metrics-of-the-server, containerPort: 80}]}]}"),
	podWith("a port out of range", "{containers: [{name: a, image: a:1, ports: [{containerPort: 80800}]}]}"),
	podWith("a port that is text", `{containers: [{name: a, image: a:1, ports: [{containerPort: "80"}]}]}`),
	podWith("two ports of one name", "{containers: [{name: a, image: a:1, ports: [{name: x, containerPort: 80}, {name: x, containerPort: 81}]}]}"),
	podWith("another port of the node in its network", "{hostNetwork: true, containers: [{name: a, image: a:1, ports: [{containerPort: 80, hostPort: 81}]}]}"),
	podWith("a mount of a volume that is not there", "{containers: [{name: a, image: a:1, volumeMounts: [{name: config, mountPath: /a}]}]}"),
	podWith("two volumes at one place", "{volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}], containers: [{name: a, image: a:1, volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a}]}]}"),
	podWith("a volume with two sources", "{volumes: [{name: v, emptyDir: {}, hostPath: {path: /a}}], containers: [{name: a, image: a:1}]}"),
	podWith("a volume name with an underscore", "{volumes: [{name: my_v, emptyDir: {}}], containers: [{name: a, image: a:1}]}"),
	podWith("a claim without its name", "{volumes: [{name: v, persistentVolumeClaim: {}}], containers: [{name: a, image: a:1}]}"),
	podWith("a path out of a volume", "{volumes: [{name: v, emptyDir: {}}], containers: [{name: a, image: a:1, volumeMounts: [{name: v, mountPath: /a, subPath: ../b}]}]}"),
	podWith("a request above its limit", "{containers: [{name: a, image: a:1, resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}]}"),
	podWith("half a GPU", "{containers: [{name: a, image: a:1, resources: {limits: {nvidia.com/gpu: 500m}}}]}"),
	podWith("a GPU that is requested without a limit", "{containers: [{name: a, image: a:1, resources: {requests: {nvidia.com/gpu: 1}}}]}"),
	podWith("a GPU without its domain", "{containers: [{name: a, image: a:1, resources: {limits: {gpu: 1}}}]}"),
	podWith("a unit that is none", "{containers: [{name: a, image: a:1, resources: {limits: {memory: 8GB}}}]}"),
	podWith("a restart policy that a Deployment cannot have", "{restartPolicy: OnFailure, containers: [{name: a, image: a:1}]}"),
	podWith("a probe that does nothing", "{containers: [{name: a, image: a:1, livenessProbe: {periodSeconds: 5}}]}"),
	podWith("a probe that does two things", "{containers: [{name: a, image: a:1, livenessProbe: {exec: {command: [a]}, tcpSocket: {port: 80}}}]}"),
	podWith("a probe that must succeed twice", "{containers: [{name: a, image: a:1, livenessProbe: {successThreshold: 2, tcpSocket: {port: 80}}}]}"),
	podWith("a variable with a value and a source", "{containers: [{name: a, image: a:1, env: [{name: A, value: x, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}"),
	podWith("a variable from nowhere", "{containers: [{name: a, image: a:1, env: [{name: A, valueFrom: {}}]}]}"),
	podWith("a variable that is a number", "{containers: [{name: a, image: a:1, env: [{name: A, value: 1}]}]}"),
	podWith("a variable that is a boolean", "{containers: [{name: a, image: a:1, env: [{name: A, value: true}]}]}"),
	podWith("an argument that is a number", "{containers: [{name: a, image: a:1, args: [--port, 80]}]}"),
	podWith("a toleration of any value with a value", "{tolerations: [{key: a, operator: Exists, value: b}], containers: [{name: a, image: a:1}]}"),
	podWith("a toleration of an effect that is none", "{tolerations: [{key: a, operator: Exists, effect: NoScheduled}], containers: [{name: a, image: a:1}]}"),
	podWith("a node selector that is a boolean", "{nodeSelector: {gpu: true}, containers: [{name: a, image: a:1}]}"),
	podWith("an affinity without a weight", "{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {matchExpressions: [{key: a, operator: Exists}]}}]}}, containers: [{name: a, image: a:1}]}"),
	podWith("an affinity to no value", "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}, containers: [{name: a, image: a:1}]}"),
	podWith("a spread of nothing", "{topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule}], containers: [{name: a, image: a:1}]}"),
	podWith("privileged and not", "{containers: [{name: a, image: a:1, securityContext: {privileged: true, allowPrivilegeEscalation: false}}]}"),
	podWith("two containers of one name", "{containers: [{name: a, image: a:1}, {name: a, image: b:1}]}", "duplicate-list-key"),
	survives(podWith("a field of the pod that is not there", "{containers: [{name: a, image: a:1, env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.nodename}}}]}]}")),
}

// podWith gives a Deployment a pod that the API server refuses. The checks are right besides those
// of all objects.
func podWith(kind, spec string, checks ...string) mutation {
	return refused(kind, "apps/v1", "Deployment", "spec:\n  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    spec: "+spec+"\n", checks...)
}

// survives is for a mutation that no check finds.
func survives(m mutation) mutation {
	m.checks = nil
	return m
}

// refused adds an object that the API server refuses.
func refused(kind, apiVersion, of, rest string, checks ...string) mutation {
	text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: app, namespace: flux-system}\n%s", apiVersion, of, rest)
	return mutation{kind, false, append(checks, judged...), addObject(text)}
}

// refusedInCluster is refused for what belongs to no namespace.
func refusedInCluster(kind, apiVersion, of, rest string, checks ...string) mutation {
	text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: app}\n%s", apiVersion, of, rest)
	return mutation{kind, false, append(checks, judged...), addObject(text)}
}

// addObject adds an object to the bundle itself, or to one of its manifest charts. Bundles with
// charts in them are left out: they say the same, later.
func addObject(text string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		if bundle["provenance.yaml"] != nil || pick(r, bundle, `configmap-values`) != "" {
			return ""
		}
		if r.IntN(2) == 0 {
			return addTemplate(strings.ReplaceAll(text, "{{", `{{"{{"}}`))(r, bundle)
		}
		return addListed(bundle, "own.yaml", text)
	}
}

// addListed adds a file to the bundle and to its kustomization.
func addListed(bundle fstest.MapFS, file, text string) string {
	put(bundle, file, text)
	put(bundle, listing, replaceOnce(string(bundle[listing].Data), "resources:\n", "resources:\n  - "+file+"\n"))
	return file + ": " + text
}
