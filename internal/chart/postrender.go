package chart

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/apis/kustomize"
	"sigs.k8s.io/kustomize/api/builtins" //nolint:staticcheck // helm-controller has its transformers from here
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// PostRender is what helm-controller does to the documents of a chart before Helm sends them to the
// cluster. It always does something: the labels by which it finds its objects go through kustomize,
// which refuses what Helm takes.
type PostRender struct {
	// Name and Namespace are those of the HelmRelease.
	Name, Namespace string
	// Renderers are its postRenderers, and Labels and Annotations its commonMetadata.
	Renderers           []Renderer
	Labels, Annotations map[string]string
	// Hooks says what becomes of hooks: HooksCombined, HooksSeparate or HooksLeft.
	Hooks string
}

// Renderer is one of the postRenderers.
type Renderer struct {
	Patches []kustomize.Patch `json:"patches,omitempty"`
	Images  []kustomize.Image `json:"images,omitempty"`
}

// What PostRender does to hooks: they go through it with the other documents, by themselves, or not
// at all. The words are those of spec.postRenderStrategy.
const (
	HooksCombined = "combined"
	HooksSeparate = "separate"
	HooksLeft     = "nohooks"
)

// templateAnnotation carries the template of a document through kustomize, as Helm does it.
const templateAnnotation = "postrenderer.helm.sh/postrender-filename"

// run returns the documents of the texts, which are by template, as they come out; nil where they
// are refused, or are what they were but for the labels of helm-controller. Every document that is
// refused is complained of.
func (p *PostRender) run(texts map[string]string) (all []Manifest, complaints []*Error) {
	groups, complaints := p.groups(texts)
	if complaints != nil {
		return nil, complaints
	}
	for _, group := range groups {
		documents, errs := p.pass(group)
		made, unread := manifestsOf(documents)
		all, complaints = append(all, made...), slices.Concat(complaints, errs, unread)
	}
	if !p.changes() {
		return nil, complaints
	}
	if slices.ContainsFunc(complaints, func(e *Error) bool { return e.Kind == KindPostRender }) {
		return nil, complaints
	}
	slices.SortStableFunc(all, func(a, b Manifest) int { return strings.Compare(a.Template, b.Template) })
	return all, complaints
}

// PostRenderOf returns what helm-controller does to the documents of a release. hooks is what it
// does with hooks where the release does not say.
func PostRenderOf(release *rollout.Release, hooks string) *PostRender {
	var spec struct {
		PostRenderers  []struct{ Kustomize *Renderer }
		CommonMetadata struct{ Labels, Annotations map[string]string }
	}
	for field, into := range map[string]any{"postRenderers": &spec.PostRenderers, "commonMetadata": &spec.CommonMetadata} {
		if data, err := json.Marshal(release.Get("spec", field)); err == nil {
			_ = json.Unmarshal(data, into) // the schema says what is wrong
		}
	}
	p := &PostRender{
		Name: release.Name, Namespace: release.Namespace, Labels: spec.CommonMetadata.Labels, Annotations: spec.CommonMetadata.Annotations,
		Hooks: cmp.Or(release.Text("spec", "postRenderStrategy"), hooks),
	}
	for _, r := range spec.PostRenderers {
		if r.Kustomize != nil {
			p.Renderers = append(p.Renderers, *r.Kustomize)
		}
	}
	return p
}

// changes reports whether more happens to the documents than that they get the labels of
// helm-controller. Those are not worth the time, which is a multiple of what rendering takes, where
// kustomize surely takes the documents.
func (p *PostRender) changes() bool {
	return len(p.Renderers)+len(p.Labels)+len(p.Annotations) > 0
}

// group is documents that go through together.
type group struct {
	nodes []*kyaml.RNode
	// left says that they do not go through.
	left bool
}

