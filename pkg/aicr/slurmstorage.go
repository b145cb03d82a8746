package aicr

import (
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// claimsFile is the manifest that makes Slurm's shared volumes.
const claimsFile = "components/slinky-slurm/manifests/shared-storage-pvcs.yaml"

// slurmStorage mounts Slurm's shared volumes, where they are switched on, into the pods that people
// log in to and those that run their jobs.
func slurmStorage(r *resolver) error {
	if r.enabled(recipe.SlurmComponent) == nil {
		return nil
	}
	vals := r.values[recipe.SlurmComponent]
	storage, _ := vals["storage"].(map[string]any)
	if storage["enabled"] != true {
		return nil
	}
	var problems []error
	_, left := r.touching(paths{recipe.SlurmComponent: {"storage.enabled", "storage.home.name", "storage.data.name"}})
	for _, a := range left {
		problems = append(problems, errors.Invalid("%s: the volumes are mounted by these names, so that they cannot be left to each cluster", a.label))
	}
	bad := func(format string, args ...any) {
		problems = append(problems, errors.Invalid("component %q: storage"+format, append([]any{recipe.SlurmComponent}, args...)...))
	}
	if _, ok := r.preManifests[recipe.SlurmComponent][claimsFile]; !ok {
		bad(" is enabled, and the recipe has no %s among the component's preManifestFiles, which would make the volumes", claimsFile)
	}
	for _, key := range slices.Sorted(maps.Keys(storage)) {
		if !slices.Contains([]string{"enabled", "home", "data"}, key) {
			bad(".%s is unknown; there are enabled, home and data", key)
		}
	}
	names := map[string]bool{}
	var mounts []mount
	for _, m := range []mount{{key: "home", volume: "shared-home", path: "/home"}, {key: "data", volume: "shared-data", path: "/scratch/fsw"}} {
		claim, isMap := storage[m.key].(map[string]any)
		if !isMap {
			bad(".%s is missing; give it a name, a storageClassName and a size", m.key)
			continue
		}
		for _, field := range []string{"name", "storageClassName", "size"} {
			if text, _ := claim[field].(string); text == "" {
				hint := ""
				if field == "storageClassName" {
					hint = ", or `SharedStorageClass`"
				}
				bad(".%s.%s is not set; set it%s", m.key, field, hint)
			}
		}
		m.claim, _ = claim["name"].(string)
		if m.claim != "" && !recipe.IsDNSLabel(m.claim) {
			bad(".%s.name %q is not a DNS-1123 label", m.key, m.claim)
		}
		if names[m.claim] {
			bad(".%s.name %q is that of the other volume, too", m.key, m.claim)
		}
		names[m.claim] = true
		mounts = append(mounts, m)
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	for _, set := range []struct{ sets, container string }{{"loginsets", "login"}, {"nodesets", "slurmd"}} {
		all, _ := vals[set.sets].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if pods, isMap := all[name].(map[string]any); isMap {
				for _, m := range mounts {
					m.into(pods, set.container)
				}
			}
		}
	}
	return nil
}

// mount is a shared volume and where it appears.
type mount struct{ key, volume, path, claim string }

// into adds the volume and its mount to pods, once.
func (m mount) into(pods map[string]any, container string) {
	appendOnce(pods, []string{"podSpec", "volumes"}, map[string]any{"name": m.volume, "persistentVolumeClaim": map[string]any{"claimName": m.claim}})
	appendOnce(pods, []string{container, "volumeMounts"}, map[string]any{"name": m.volume, "mountPath": m.path})
}

// appendOnce appends to the list at keys, unless it has an item of that name.
func appendOnce(vals map[string]any, keys []string, item map[string]any) {
	held, _ := values.Get(vals, keys)
	list, _ := held.([]any)
	if slices.ContainsFunc(list, func(v any) bool {
		m, _ := v.(map[string]any)
		return m["name"] == item["name"]
	}) {
		return
	}
	values.Set(vals, keys, append(slices.Clip(list), item))
}
