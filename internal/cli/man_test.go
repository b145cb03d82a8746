package cli

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/option"
)

var manDate = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

// TestManPages_HaveEverything that help texts have, for each command.
func TestManPages_HaveEverything(t *testing.T) {
	pages := ManPages("v1.2.3", manDate)
	count := 0
	each(program(), func(cmd *cobra.Command) {
		count++
		page := pages[pageName(cmd)+".1"]
		wanted := []string{roff(cmd.Short), roff(cmd.UseLine()), "2026-01-02", "aicr v1.2.3"}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			wanted = append(wanted, "\n"+marked(flagName(f, "{-%s}", "{--%s}", " <%s>"))+"\n"+roff(flagUsage(f))+"\n")
			if title := option.Title(f); title != "" && f.Annotations["aicr_first"] == nil {
				wanted = append(wanted, "\n.SS "+roff(title)+"\n")
			}
		})
		for _, want := range wanted {
			if !strings.Contains(page, want) {
				t.Errorf("%s.1 lacks %q", pageName(cmd), want)
			}
		}
	})
	if count < 15 || len(pages) != count {
		t.Errorf("%d pages for %d commands", len(pages), count)
	}
}

// TestManPages_AreWellFormed for the programs that show them.
func TestManPages_AreWellFormed(t *testing.T) {
	programs := 0
	for _, command := range []string{"groff -man -ww -Tutf8 -z", "mandoc -Tlint -Wwarning"} {
		words := strings.Fields(command)
		if _, err := exec.LookPath(words[0]); err != nil {
			continue
		}
		programs++
		for name, page := range ManPages("v1.2.3", manDate) {
			cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
			cmd.Stdin = strings.NewReader(page)
			if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%s, %s: %v\n%s", name, command, err, out)
			}
		}
	}
	if programs == 0 {
		t.Skip("there is neither groff nor mandoc")
	}
}

// TestManPages_CanBeCopied: what is on the page is what is meant, in each sign.
func TestManPages_CanBeCopied(t *testing.T) {
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("there is no groff")
	}
	const text = ".a 'b' `c` \\. -- x^2 ~"
	cmd := exec.CommandContext(t.Context(), "groff", "-man", "-Tutf8", "-P-cbou")
	cmd.Stdin = strings.NewReader(".TH A 1 2026-01-02 a a\n.SH B\n.nf\n" + roff(text) + "\n.fi\n")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), text) {
		t.Errorf("%v\n%s", err, out)
	}
}
