package rollout

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
)

// Release is what a HelmRelease asks helm-controller for, with the defaults that the controller
// fills in. Fields of a wrong type read as empty.
type Release struct {
	*Object
	// ReleaseName, TargetNamespace and StorageNamespace are what Helm gets.
	ReleaseName, TargetNamespace, StorageNamespace string
	// CreateNamespace is install.createNamespace.
	CreateNamespace bool
	// DependsOn are the releases that this one waits for.
	DependsOn []Dependency
	// Chart is the name or path of spec.chart; empty with a chartRef.
	Chart, Version string
	// Source is what the chart comes from, spec.chart's sourceRef or the chartRef; HasChartRef
	// tells which.
	Source      Ref
	HasChartRef bool
	// ValuesFiles are chart.spec.valuesFiles, which stand in the place of the chart's values.yaml:
	// paths in the source of a chart from Git, in the chart itself otherwise.
	ValuesFiles []string
	// IgnoreMissingValuesFiles says that a file that is not there is left out.
	IgnoreMissingValuesFiles bool
	ValuesFrom               []ValuesFrom
	// Gates are healthCheckExprs.
	Gates []Gate
}

// Gate says in CEL when the objects of a kind that a release brings are ready, or never will be.
type Gate struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Current    string `json:"current"`
	Failed     string `json:"failed,omitempty"`
}

// Dependency is one entry of dependsOn.
type Dependency struct {
	Ref
	Place Place
}

// ValuesFrom is one entry of valuesFrom.
type ValuesFrom struct {
	Ref
	// Key is where the values stand, TargetPath where one value of text goes instead.
	Key, TargetPath string
	// Optional says that the object may be missing, Literal that the text of a TargetPath is taken
	// as it is, and not read as helm --set reads it.
	Optional, Literal bool
	// OfCluster says that the ConfigMap belongs to the cluster, and is not expected in the bundle.
	OfCluster bool
	Place     Place
}

// ClusterValuesAnnotation names the ConfigMap among those with a release's values that each cluster
// brings itself.
const ClusterValuesAnnotation = "aicr.run/cluster-values"

// newRelease reads the fields as helm-controller does.
func newRelease(o *Object) *Release {
	r := &Release{Object: o, TargetNamespace: o.Text("spec", "targetNamespace"), ReleaseName: o.Text("spec", "releaseName")}
	if r.ReleaseName == "" {
		r.ReleaseName = defaultReleaseName(r.TargetNamespace, o.Name)
	}
	r.StorageNamespace = cmp.Or(o.Text("spec", "storageNamespace"), o.Namespace)
	r.TargetNamespace = cmp.Or(r.TargetNamespace, o.Namespace)
	r.CreateNamespace, _ = o.Get("spec", "install", "createNamespace").(bool)
	for i := range asList(o.Get("spec", "dependsOn")) {
		at := []any{"spec", "dependsOn", i}
		name, namespace := o.Text(append(at, "name")...), o.Text(append(at, "namespace")...)
		r.DependsOn = append(r.DependsOn, Dependency{Ref{o.Kind, cmp.Or(namespace, o.Namespace), name}, o.Place(at...)})
	}
	r.Chart, r.Version = o.Text("spec", "chart", "spec", "chart"), o.Text("spec", "chart", "spec", "version")
	at := []any{"spec", "chart", "spec", "sourceRef"}
	if o.Get("spec", "chartRef") != nil {
		at, r.HasChartRef = []any{"spec", "chartRef"}, true
	}
	r.Source = Ref{o.Text(append(at, "kind")...), cmp.Or(o.Text(append(at, "namespace")...), o.Namespace), o.Text(append(at, "name")...)}
	for _, file := range asList(o.Get("spec", "chart", "spec", "valuesFiles")) {
		if name, ok := file.(string); ok {
			r.ValuesFiles = append(r.ValuesFiles, name)
		}
	}
	r.IgnoreMissingValuesFiles, _ = o.Get("spec", "chart", "spec", "ignoreMissingValuesFiles").(bool)
	for i := range asList(o.Get("spec", "valuesFrom")) {
		r.ValuesFrom = append(r.ValuesFrom, newValuesFrom(o, i))
	}
	for i := range asList(o.Get("spec", "healthCheckExprs")) {
		text := func(field string) string { return o.Text("spec", "healthCheckExprs", i, field) }
		r.Gates = append(r.Gates, Gate{APIVersion: text("apiVersion"), Kind: text("kind"), Current: text("current"), Failed: text("failed")})
	}
	return r
}

func newValuesFrom(o *Object, i int) ValuesFrom {
	at := []any{"spec", "valuesFrom", i}
	text := func(field string) string { return o.Text(append(at, field)...) }
	name := text("name")
	optional, _ := o.Get(append(at, "optional")...).(bool)
	literal, _ := o.Get(append(at, "literal")...).(bool)
	return ValuesFrom{
		Ref: Ref{text("kind"), o.Namespace, name}, Key: cmp.Or(text("valuesKey"), "values.yaml"),
		TargetPath: text("targetPath"), Optional: optional, Literal: literal, Place: o.Place(at...),
		OfCluster: text("kind") == "ConfigMap" && name != "" && o.Text("metadata", "annotations", ClusterValuesAnnotation) == name,
	}
}

// SourcePlace is where the source of the chart is named.
func (r *Release) SourcePlace() Place {
	if r.HasChartRef {
		return r.Place("spec", "chartRef")
	}
	return r.Place("spec", "chart", "spec", "sourceRef")
}

// Values are the inline values.
func (r *Release) Values() map[string]any { return asMap(r.Get("spec", "values")) }

// maxReleaseName is Helm's limit.
const maxReleaseName = 53

// defaultReleaseName is the name that helm-controller gives a release without one: shortened, with
// a hash, to what Helm takes.
func defaultReleaseName(targetNamespace, name string) string {
	if targetNamespace != "" {
		name = targetNamespace + "-" + name
	}
	if len(name) <= maxReleaseName {
		return name
	}
	const shortHash = 12
	sum := sha256.Sum256([]byte(name))
	return name[:maxReleaseName-(shortHash+1)] + "-" + hex.EncodeToString(sum[:])[:shortHash]
}
