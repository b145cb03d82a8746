package fleet

import (
	"cmp"
	"context"
	stderrors "errors"
	"io/fs"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// State is what the clusters of a fleet get, read from the files that Make makes.
type State struct {
	clusters map[string]*member
	// Bundles are those that the clusters get, as far as they are at hand. Whoever compares two
	// states fills them in.
	Bundles map[Origin]*rollout.Rollout
}

// Origin is where the bundle of a cluster comes from: Path in the Git repository at URL, which is
// empty for the one that the cluster has anyway, or OCI with its digest.
type Origin struct{ URL, Path, OCI string }

// String is what to call it.
func (o Origin) String() string {
	switch {
	case o.OCI != "":
		const digits = 12 // of a digest tell it from others
		name, digest, found := strings.Cut(o.OCI, "@sha256:")
		if found {
			name += "@sha256:" + digest[:min(digits, len(digest))]
		}
		return name
	case o.URL != "":
		return o.URL + ", " + cmp.Or(o.Path, ".")
	}
	return cmp.Or(o.Path, ".")
}

// member is what one cluster gets.
type member struct {
	group  string
	origin Origin
	// owner is the Kustomization, which owns all that the bundle brings.
	owner rollout.Ref
	// stays says that what the Kustomization applied stays when it goes.
	stays bool
	// objects are all of them, without what is in origin and in values.
	objects []map[string]any
	// values are those of its own, by ConfigMap.
	values map[rollout.Ref]map[string]any
}

// Read reads what the clusters get.
func Read(ctx context.Context, fsys fs.FS) (*State, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if info, err := fs.Stat(fsys, path.Join(entry.Name(), BundleFile)); entry.IsDir() && err == nil && info.Mode().IsRegular() {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, errors.Invalid("it holds no cluster, which is a directory with %s; name a fleet file, or what fleet build wrote", BundleFile)
	}
	groups := map[string]string{}
	if data, err := readFile(fsys, ListFile); err == nil {
		groups = groupsIn(data)
	}
	members, failed := make([]*member, len(names)), make([]error, len(names))
	parallel.Each(len(names), func(i int) {
		if failed[i] = context.Cause(ctx); failed[i] == nil {
			members[i], failed[i] = readMember(fsys, names[i])
		}
	})
	s := &State{clusters: map[string]*member{}, Bundles: map[Origin]*rollout.Rollout{}}
	for i, m := range members {
		if m != nil {
			m.group = groups[names[i]]
			s.clusters[names[i]] = m
		}
	}
	return s, errors.Join(failed...)
}

// Origin is where the bundle of a cluster comes from.
func (s *State) Origin(cluster string) Origin { return s.clusters[cluster].origin }

func readMember(fsys fs.FS, name string) (*member, error) {
	m := &member{values: map[rollout.Ref]map[string]any{}}
	for _, file := range []string{BundleFile, ValuesFile} {
		file = path.Join(name, file)
		data, err := readFile(fsys, file)
		if stderrors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = m.read(data)
		}
		if err != nil {
			return nil, errors.In(err, "%s", file)
		}
	}
	if m.owner == (rollout.Ref{}) {
		return nil, errors.Invalid("%s has no Kustomization of Flux; build it again", path.Join(name, BundleFile))
	}
	return m, nil
}

// readFile reads a regular file that is not too long.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.Invalid("it is not a regular file")
	case info.Size() > config.MaxRecipeSize:
		return nil, errors.Invalid("it is longer than %d MiB", config.MaxRecipeSize>>20)
	}
	return fs.ReadFile(fsys, name)
}

func (m *member) read(data []byte) error {
	documents, err := yamldoc.ParseAll(data)
	if err != nil {
		return err
	}
	for _, document := range documents {
		v, err := yamldoc.Value(document)
		if err != nil {
			return err
		}
		object, ok := v.(map[string]any)
		if !ok {
			return errors.Invalid("a document is no object of Kubernetes")
		}
		if err := m.add(object); err != nil {
			return err
		}
	}
	return nil
}

// add takes an object apart into what is compared in a way of its own, and the rest.
func (m *member) add(object map[string]any) error {
	ref := rollout.Ref{Kind: text(object, "kind"), Namespace: text(object, "metadata", "namespace"), Name: text(object, "metadata", "name")}
	spec, _ := object["spec"].(map[string]any)
	switch ref.Kind {
	case "Kustomization":
		m.owner, m.origin.Path = ref, clean(take(spec, "path"))
		m.stays = spec["prune"] != true || spec["deletionPolicy"] == "Orphan"
	case "OCIRepository":
		reference, _ := spec["ref"].(map[string]any)
		m.origin.OCI = take(spec, "url")
		if digest := take(reference, "digest"); digest != "" {
			m.origin.OCI += "@" + digest
		}
	case "GitRepository":
		m.origin.URL = text(spec, "url")
	case "ConfigMap":
		data, _ := object["data"].(map[string]any)
		if content, ok := data["values.yaml"].(string); ok {
			own, err := values.Decode([]byte(content))
			if err != nil {
				return errors.In(err, "%s: values.yaml", ref)
			}
			delete(data, "values.yaml")
			m.values[ref] = own
		}
	}
	m.objects = append(m.objects, object)
	return nil
}

// take returns a text and removes it.
func take(m map[string]any, key string) string {
	v, _ := m[key].(string)
	delete(m, key)
	return v
}

func text(v any, keys ...string) string {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	s, _ := v.(string)
	return s
}

// groupsIn are the groups of the clusters that a ListFile has.
func groupsIn(data []byte) map[string]string {
	groups := map[string]string{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "| "), " |"), " | ")
		if len(cells) > 1 {
			groups[cells[0]] = strings.ReplaceAll(cells[1], `\|`, "|")
		}
	}
	return groups
}
