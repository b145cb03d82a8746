package bundle

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// plan is what a commit does, in this order. Undoing it goes backwards.
type plan struct {
	asides []aside
	rmdirs []emptied
	mkdirs []string
	puts   []put
}

// aside is an earlier file that makes way; info is how the survey saw it.
type aside struct {
	path string
	info fs.FileInfo
}

// emptied is a directory that goes if nothing is left in it.
type emptied struct {
	path string
	mode fs.FileMode
}

// put is a new file; sum is the checksum of its content.
type put struct {
	path, sum string
	file      File
}

func (p *plan) empty() bool { return len(p.asides) == 0 && len(p.puts) == 0 }

// The journal is a plan without its contents: one line a step, under journalHead,
// and closed by journalEnd, by which a journal that was cut off is known.
const (
	journalHead = "aicr stage 1"
	journalEnd  = "end"
)

func (p *plan) journal() []byte {
	var b strings.Builder
	b.WriteString(journalHead + "\n")
	for _, a := range p.asides {
		b.WriteString("aside " + a.path + "\n")
	}
	for _, r := range p.rmdirs {
		fmt.Fprintf(&b, "rmdir %o %s\n", r.mode.Perm(), r.path)
	}
	for _, dir := range p.mkdirs {
		b.WriteString("mkdir " + dir + "\n")
	}
	for _, n := range p.puts {
		b.WriteString("put " + n.sum + " " + n.path + "\n")
	}
	b.WriteString(journalEnd + "\n")
	return []byte(b.String())
}

// parseJournal reads a journal. It may come from anybody who can write into the
// directory, so that a path gets the same check as any other.
func parseJournal(data []byte) (*plan, error) {
	text, headed := strings.CutPrefix(string(data), journalHead+"\n")
	text, ended := strings.CutSuffix(text, journalEnd+"\n")
	if !headed || !ended {
		return nil, errors.Invalid("the journal is not complete")
	}
	p := &plan{}
	for line := range strings.Lines(text) {
		if err := p.parseStep(strings.TrimSuffix(line, "\n")); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *plan) parseStep(line string) error {
	verb, path, _ := strings.Cut(line, " ")
	var word string
	if verb == "rmdir" || verb == "put" {
		word, path, _ = strings.Cut(path, " ")
	}
	if err := CheckPath(path); err != nil {
		return err
	}
	switch verb {
	case "aside":
		p.asides = append(p.asides, aside{path: path})
		return nil
	case "mkdir":
		p.mkdirs = append(p.mkdirs, path)
		return nil
	case "rmdir":
		mode, err := strconv.ParseUint(word, 8, 9)
		p.rmdirs = append(p.rmdirs, emptied{path, fs.FileMode(mode)})
		return err
	case "put":
		if isSum(word) {
			p.puts = append(p.puts, put{path: path, sum: word})
			return nil
		}
	}
	return errors.Invalid("the journal has the unknown step %.200q", line)
}
