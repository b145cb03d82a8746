package recipe

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// BundledFile is the name of the recipe in a bundle.
const BundledFile = "recipe.yaml"

// The names of constraints that people know by other words.
const (
	serverVersion = "K8s.server.version"
	osID          = "OS.release.ID"
	osVersion     = "OS.release.VERSION_ID"
	kernel        = "OS.sysctl./proc/sys/kernel/osrelease"
	gpuNodeLabel  = "NodeTopology.gpu-nodes.label"
)

// Constraints returns what a recipe, or anything that looks like one, wants of a cluster; nil where it
// cannot be read.
func Constraints(document []byte) []Constraint {
	var r struct {
		Constraints []Constraint `json:"constraints"`
	}
	if yaml.Unmarshal(document, &r) != nil {
		return nil
	}
	return r.Constraints
}

// KubeVersion returns the versions of Kubernetes that the constraints allow, ">= 1.34"; "" where they
// say nothing of it.
func KubeVersion(constraints []Constraint) string { return valueOf(constraints, serverVersion) }

// Want is what a recipe wants of a cluster, in words: "Kubernetes >= 1.34". Remedy says what to do where
// it is not so, and may be empty.
type Want struct{ Text, Remedy string }

// String returns all of it.
func (w Want) String() string {
	if w.Remedy == "" {
		return w.Text
	}
	return w.Text + " (" + w.Remedy + ")"
}

// Wants says in words what the constraints want. One that has no words here keeps its name.
func Wants(constraints []Constraint) []Want {
	var wants []Want
	for _, c := range constraints {
		text := ""
		switch {
		case strings.EqualFold(c.Name, serverVersion):
			text = "Kubernetes " + c.Value
		case strings.EqualFold(c.Name, osID):
			text = strings.TrimRight(c.Value+" "+valueOf(constraints, osVersion), " ") + " on the nodes"
		case strings.EqualFold(c.Name, osVersion) && valueOf(constraints, osID) != "":
			continue
		case strings.EqualFold(c.Name, kernel):
			text = "Linux " + c.Value + " on the nodes"
		case strings.EqualFold(c.Name, gpuNodeLabel) && strings.HasPrefix(c.Value, "!"):
			text = "GPU nodes without the label " + c.Value[1:]
		case strings.EqualFold(c.Name, gpuNodeLabel):
			text = "GPU nodes with the label " + c.Value
		default:
			text = strings.TrimSpace(c.Name + " " + c.Value)
		}
		wants = append(wants, Want{strings.TrimRight(text+" "+c.Unit, " "), c.Remediation})
	}
	return wants
}

func valueOf(constraints []Constraint, name string) string {
	for _, c := range constraints {
		if strings.EqualFold(c.Name, name) {
			return c.Value
		}
	}
	return ""
}
