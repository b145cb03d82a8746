package proof

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// split cuts a YAML stream into its documents and leaves out the empty ones, as every reader of manifests does.
func split(text []byte) ([][]byte, error) {
	var documents [][]byte
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		var content any
		if err := yaml.Unmarshal(document, &content); err != nil {
			return nil, err
		}
		if content != nil {
			documents = append(documents, document)
		}
	}
}

// parse reads one document as an object, which must say its apiVersion and kind.
func parse(document []byte) (*unstructured.Unstructured, error) {
	json, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(json); err != nil {
		return nil, err
	}
	if u.GetAPIVersion() == "" {
		return nil, errors.New("it has no apiVersion")
	}
	return u, nil
}
