package rollout

import (
	stderrors "errors"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// maxDocument bounds a file of objects; no API server takes an object that comes near it.
const maxDocument = 10 << 20

// Problem is why something of the bundle cannot be read.
type Problem struct {
	Place
	Text string
}

// Error returns "file:line: text".
func (p *Problem) Error() string { return p.String() + ": " + p.Text }

func problemIn(file string, err error) *Problem {
	if p, ok := stderrors.AsType[*yamldoc.Problem](err); ok {
		return &Problem{InFile(file, p.Line), p.Text}
	}
	return &Problem{InFile(file, 0), err.Error()}
}

// parse reads the documents of a file up to the first that cannot be read, without the empty ones.
func parse(tree *Tree, file string) ([]*yaml.Node, *Problem) {
	data, err := tree.Read(file)
	if err != nil {
		return nil, problemIn(file, err)
	}
	if len(data) > maxDocument {
		return nil, &Problem{InFile(file, 0), "the file has more than 10 MiB, and no object of a cluster is that large"}
	}
	docs, err := yamldoc.ParseAll(data)
	if err != nil {
		return docs, problemIn(file, err)
	}
	return docs, nil
}

// content converts a node to what JSON has, as Helm and the API server read YAML.
func content(n *yaml.Node) (any, error) {
	v, err := yamldoc.Value(n)
	return jsonNumbers(v), err
}

// jsonNumbers turns numbers above an int64 into the floating-point numbers that Kubernetes makes of
// them; its own copying knows no others.
func jsonNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			v[key] = jsonNumbers(item)
		}
	case []any:
		for i, item := range v {
			v[i] = jsonNumbers(item)
		}
	case uint64:
		return float64(v)
	}
	return v
}
