package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/output"
)

// ManPages are the manual pages of the program, by the names of their files: those of the commands
// have the same groups of flags as help texts.
func ManPages(version string, date time.Time) map[string]string {
	root := newRootCmd(&output.Printer{})
	root.InitDefaultHelpCmd()
	pages := map[string]string{}
	each(root, func(cmd *cobra.Command) {
		pages[pageName(cmd)+".1"] = manPage(cmd, version, date)
	})
	return pages
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func manPage(cmd *cobra.Command, version string, date time.Time) string {
	var b strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	name := pageName(cmd)
	add(".TH %s 1 %s \"aicr %s\" \"aicr\"\n.nh\n.ad l\n", roff(strings.ToUpper(name)), date.UTC().Format(time.DateOnly), roff(version))
	add(".SH NAME\n%s \\- %s\n", roff(name), roff(cmd.Short))
	add(".SH SYNOPSIS\n%s\n", roff(cmd.UseLine()))
	add(".SH DESCRIPTION\n%s", paragraphs(cmd))
	if cmd.HasAvailableSubCommands() {
		add(".SH COMMANDS\n")
		for _, c := range cmd.Commands() {
			add(".TP\n\\fB%s\\fR(1)\n%s\n", roff(pageName(c)), roff(c.Short))
		}
	}
	add(".SH OPTIONS\n")
	for _, group := range flagGroups(cmd) {
		if group.title != "" {
			add(".SS %s\n", roff(group.title))
		}
		for _, f := range group.flags {
			add(".TP\n%s\n%s\n", marked(flagName(f, "{-%s}", "{--%s}", " <%s>")), roff(flagUsage(f)))
		}
	}
	if cmd.HasExample() {
		add(".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(cmd.Example))
	}
	if cmd.HasParent() {
		add(".SH SEE ALSO\n\\fB%s\\fR(1)\n", roff(pageName(cmd.Parent())))
	}
	return b.String()
}

// paragraphs is the description of a command. Lines that are indented are left as they are.
func paragraphs(cmd *cobra.Command) string {
	var b strings.Builder
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	for i, part := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		if strings.HasPrefix(part, " ") {
			part = ".nf\n" + roff(part) + "\n.fi"
		} else {
			part = roff(part)
		}
		b.WriteString(part + "\n")
	}
	return b.String()
}

// marked is a text of which {this} is bold and <this> is italic.
func marked(text string) string {
	return strings.NewReplacer("{", `\fB`, "}", `\fR`, "<", `\fI`, ">", `\fR`).Replace(roff(strings.TrimSpace(text)))
}

// roff is a text as it is, in the language of manual pages: what somebody copies from there must be
// what stands here.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", "\\(ga", "^", `\(ha`, "~", `\(ti`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
