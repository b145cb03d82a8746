package kubeapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// Gone says why a version of Kubernetes does not serve a kind of one of its own groups.
func Gone(version string, kind Kind) string {
	life := catalogOnce().history[kind]
	now := number(version)
	text := fmt.Sprintf("Kubernetes %s has no %s in %s", version, kind.Kind, kind.APIVersion())
	if life.Removed > 0 && life.Removed <= now {
		text = fmt.Sprintf("Kubernetes serves no %s in %s since 1.%d", kind.Kind, kind.APIVersion(), life.Removed)
	}
	if instead := replacement(version, kind); instead != "" {
		text += "; it has " + instead
	}
	return text
}

// Deprecated says what will become of a kind that a version of Kubernetes still serves; "" where
// nobody plans anything.
func Deprecated(version string, kind Kind) string {
	life := catalogOnce().history[kind]
	instead := replacement(version, kind)
	if life.Deprecated == 0 || life.Deprecated > number(version) || instead == "" {
		return ""
	}
	text := fmt.Sprintf("%s %s is deprecated since Kubernetes 1.%d", kind.APIVersion(), kind.Kind, life.Deprecated)
	if life.Removed > 0 {
		text += fmt.Sprintf(", and no longer served from 1.%d on", life.Removed)
	}
	return text + "; " + instead + " is there instead"
}

// SwitchedOff says of a kind that it is served only where somebody switched it on.
func SwitchedOff(version string, kind Kind) string {
	text := fmt.Sprintf("Kubernetes %s serves %s only where the API server is told to, by --runtime-config", version, kind.APIVersion())
	if instead := replacement(version, kind); instead != "" {
		text += "; it has " + instead
	}
	return text
}

// replacement returns what the version serves in the place of a kind, "policy/v1 PodDisruptionBudget":
// what its Go type names, or the same kind in another version of the group. It is empty where there
// is nothing.
func replacement(version string, kind Kind) string {
	for at, steps := kind, 0; steps < 3; steps++ { // a replacement may be gone, too
		apiVersion, name, found := strings.Cut(catalogOnce().history[at].Replacement, " ")
		if !found {
			break
		}
		if at = kubeschema.KindOf(apiVersion, strings.TrimSuffix(name, "List")); Find(version, at) != nil {
			return at.APIVersion() + " " + at.Kind
		}
	}
	best := ""
	for other, resource := range served(version) {
		if resource != nil && other.Group == kind.Group && other.Kind == kind.Kind && other != kind && !other.Optional() {
			best = other.APIVersion() + " " + other.Kind
		}
	}
	return best
}

// number returns 36 of "1.36".
func number(version string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(version, "1."))
	return n
}
