package option

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// bridge turns AICR's configuration file into a file of ours. Its nodes have the lines of AICR's.
type bridge struct {
	from, to *yaml.Node
	// labels are how messages call the fields: by their paths in AICR's file.
	labels   map[string]string
	problems []error
}

// translate returns the fields of a config file that mean the same, how messages call them, and
// warnings of what is not applied here.
func translate(root *yaml.Node) (file *yaml.Node, labels map[string]string, warnings []string, problems []error) {
	var c aicrConfig
	if _, err := yamldoc.Decode(root, &c, yamldoc.Options{}); err != nil {
		return nil, nil, nil, []error{err}
	}
	b := bridge{from: root, to: &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: root.Line}, labels: map[string]string{}}
	if c.Spec.Bundle != nil {
		b.bundle(c.Spec.Bundle)
		warnings = c.Spec.Bundle.warnings()
	}
	return b.to, b.labels, warnings, append(b.problems, c.check(root)...)
}

func (b *bridge) bundle(c *aicrBundle) {
	b.text("recipe", c.Input.Recipe, "input", "recipe")
	b.text("output", c.Output.Target, "output", "target")
	b.text("imageRefs", c.Output.ImageRefs, "output", "imageRefs")

	d := &c.Deployment
	b.text("deployer", d.Deployer, "deployment", "deployer")
	b.text("repo", d.Repo, "deployment", "repo")
	b.list("set", d.Set, "deployment", "set")
	b.list("dynamic", d.Dynamic, "deployment", "dynamic")
	b.toggle("vendorCharts", d.VendorCharts, "deployment", "vendorCharts")

	s := &c.Scheduling
	b.selector("systemNodeSelector", s.SystemNodeSelector, "scheduling", "systemNodeSelector")
	b.tolerations("systemNodeToleration", s.SystemNodeTolerations, "scheduling", "systemNodeTolerations")
	b.selector("acceleratedNodeSelector", s.AcceleratedNodeSelector, "scheduling", "acceleratedNodeSelector")
	b.tolerations("acceleratedNodeToleration", s.AcceleratedNodeTolerations, "scheduling", "acceleratedNodeTolerations")
	b.selector("workloadSelector", s.WorkloadSelector, "scheduling", "workloadSelector")
	b.text("workloadGate", s.WorkloadGate, "scheduling", "workloadGate")
	if s.Nodes != 0 {
		b.text("nodes", strconv.Itoa(s.Nodes), "scheduling", "nodes")
	}
	b.text("storageClass", s.StorageClass, "scheduling", "storageClass")
	b.text("sharedStorageClass", s.SharedStorageClass, "scheduling", "sharedStorageClass")
	b.text("draEvictionNodeLabel", s.DRAEvictionNodeLabel, "scheduling", "draEvictionNodeLabel")

	b.toggle("insecureTls", c.Registry.InsecureTLS, "registry", "insecureTLS")
	b.toggle("plainHttp", c.Registry.PlainHTTP, "registry", "plainHTTP")
}

// put adds a field of our file for what stands at a path below spec.bundle.
func (b *bridge) put(field string, value *yaml.Node, at ...string) {
	value.Line = b.line(at)
	b.to.Content = append(b.to.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: field, Line: value.Line}, value)
	b.labels[field] = "spec.bundle." + strings.Join(at, ".")
}

func (b *bridge) line(at []string, more ...any) int {
	path := []any{"spec", "bundle"}
	for _, key := range at {
		path = append(path, key)
	}
	return yamldoc.Line(b.from, append(path, more...)...)
}

func (b *bridge) text(field, text string, at ...string) {
	if text != "" {
		b.put(field, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}, at...)
	}
}

func (b *bridge) toggle(field string, on bool, at ...string) {
	if on {
		b.put(field, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}, at...)
	}
}

func (b *bridge) list(field string, texts []string, at ...string) {
	if len(texts) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for i, text := range texts {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: b.line(at, i)})
	}
	b.put(field, list, at...)
}

// tolerations writes an empty list as the word for it: where there is no list at all, pods tolerate
// everything.
func (b *bridge) tolerations(field string, texts []string, at ...string) {
	if texts != nil && len(texts) == 0 {
		texts = []string{noTolerations}
	}
	b.list(field, texts, at...)
}

// selector writes a map of labels as a list of them.
func (b *bridge) selector(field string, labels map[string]string, at ...string) {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		label := key + "=" + labels[key]
		if strings.Contains(label, ",") || strings.Contains(key, "=") { // would be read as other labels
			b.problems = append(b.problems, yamldoc.Problemf(b.line(at, key), "spec.bundle.%s: %q is not a label", strings.Join(at, "."), label))
			continue
		}
		list = append(list, label)
	}
	b.list(field, list, at...)
}

// warnings name the fields that other deployers or AICR alone know.
func (c *aicrBundle) warnings() []string {
	var list []string
	if c.Deployment.AppName != "" {
		list = append(list, "spec.bundle.deployment.appName is not applied: it is for the deployer argocd")
	}
	var signing []string
	a := &c.Attestation
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"enabled", a.Enabled},
		{"certificateIdentityRegexp", a.CertificateIdentityRegexp != ""},
		{"oidcDeviceFlow", a.OIDCDeviceFlow},
		{"fulcioURL", a.FulcioURL != ""},
		{"rekorURL", a.RekorURL != ""},
		{"signingKey", a.SigningKey != ""},
	} {
		if f.set {
			signing = append(signing, f.name)
		}
	}
	if len(signing) > 0 {
		list = append(list, "spec.bundle.attestation ("+strings.Join(signing, ", ")+") is not applied: nothing is signed here; publish the bundle, and sign the artifact, for example with cosign")
	}
	return list
}
