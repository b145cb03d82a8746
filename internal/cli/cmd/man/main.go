// Command man writes the manual pages of aicr into a directory: man DIR VERSION DATE, where the date
// is that of the commit, in seconds, so that the same commit gives the same bytes.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/aicr-flux/aicr/internal/cli"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: man DIR VERSION DATE")
	}
	seconds, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return fmt.Errorf("DATE: %w", err)
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil { //nolint:gosec // everybody reads it
		return err
	}
	for name, page := range cli.ManPages(args[1], time.Unix(seconds, 0)) {
		if err := os.WriteFile(filepath.Join(args[0], name), []byte(page), 0o644); err != nil { //nolint:gosec // everybody reads them
			return err
		}
	}
	return nil
}
