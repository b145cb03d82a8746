package yamldoc_test

import (
	"os"
	"testing"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// TestEncrypted reads what sops 3.9.4 wrote, and what only looks like it.
func TestEncrypted(t *testing.T) {
	for _, file := range []string{"values.yaml", "values.json", "manifests.yaml"} {
		data, err := os.ReadFile("testdata/sops/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if !yamldoc.Encrypted(data) {
			t.Errorf("%s is not found encrypted", file)
		}
	}
	for _, text := range []string{
		"", "sops:\n  enabled: true\n", "sops: {mac: a}\n", "a: ENC[AES256_GCM,data:x]\n",
		"text: |\n  sops:\n    mac: ENC[AES256_GCM,data:x]\n", // a document inside a text, for somebody else to decrypt
	} {
		if yamldoc.Encrypted([]byte(text)) {
			t.Errorf("%q is found encrypted", text)
		}
	}
}
