package checks_test

import (
	"math/rand/v2"
	"strings"
	"testing/fstest"
)

// kindMutations are objects of Kubernetes' other kinds that its API server refuses.
var kindMutations = []mutation{
	{"a version that Kubernetes has taken away", false, []string{"api-removed"}, takenAway("policy/v1beta1 PodDisruptionBudget", "batch/v1beta1 CronJob", "extensions/v1beta1 Ingress", "autoscaling/v2beta2 HorizontalPodAutoscaler", "networking.k8s.io/v1beta1 Ingress")},
	{"a kind that Kubernetes has taken away", false, []string{"api-removed"}, takenAway("policy/v1beta1 PodSecurityPolicy")},
	{"a kind in the wrong group", false, []string{"api-removed"}, takenAway("v1 Deployment", "apps/v1 Job", "rbac/v1 Role", "networking/v1 NetworkPolicy")},

	refused("a Deployment without a selector", "apps/v1", "Deployment", "spec:\n  template:\n    metadata: {labels: {app: app}}\n    spec: {containers: [{name: a, image: a:1}]}\n"),
	refused("a selector of other pods", "apps/v1", "DaemonSet", "spec:\n  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: other}}\n    spec: {containers: [{name: a, image: a:1}]}\n"),
	refused("fewer than no replicas", "apps/v1", "StatefulSet", "spec:\n  replicas: -1\n  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    spec: {containers: [{name: a, image: a:1}]}\n"),
	refused("replicas that are text", "apps/v1", "Deployment", "spec:\n  replicas: two\n  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    spec: {containers: [{name: a, image: a:1}]}\n"),
	refused("a strategy in lower case", "apps/v1", "Deployment", "spec:\n  strategy: {type: recreate}\n  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    spec: {containers: [{name: a, image: a:1}]}\n"),
	refused("a strategy with the fields of another", "apps/v1", "Deployment", "spec:\n  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}\n  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    spec: {containers: [{name: a, image: a:1}]}\n"),
	refused("a Job that starts again for ever", "batch/v1", "Job", "spec: {template: {spec: {restartPolicy: Always, containers: [{name: a, image: a:1}]}}}\n"),
	refused("a schedule that is none", "batch/v1", "CronJob", "spec: {schedule: every day, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}}}\n"),

	refused("a Service without a port", "v1", "Service", "spec: {selector: {app: app}}\n"),
	refused("a type of Service in the wrong case", "v1", "Service", "spec: {type: Loadbalancer, ports: [{port: 80}]}\n"),
	refused("two ports of a Service without names", "v1", "Service", "spec: {ports: [{port: 80}, {port: 81}]}\n"),
	refused("a selector that is a list", "v1", "Service", "spec: {ports: [{port: 80}], selector: [app]}\n"),
	refused("an external name without the name", "v1", "Service", "spec: {type: ExternalName}\n"),
	refused("a path of an Ingress without its type", "networking.k8s.io/v1", "Ingress", "spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n"),
	refused("a path of an Ingress without a slash", "networking.k8s.io/v1", "Ingress", "spec: {rules: [{http: {paths: [{path: a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n"),
	refused("a host that is an address", "networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: 10.0.0.1, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n"),
	refused("an Ingress as it was before", "networking.k8s.io/v1", "Ingress", "spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {serviceName: a, servicePort: 80}}]}}]}\n"),
	refused("a NetworkPolicy for no port", "networking.k8s.io/v1", "NetworkPolicy", "spec: {podSelector: {}, ingress: [{ports: [{port: 0}]}]}\n"),
	refused("a block of addresses that is none", "networking.k8s.io/v1", "NetworkPolicy", "spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]}\n"),

	refused("a budget that says both", "policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 1, maxUnavailable: 1, selector: {matchLabels: {a: b}}}\n"),
	refused("an autoscaler with less than it has at least", "autoscaling/v2", "HorizontalPodAutoscaler", "spec: {minReplicas: 5, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}\n"),
	refused("an autoscaler without an upper bound", "autoscaling/v2", "HorizontalPodAutoscaler", "spec: {minReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}\n"),
	refusedInCluster("a priority above all", "scheduling.k8s.io/v1", "PriorityClass", "value: 2000000000\n"),

	refused("a claim without a size", "v1", "PersistentVolumeClaim", "spec: {accessModes: [ReadWriteOnce]}\n"),
	refused("a way of access that is none", "v1", "PersistentVolumeClaim", "spec: {accessModes: [RWO], resources: {requests: {storage: 1Gi}}}\n"),
	refusedInCluster("a StorageClass without a provisioner", "storage.k8s.io/v1", "StorageClass", "reclaimPolicy: Delete\n"),
	refusedInCluster("a StorageClass with a parameter that is a boolean", "storage.k8s.io/v1", "StorageClass", "provisioner: ebs.csi.aws.com\nparameters: {encrypted: true}\n"),

	refused("a binding to what is no role", "rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ServiceAccount, name: a}\nsubjects: []\n"),
	refused("a rule without verbs", "rbac.authorization.k8s.io/v1", "Role", "rules: [{apiGroups: [''], resources: [pods]}]\n"),
	refusedInCluster("a rule without a group", "rbac.authorization.k8s.io/v1", "ClusterRole", "rules: [{resources: [pods], verbs: [get]}]\n"),
	refusedInCluster("an account without its namespace", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: [{kind: ServiceAccount, name: a}]\n"),

	refused("a key with a slash", "v1", "ConfigMap", "data: {a/b: c}\n"),
	refused("data that are a number", "v1", "ConfigMap", "data: {replicas: 3}\n"),
	refused("data that are a map", "v1", "ConfigMap", "data: {config: {a: b}}\n"),
	refused("a certificate without its key", "v1", "Secret", "type: kubernetes.io/tls\nstringData: {tls.crt: a}\n"),
	refused("data of a Secret in clear", "v1", "Secret", "data: {config: 'a b'}\n"),
	refused("a login that is not JSON", "v1", "Secret", "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: user}\n"),
	refusedInCluster("a webhook that says nothing of side effects", "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "webhooks: [{name: a.example.com, admissionReviewVersions: [v1], clientConfig: {url: 'https://a.example.com'}}]\n"),
	survives(refusedInCluster("a policy whose expression is no CEL", "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "spec: {matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}, validations: [{expression: object.spec.replicas <}]}\n")),

	metadata("a label that is a boolean", "{name: app, namespace: flux-system, labels: {managed: true}}"),
	metadata("a label with a blank", "{name: app, namespace: flux-system, labels: {team: platform team}}"),
	metadata("a label with two slashes", "{name: app, namespace: flux-system, labels: {a/b/c: d}}"),
	metadata("an annotation that is a number", "{name: app, namespace: flux-system, annotations: {version: 3}}"),
	metadata("a name in upper case", "{name: App, namespace: flux-system}"),
	metadata("labels that are a list", "{name: app, namespace: flux-system, labels: [a]}"),
}

// metadata adds an object whose metadata the API server refuses.
func metadata(kind, text string) mutation {
	return mutation{kind, false, append([]string{"yaml-syntax", "kustomize-build", "post-render"}, judged...), addObject("apiVersion: v1\nkind: ConfigMap\nmetadata: " + text + "\ndata: {a: b}\n")}
}

// takenAway adds an object of one of the kinds.
func takenAway(kinds ...string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		apiVersion, kind, _ := strings.Cut(kinds[r.IntN(len(kinds))], " ")
		return addObject("apiVersion: "+apiVersion+"\nkind: "+kind+"\nmetadata: {name: app, namespace: flux-system}\n")(r, bundle)
	}
}
