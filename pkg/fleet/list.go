package fleet

import (
	"fmt"
	"strings"
)

// ListFile says which cluster has which bundle. It is also the file by which a later run knows that
// the others are its own.
const ListFile = "aicr-fleet.md"

func list(clusters []ClusterFiles) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- %s -->\n# Clusters\n\n| Cluster | Group | Bundle | Own values |\n|---|---|---|---|\n", comment[2:])
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	for _, c := range clusters {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.Name, escape.Replace(c.Group), escape.Replace(c.Bundle), escape.Replace(strings.Join(c.Values, ", ")))
	}
	return []byte(b.String())
}
