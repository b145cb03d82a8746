package fluxtree

import (
	"context"
	"regexp"
	"slices"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// ConfigMap returns the data of the ConfigMap that the Kustomization finds under that name in its
// cluster, where one file of the work tree says so; nil where none does, or several do.
func (t *Tree) ConfigMap(ctx context.Context, k Kustomization, name string) (map[string]string, error) {
	files, err := t.Git.Grep(ctx, []string{"name: " + name, `name: "` + name}, []string{"*.yaml", "*.yml"})
	if err != nil {
		return nil, err
	}
	home, err := t.Clusters(ctx, k.File)
	if err != nil {
		return nil, err
	}
	var found []map[string]string
	for _, file := range files {
		clusters, err := t.Clusters(ctx, file)
		if err != nil {
			return nil, err
		}
		if len(home) > 0 && len(clusters) > 0 && !slices.ContainsFunc(home, func(c string) bool { return slices.Contains(clusters, c) }) {
			continue
		}
		found = append(found, t.configMaps(file, k.Namespace, name)...)
	}
	if len(found) != 1 {
		return nil, nil //nolint:nilnil // nothing is known of it
	}
	return found[0], nil
}

// configMap is what a document says where it is one.
var configMap = regexp.MustCompile(`(?m)^kind: *"?ConfigMap`)

func (t *Tree) configMaps(file, namespace, name string) (found []map[string]string) {
	for _, text := range separator.Split(string(t.read(file)), -1) {
		if !configMap.MatchString(text) {
			continue
		}
		doc, err := yamldoc.Parse([]byte(text))
		if err != nil {
			continue
		}
		var o struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name      string `json:"name"`
				Namespace string `json:"namespace"`
			} `json:"metadata"`
			Data map[string]string `json:"data"`
		}
		_, err = yamldoc.Decode(doc, &o, yamldoc.Options{Unknown: yamldoc.Ignore})
		if err == nil && o.Kind == "ConfigMap" && o.Metadata.Name == name && (o.Metadata.Namespace == namespace || o.Metadata.Namespace == "") {
			found = append(found, o.Data)
		}
	}
	return found
}
