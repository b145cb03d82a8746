package kubeapi_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// taken returns the objects of testdata by "Kind name".
func taken(t *testing.T) map[string]map[string]any {
	t.Helper()
	text, err := os.ReadFile("testdata/taken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		object, _ := parse(t, document).(map[string]any)
		metadata, _ := object["metadata"].(map[string]any)
		all[object["kind"].(string)+" "+metadata["name"].(string)] = object
	}
	return all
}

func parse(t *testing.T, text string) (v any) {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err == nil {
		err = kjson.UnmarshalCaseSensitivePreserveInts(data, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func problemsOf(t *testing.T, version string, object map[string]any) []kubeapi.Problem {
	t.Helper()
	resource := kubeapi.Find(version, kindOf(object["apiVersion"].(string), object["kind"].(string)))
	if resource == nil {
		t.Fatalf("Kubernetes %s has no %s %s", version, object["apiVersion"], object["kind"])
	}
	problems, err := resource.Problems(t.Context(), object, false)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

func TestHealthyObjectsAreTaken(t *testing.T) {
	for name, object := range taken(t) {
		for _, version := range kubeapi.Versions() {
			if problems := problemsOf(t, version, object); len(problems) > 0 {
				t.Errorf("Kubernetes %s: %s: %v", version, name, problems)
			}
		}
	}
}

// TestWhatAnAPIServerRefuses changes one field of an object that is taken, and wants one problem
// there, or at the place that is named. A real API server refuses all of them.
func TestWhatAnAPIServerRefuses(t *testing.T) {
	const (
		pod       = "spec.template.spec"
		container = pod + ".containers[0]"
	)
	for _, c := range []struct{ object, at, value, where, says string }{
		{"Deployment web", "spec.replicas", "-1", "", "negative"},
		{"Deployment web", "spec.selector", "{}", "", "empty selector"},
		{"Deployment web", "spec.selector.matchLabels.app", "x", "spec.template.metadata.labels", "does not match"},
		{"Deployment web", "spec.selector.matchLabels.app", "x y", "spec.selector.matchLabels", ""},
		{"Deployment web", "spec.strategy.type", "Recreate", "spec.strategy.rollingUpdate", "Recreate"},
		{"Deployment web", "spec.strategy.type", "Rolling", "", "not one of"},
		{"Deployment web", "spec.strategy.rollingUpdate.maxSurge", "0", "spec.strategy.rollingUpdate.maxUnavailable", "0"},
		{"Deployment web", "spec.strategy.rollingUpdate.maxSurge", "half", "", "percentage"},
		{"Deployment web", "spec.progressDeadlineSeconds", "5", "", "minReadySeconds"},
		{"Deployment web", "spec.template.metadata.labels", "{app: web, tier: a, x: -a}", "spec.template.metadata.labels.x", ""},
		{"Deployment web", "spec.template.metadata.annotations", "{a/b/c: d}", `spec.template.metadata.annotations["a/b/c"]`, ""},
		{"Deployment web", pod + ".restartPolicy", "OnFailure", "", "not one of"},
		{"Deployment web", pod + ".activeDeadlineSeconds", "5", "", ""},
		{"Deployment web", pod + ".containers", "[]", "", "needs a container"},
		{"Deployment web", pod + ".dnsConfig", "{}", pod + ".dnsConfig.nameservers", "name server"},
		{"Deployment web", pod + ".nodeSelector", "{a: b c}", pod + ".nodeSelector.a", ""},
		{"Deployment web", pod + ".serviceAccountName", "A", "", ""},
		{"Deployment web", pod + ".hostAliases[0].ip", "a", "", "IP address"},
		{"Deployment web", pod + ".tolerations[0].value", "x", "", "Exists"},
		{"Deployment web", pod + ".tolerations[1].operator", "Equal", "", "Exists"},
		{"Deployment web", pod + ".tolerations[2].effect", "NoSchedule", "", "NoExecute"},
		{"Deployment web", pod + ".tolerations[2].operator", "Exist", "", "not one of"},
		{"Deployment web", pod + ".topologySpreadConstraints[0].maxSkew", "0", "", "greater than 0"},
		{"Deployment web", pod + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values", "[]", "", "need a value"},
		{"Deployment web", pod + ".affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight", "101", "", "1 to 100"},
		{"Deployment web", pod + ".volumes[0].name", "other", container + ".volumeMounts[0].name", `there is no "data"`},
		{"Deployment web", pod + ".volumes[1].name", "data", "", ""},
		{"Deployment web", pod + ".volumes[0].emptyDir", "{}", pod + ".volumes[0]", "one source"},
		{"Deployment web", pod + ".initContainers[0].name", "web", pod + ".initContainers[0].name", "twice"},
		{"Deployment web", pod + ".initContainers[0].livenessProbe", "{exec: {command: [a]}}", "", "init container"},
		{"Deployment web", container + ".name", "Web", "", "lower case"},
		{"Deployment web", container + ".image", `""`, "", "image"},
		{"Deployment web", container + ".ports[0].containerPort", "80800", "", "65535"},
		{"Deployment web", container + ".ports[0].name", "a-name-that-is-too-long", "", "15"},
		{"Deployment web", container + ".ports[1].name", "http", "", "twice"},
		{"Deployment web", container + ".env[0].name", "A=B", "", ""},
		{"Deployment web", container + ".env[2].value", "x", container + ".env[2].valueFrom", "not empty"},
		{"Deployment web", container + ".env[2].valueFrom", "{}", "", "where the value comes from"},
		{"Deployment web", container + ".envFrom[0]", "{}", "", "configMapRef or secretRef"},
		{"Deployment web", container + ".volumeMounts[1].mountPath", "/data", "", "mounted there"},
		{"Deployment web", container + ".volumeMounts[0].subPath", "../a", "", "relative"},
		{"Deployment web", container + ".resources.requests.memory", "2Gi", "", "more than the limit"},
		{"Deployment web", container + ".resources.requests.hugepages-2Mi", "2Mi", "", "cannot be shared"},
		{"Deployment web", container + ".resources.limits.gpu", "1", "", "nvidia.com/gpu"},
		{"Deployment web", container + ".resources.requests.memory", "1gb", "", "quantity"},
		{"Deployment web", container + ".livenessProbe.tcpSocket", "{port: 1}", container + ".livenessProbe", "one thing"},
		{"Deployment web", container + ".livenessProbe.successThreshold", "2", "", "must be 1"},
		{"Deployment web", container + ".livenessProbe.httpGet.port", "0", "", "65535"},
		{"Deployment web", container + ".readinessProbe", "{periodSeconds: 1}", "", "what is done"},
		{"Deployment web", container + ".readinessProbe.exec.command", "[]", "", "command"},
		{"Deployment web", container + ".securityContext.privileged", "true", container + ".securityContext.allowPrivilegeEscalation", "privileged"},
		{"Deployment web", container + ".imagePullPolicy", "Alway", "", "not one of"},
		{"DaemonSet agent", "spec.updateStrategy.rollingUpdate.maxSurge", "1", "", "maxUnavailable"},
		{"DaemonSet agent", container + ".ports[0].hostPort", "1", "", "containerPort"},
		{"StatefulSet db", "spec.serviceName", "A_b", "", ""},
		{"StatefulSet db", "spec.volumeClaimTemplates[0].spec.accessModes", "[]", "", "access mode"},
		{"StatefulSet db", "spec.volumeClaimTemplates[0].metadata.name", "other", container + ".volumeMounts[0].name", `there is no "data"`},
		{"Job once", pod + ".restartPolicy", "Always", "", "OnFailure or Never"},
		{"Job once", "spec.backoffLimit", "-1", "", "negative"},
		{"Job once", "spec.selector", "{matchLabels: {a: b}}", "", "makes the selector"},
		{"Job once", "spec.completions", "null", "", "Indexed"},
		{"CronJob often", "spec.schedule", "every day", "", "cron"},
		{"CronJob often", "spec.schedule", "TZ=UTC 0 * * * *", "", "timeZone"},
		{"CronJob often", "spec.timeZone", "Mars/Base", "", "time zone"},
		{"CronJob often", "metadata.name", "a-name-that-leaves-no-room-for-what-a-controller-adds-to-it", "", "52"},
		{"Service web", "spec.ports", "[]", "", "needs a port"},
		{"Service web", "spec.ports[0].name", `""`, "", "needs a name"},
		{"Service web", "spec.ports[0].port", "0", "", "65535"},
		{"Service web", "spec.ports[1].protocol", "TCP", "spec.ports[1]", "twice"},
		{"Service web", "spec.type", "ClusterIP", "spec.ports[1].nodePort", "ClusterIP"},
		{"Service web", "spec.selector", "{a: b c}", "spec.selector.a", ""},
		{"Service elsewhere", "spec.externalName", `""`, "", "ExternalName"},
		{"Ingress web", "spec.rules[0].host", "10.0.0.1", "", "DNS name"},
		{"Ingress web", "spec.rules[0].http.paths[0].path", "a", "", "begin with /"},
		{"Ingress web", "spec.rules[0].http.paths[0].backend", "{}", "", "service or a resource"},
		{"Ingress web", "spec.rules[0].http.paths[0].backend.service.port.name", "http", "spec.rules[0].http.paths[0].backend.service.port", "both"},
		{"NetworkPolicy web", "spec.ingress[1].from[1].ipBlock.cidr", "10.0.0.0", "", "range"},
		{"NetworkPolicy web", "spec.ingress[1].from[0]", "{}", "", "podSelector"},
		{"PodDisruptionBudget web", "spec.maxUnavailable", "1", "spec", "both"},
		{"HorizontalPodAutoscaler web", "spec.minReplicas", "5", "spec.maxReplicas", "minReplicas"},
		{"HorizontalPodAutoscaler web", "spec.minReplicas", "0", "", "at least 1"},
		{"HorizontalPodAutoscaler web", "spec.metrics[0].type", "Pods", "spec.metrics[0]", "pods"},
		{"PersistentVolumeClaim data", "spec.resources", "{}", "spec.resources.requests.storage", "how much"},
		{"PersistentVolumeClaim data", "spec.resources.requests.storage", "0", "", "greater than 0"},
		{"PersistentVolumeClaim data", "spec.accessModes", "[ReadWriteOncePod, ReadWriteOnce]", "", "no other"},
		{"PersistentVolume data", "spec.nfs", "{server: a, path: /b}", "spec", "one source"},
		{"ConfigMap c", "data", "{a/b: c}", `data["a/b"]`, ""},
		{"ConfigMap c", "data", "{d: c}", "data.d", "same key"},
		{"Secret tls", "data", "{tls.crt: ''}", `data["tls.key"]`, "needs this key"},
		{"Secret tls", "data", "{tls.crt: 'a b', tls.key: ''}", `data["tls.crt"]`, "base64"},
		{"Secret pull", "stringData", "{.dockerconfigjson: a}", `data[".dockerconfigjson"]`, "JSON"},
		{"Role system:r", "rules[0].apiGroups", "[]", "", "API group"},
		{"Role system:r", "rules[0].verbs", "[]", "", "verb"},
		{"RoleBinding r", "roleRef.kind", "ClusterRol", "", "not one of"},
		{"ClusterRoleBinding r", "subjects[0].namespace", `""`, "", "in a namespace"},
		{"ClusterRoleBinding r", "subjects[1].kind", "Groups", "", "not one of"},
		{"PriorityClass high", "value", "2000000000", "", "at most"},
		{"ValidatingWebhookConfiguration v", "webhooks[0].clientConfig", "{}", "", "either a service or a url"},
		{"ValidatingWebhookConfiguration v", "webhooks[0].sideEffects", "Some", "", "not one of"},
		{"MutatingWebhookConfiguration m", "webhooks[0].name", "a", "", ""},
		{"MutatingWebhookConfiguration m", "webhooks[0].clientConfig.url", "http://a", "", "https"},
		{"CustomResourceDefinition things.example.com", "spec.versions[0].storage", "false", "spec.versions", "storage: true"},
		{"CustomResourceDefinition things.example.com", "metadata.name", "thing.example.com", "", "things.example.com"},
	} {
		t.Run(c.object+" "+c.at+" "+c.value, func(t *testing.T) {
			object := runtime.DeepCopyJSON(taken(t)[c.object])
			set(t, object, kubeschema.Steps(object, c.at), parse(t, c.value))
			where := c.where
			if where == "" {
				where = c.at
			}
			problems := problemsOf(t, "1.36", object)
			for _, p := range problems {
				if path(p.Path) == path(kubeschema.Steps(object, where)) && strings.Contains(p.Text, c.says) {
					return
				}
			}
			t.Errorf("want a problem at %s that says %q, got %v", where, c.says, problems)
		})
	}
}

func set(t *testing.T, object map[string]any, at []any, value any) {
	t.Helper()
	var v any = object
	for i, step := range at {
		last := i == len(at)-1
		switch step := step.(type) {
		case string:
			m := v.(map[string]any)
			if last {
				m[step] = value
			}
			v = m[step]
		case int:
			list := v.([]any)
			if last {
				list[step] = value
			}
			v = list[step]
		}
	}
}

func path(steps []any) string { return fmt.Sprintf("%q", steps) }
