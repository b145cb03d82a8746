package scenario

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

// ResultsVariable names the file that the table of results is written to.
const ResultsVariable = "E2E_RESULTS"

// table is what the scenarios of a test program came to. They run side by side, and Main prints it
// when all have ended, so that it cannot belong to one of them.
type table struct {
	mu   sync.Mutex
	rows []row
	// leftOut are the scenarios that need something that is missing.
	leftOut, missing []string
}

type row struct {
	name, result string
	took         time.Duration
	checked      []string
}

var results = &table{}

func (r *table) add(s *S) {
	r.mu.Lock()
	defer r.mu.Unlock()
	result := "ok"
	if s.Failed() {
		result = "FAILED"
	}
	r.rows = append(r.rows, row{strings.TrimPrefix(s.Name(), "Test"), result, time.Since(s.start), s.checked})
}

func (r *table) leaveOut(name string, missing []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leftOut = append(r.leftOut, strings.TrimPrefix(name, "Test"))
	r.missing = append(r.missing, missing...)
}

// write writes the table in Markdown.
func (r *table) write(w io.Writer) {
	slices.SortFunc(r.rows, func(a, b row) int { return strings.Compare(a.name, b.name) })
	fmt.Fprintln(w, "| scenario | | seconds | checked |\n|---|---|---|---|")
	for _, row := range r.rows {
		fmt.Fprintf(w, "| %s | %s | %.0f | %s |\n", row.name, row.result, row.took.Seconds(), strings.Join(row.checked, "; "))
	}
	if len(r.leftOut) > 0 {
		slices.Sort(r.missing)
		fmt.Fprintf(w, "\nLeft out, because $%s has no %s: %s\n", cluster.BinVariable, strings.Join(slices.Compact(r.missing), ", "), strings.Join(r.leftOut, ", "))
	}
}

// Main runs the scenarios of a test program, and then prints the table of their results. Use it in
// TestMain: os.Exit(scenario.Main(m)).
func Main(m *testing.M) int {
	code := m.Run()
	if len(results.rows)+len(results.leftOut) == 0 {
		return code
	}
	results.write(os.Stdout)
	if name := os.Getenv(ResultsVariable); name != "" {
		var text strings.Builder
		results.write(&text)
		if err := os.WriteFile(name, []byte(text.String()), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}
