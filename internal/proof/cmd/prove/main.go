// Command prove judges a bundle directory by the field's own parts and says what it checked:
//
//	go run ./internal/proof/cmd/prove DIR
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/aicr-flux/aicr/internal/proof"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: prove DIR")
		os.Exit(2)
	}
	report, err := proof.Prove(os.DirFS(os.Args[1]))
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s is not sound:\n%v\n", os.Args[1], err)
		os.Exit(1)
	}
	tell(os.Stdout, report)
}

func tell(w io.Writer, report proof.Report) {
	manifests := 0
	for _, chart := range report.Charts {
		manifests += len(chart.Manifests)
	}
	fmt.Fprintf(w, "✔ kustomize builds %d objects, one a file\n", len(report.Objects))
	fmt.Fprintln(w, "✔ each decodes strictly into its type, with no unknown and no duplicate field")
	fmt.Fprintln(w, "✔ each passes the schema and the CEL rules of its CRD")
	fmt.Fprintln(w, "✔ every reference between them resolves, and no release waits for itself")
	fmt.Fprintf(w, "✔ Helm renders %d local charts, packed as Flux packs them: %d manifests\n", len(report.Charts), manifests)
}