// groups reads the documents with the parser of kustomize, which Helm hands them to.
func (p *PostRender) groups(texts map[string]string) (groups []group, complaints []*Error) {
	var hooks, others group
	for _, d := range documentsOf(texts) {
		nodes, err := kio.ParseAll(d.text)
		if err != nil {
			complaints = append(complaints, d.fail(KindPostRender, fmt.Sprintf(" is refused by helm-controller (%s)", oneLine(err.Error()))))
			continue
		}
		for _, node := range nodes {
			in := &others
			if p.Hooks != HooksCombined && node.GetAnnotations()["helm.sh/hook"] != "" {
				in = &hooks
			}
			if err := node.PipeE(kyaml.SetAnnotation(templateAnnotation, d.file)); err != nil {
				complaints = append(complaints, d.fail(KindPostRender, fmt.Sprintf(" is refused by helm-controller (%s)", oneLine(err.Error()))))
				continue
			}
			in.nodes = append(in.nodes, node)
		}
	}
	hooks.left = p.Hooks == HooksLeft
	return []group{others, hooks}, complaints
}

// pass sends documents through all that helm-controller does, in its order.
func (p *PostRender) pass(g group) ([]*kyaml.RNode, []*Error) {
	if g.left || len(g.nodes) == 0 {
		return g.nodes, nil
	}
	text, err := kio.StringAll(g.nodes)
	if err != nil {
		return nil, []*Error{fail(KindPostRender, "what it renders cannot be read by helm-controller: %s", shortened(oneLine(err.Error())))}
	}
	documents, complaints := gather(text)
	if complaints != nil {
		return nil, complaints
	}
	for i, renderer := range p.Renderers {
		complaints = append(complaints, renderer.idle(i, documents)...)
		after, err := renderer.run(documents)
		if err != nil {
			return nil, append(complaints, fail(KindPostRender, "its postRenderers[%d] cannot be applied: %s", i, shortened(oneLine(err.Error()))))
		}
		documents = after
	}
	for _, transform := range []resmap.Transformer{
		&builtins.LabelTransformerPlugin{Labels: p.Labels, FieldSpecs: created("metadata/labels")},
		&builtins.AnnotationsTransformerPlugin{Annotations: p.Annotations, FieldSpecs: created("metadata/annotations")},
		&builtins.LabelTransformerPlugin{Labels: p.origin(), FieldSpecs: created("metadata/labels")},
	} {
		if err := transform.Transform(documents); err != nil {
			return nil, append(complaints, fail(KindPostRender, "the labels of helm-controller cannot be put onto what it renders: %s", shortened(oneLine(err.Error()))))
		}
	}
	return documents.ToRNodeSlice(), complaints
}

func created(path string) []types.FieldSpec {
	return []types.FieldSpec{{Path: path, CreateIfNotPresent: true}}
}

// origin are the labels by which helm-controller knows the objects of a release.
func (p *PostRender) origin() map[string]string {
	return map[string]string{"helm.toolkit.fluxcd.io/name": p.Name, "helm.toolkit.fluxcd.io/namespace": p.Namespace}
}

// gather puts documents together as kustomize does, and complains of each that it refuses.
func gather(text string) (resmap.ResMap, []*Error) {
	resources, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(text))
	if err != nil {
		complaint, object, _ := strings.Cut(oneLine(err.Error()), " in object ")
		e := fail(KindPostRender, "what it renders is refused by helm-controller: %s", shortened(complaint))
		if _, template, found := strings.Cut(object, templateAnnotation+":"); found {
			e.Template = strings.TrimRight(strings.Fields(template)[0], "]}")
		}
		return nil, []*Error{e}
	}
	all, first := resmap.New(), map[string]string{}
	var complaints []*Error
	for _, r := range resources {
		template, id := r.GetAnnotations()[templateAnnotation], r.CurId().String()
		if err := all.Append(r); err != nil {
			e := fail(KindPostRender, "it renders %s %q a second time", r.GetKind(), r.GetName())
			if before := first[id]; before != "" && before != template {
				e.Message += ", after " + before
			}
			e.Message += ", and helm-controller refuses a release with one object twice"
			e.Template = template
			complaints = append(complaints, e)
			continue
		}
		first[id] = template
	}
	return all, complaints
}

