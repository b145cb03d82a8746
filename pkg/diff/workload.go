package diff

import "slices"

// runsPods reports whether the pods of a workload are replaced when their template changes.
// Kubernetes does that at once, unless it is told to wait for somebody to delete them.
func runsPods(p pair) bool {
	return p.group == "apps" && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, p.kind) &&
		p.change() == Changed && textAt(p.to, "spec", "updateStrategy", "type") != "OnDelete"
}

// fixed are the fields that Kubernetes never changes in an object of that kind that is there.
func fixed(r ref) [][]string {
	spec := func(fields ...string) (paths [][]string) {
		for _, field := range fields {
			paths = append(paths, []string{"spec", field})
		}
		return paths
	}
	switch r.group + "/" + r.kind {
	case "apps/Deployment", "apps/DaemonSet":
		return spec("selector")
	case "apps/StatefulSet":
		return spec("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates")
	case "batch/Job":
		return spec("template", "selector", "completionMode")
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		return [][]string{{"roleRef"}}
	case "storage.k8s.io/StorageClass":
		return [][]string{{"provisioner"}, {"parameters"}, {"reclaimPolicy"}, {"volumeBindingMode"}}
	case "scheduling.k8s.io/PriorityClass":
		return [][]string{{"value"}}
	case "/PersistentVolumeClaim":
		return spec("accessModes", "storageClassName", "volumeMode", "volumeName", "selector")
	case "apiextensions.k8s.io/CustomResourceDefinition":
		return spec("scope")
	}
	return nil
}

// refused are the fields of an object that change, and that Kubernetes refuses to change.
func refused(p pair) []string {
	if p.change() != Changed {
		return nil
	}
	var paths []string
	for _, keys := range fixed(p.ref) {
		if !same(at(p.from, keys...), at(p.to, keys...)) {
			path := ""
			for _, key := range keys {
				path = below(path, key)
			}
			paths = append(paths, path)
		}
	}
	return paths
}

// kept reports whether Helm leaves an object in the cluster that its release no longer has.
func kept(o map[string]any) bool {
	return textAt(o, "metadata", "annotations", "helm.sh/resource-policy") == "keep"
}

// isCRD reports whether it is a CustomResourceDefinition.
func isCRD(r ref) bool {
	return r.group == "apiextensions.k8s.io" && r.kind == "CustomResourceDefinition"
}
