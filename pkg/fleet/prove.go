package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// prove builds the directory of a cluster as Flux does, and holds the ConfigMaps that come out against
// the values that are meant.
func (c *ClusterFiles) prove(ctx context.Context, needs map[string]need) error {
	files := map[string][]byte{"c/" + BundleFile: c.sync}
	resources := []string{BundleFile}
	if len(c.configMaps) > 0 {
		files["c/"+ValuesFile], resources = c.configMaps, append(resources, ValuesFile)
	}
	root, err := yaml.Marshal(map[string]any{"resources": resources})
	if err != nil {
		return err
	}
	files["c/kustomization.yaml"] = root
	built, err := rollout.Kustomize{}.Build(ctx, "c", files)
	if err != nil {
		return errors.Invalid("kustomize cannot build its files: %s", c.settings.hide(err))
	}
	texts := map[string]string{}
	for _, o := range built {
		var object struct {
			Kind     string
			Metadata struct{ Name string }
			Data     map[string]string
		}
		if err := json.Unmarshal(o.JSON, &object); err == nil && object.Kind == "ConfigMap" {
			texts[object.Metadata.Name] = object.Data["values.yaml"]
		}
	}
	for _, release := range c.Values {
		meant, err := values.Normalize(c.settings.Values[release])
		if err != nil {
			return errors.In(err, "values of release %q", release)
		}
		got, err := values.Decode([]byte(texts[needs[release].configMap.Name]))
		if err != nil || !alike(got, meant) {
			return errors.New(errors.ErrCodeInternal, "values of release %q do not come out of a build as they are meant", release)
		}
	}
	return nil
}

// alike reports whether values are the same to Helm, for which 2.0 is 2.
func alike(a, b map[string]any) bool {
	x, err := json.Marshal(a)
	y, problem := json.Marshal(b)
	return err == nil && problem == nil && bytes.Equal(x, y)
}

// patched names the bundle with the patches of the cluster.
func (c *ClusterFiles) patched() string { return c.Bundle + fmt.Sprintf("%q", c.settings.Patches) }

// patched builds each bundle with the patches of its clusters, once for each set of patches, and returns
// the objects with variables. A patch that changes nothing is refused: it was meant for something.
func patched(ctx context.Context, clusters []ClusterFiles, bundles map[string]*rollout.Rollout, builder rollout.Builder) (map[string][]*rollout.Object, error) {
	if builder == nil {
		builder = rollout.Kustomize{}
	}
	applied := map[string][]*rollout.Object{}
	plain := map[string][]rollout.BuiltObject{}
	var problems []error
	for _, c := range clusters {
		key := c.patched()
		if _, done := applied[key]; done {
			continue
		}
		applied[key] = nil
		if len(c.settings.Patches) == 0 {
			applied[key] = withVariables(bundles[c.Bundle].Objects)
			continue
		}
		before, err := plain[c.Bundle], error(nil)
		if before == nil {
			before, err = buildWith(ctx, bundles[c.Bundle], nil, builder)
			plain[c.Bundle] = before
		}
		for i := range c.settings.Patches {
			if err != nil {
				break
			}
			var after []rollout.BuiltObject
			if after, err = buildWith(ctx, bundles[c.Bundle], c.settings.Patches[:i+1], builder); err == nil && reflect.DeepEqual(before, after) {
				err = errors.Invalid("patches[%d] changes nothing in bundle %q; correct its target", i, c.Bundle)
			}
			before = after
		}
		if err == nil {
			var objects []*rollout.Object
			objects, err = objectsOf(before)
			applied[key] = withVariables(objects)
		}
		problems = append(problems, errors.In(err, "cluster %q", c.Name))
	}
	return applied, errors.Join(problems...)
}

func buildWith(ctx context.Context, r *rollout.Rollout, with []Patch, builder rollout.Builder) ([]rollout.BuiltObject, error) {
	files := map[string][]byte{}
	for _, file := range r.Tree.Paths() {
		if !r.Tree.IsFile(file) {
			continue
		}
		data, err := r.Tree.Read(file)
		if err != nil {
			return nil, err
		}
		files["c/bundle/"+file] = data
	}
	root, err := yaml.Marshal(map[string]any{"resources": []string{"bundle"}, "patches": patches(with)})
	if err != nil {
		return nil, err
	}
	files["c/kustomization.yaml"] = root
	built, err := builder.Build(ctx, "c", files)
	if err != nil {
		return nil, errors.Invalid("kustomize cannot apply the patches: %s", Settings{Patches: with}.hide(err))
	}
	return built, nil
}

// hide is what kustomize says without the secrets of the settings. It repeats a patch that it cannot
// read.
func (s Settings) hide(err error) string {
	said := err.Error()
	if strings.Contains(said, "unable to parse SM or JSON patch") {
		return "one is neither a JSON patch nor a strategic merge patch, which has apiVersion, kind and metadata.name"
	}
	all := []map[string]any{s.spec()}
	for _, own := range s.Values {
		all = append(all, own)
	}
	return diff.NewTrees(all...).Hide(said)
}