// idle warns of the patches that find nothing to patch, of which kustomize says nothing.
func (r Renderer) idle(i int, documents resmap.ResMap) []*Error {
	var all []*Error
	for j, patch := range r.Patches {
		if patch.Target == nil {
			continue // kustomize complains where such a patch finds none
		}
		found, err := documents.Select(*selectorOf(patch.Target))
		if err == nil && len(found) == 0 {
			all = append(all, fail(KindIdlePatch, "patches[%d] of its postRenderers[%d] patches nothing: what the chart renders has no object like its target", j, i))
		}
	}
	return all
}

// run runs kustomize with the patches and images of a renderer over documents.
func (r Renderer) run(documents resmap.ResMap) (resmap.ResMap, error) {
	text, err := documents.AsYaml()
	if err != nil {
		return nil, err
	}
	const input = "helm-output.yaml"
	k := types.Kustomization{
		TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}, Resources: []string{input},
	}
	for _, image := range r.Images {
		k.Images = append(k.Images, types.Image{Name: image.Name, NewName: image.NewName, NewTag: image.NewTag, Digest: image.Digest})
	}
	for _, patch := range r.Patches {
		k.Patches = append(k.Patches, types.Patch{Patch: patch.Patch, Target: selectorOf(patch.Target)})
	}
	config, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	memory := filesys.MakeFsInMemory()
	for name, data := range map[string][]byte{input: text, "kustomization.yaml": config} {
		if err := memory.WriteFile(name, data); err != nil {
			return nil, err
		}
	}
	options := &krusty.Options{LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig()}
	return krusty.MakeKustomizer(options).Run(memory, ".")
}

func selectorOf(s *kustomize.Selector) *types.Selector {
	if s == nil {
		return nil
	}
	out := &types.Selector{LabelSelector: s.LabelSelector, AnnotationSelector: s.AnnotationSelector}
	out.Group, out.Version, out.Kind, out.Name, out.Namespace = s.Group, s.Version, s.Kind, s.Name, s.Namespace
	return out
}

// manifestsOf returns the documents with the templates that they came from.
func manifestsOf(documents []*kyaml.RNode) (all []Manifest, complaints []*Error) {
	for _, r := range documents {
		template := r.GetAnnotations()[templateAnnotation]
		if err := r.PipeE(kyaml.ClearAnnotation(templateAnnotation)); err != nil {
			complaints = append(complaints, refusal(r, template, err))
			continue
		}
		data, err := r.MarshalJSON()
		if err != nil {
			complaints = append(complaints, refusal(r, template, err))
			continue
		}
		if m, _, failure := (document{template, "what it renders", string(data)}).read(data); failure != nil {
			complaints = append(complaints, failure)
		} else if m.JSON != nil {
			all = append(all, m)
		}
	}
	return all, complaints
}

// linesOfText are lines of what kustomize writes down, which nobody sees.
var linesOfText = regexp.MustCompile(`^yaml: unmarshal errors: |(\bat )?\bline \d+:? ?`)

// refusal says which document helm-controller does not take.
func refusal(r *kyaml.RNode, template string, err error) *Error {
	text := linesOfText.ReplaceAllString(oneLine(err.Error()), "")
	e := fail(KindPostRender, "helm-controller refuses the %s %q that it renders: %s", r.GetKind(), r.GetName(), shortened(text))
	e.Template = template
	return e
}

// CheckPatch refuses a patch that kustomize cannot read, or that names nothing to patch.
func CheckPatch(patch kustomize.Patch) error {
	config, err := json.Marshal(map[string]any{"patch": patch.Patch, "target": selectorOf(patch.Target)})
	if err != nil {
		return err
	}
	factory := resmap.NewFactory(provider.NewDefaultDepProvider().GetResourceFactory())
	helpers := resmap.NewPluginHelpers(nil, nil, factory, types.DisabledPluginConfig())
	if err := (&builtins.PatchTransformerPlugin{}).Config(helpers, config); err != nil {
		return err
	}
	if patch.Target != nil {
		_, err = types.NewSelectorRegex(selectorOf(patch.Target))
	}
	return err
}
