package diff

import (
	"fmt"
	"strings"
)

func (c *comparison) tellCRDs() {
	for _, crd := range c.report.CRDs {
		var r *judged
		for i := range c.judged {
			if c.judged[i].Change.Release == crd.Release {
				r = &c.judged[i]
			}
		}
		name := "CustomResourceDefinition " + crd.Name
		switch {
		case crd.Change == Removed && crd.Left:
			c.say(Info, r, "no longer has %s, which stays in the cluster", name)
		case crd.Change == Removed && crd.Release == "":
			c.say(Danger, r, "%s goes%s", name, takes(ref{group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"}))
		case crd.Change == Removed: // it is lost with its release
		case crd.Left:
			c.say(Attention, r, "brings another %s, and Flux leaves in the cluster what is there (spec.upgrade.crds)", name)
		case crd.Change == Added:
			c.say(Info, r, "%s is new", name)
		default:
			c.say(Info, r, "%s changes", name)
		}
		if crd.Stored != nil && !crd.Left {
			c.say(Attention, r, "%s stores resources as %s instead of %s; those that are there stay as they are until they are written again", name, crd.Stored.To, crd.Stored.From)
		}
		if len(crd.Served.Removed) > 0 && !crd.Left {
			c.say(Danger, r, "%s no longer serves %s, and clients that use that version fail", name, strings.Join(crd.Served.Removed, ", "))
		}
	}
}

func (c *comparison) tellObjects() {
	for _, o := range c.report.Objects {
		switch kind, _, _ := strings.Cut(o.Object, " "); o.Change {
		case Added:
			c.say(Info, nil, "%s is new in the bundle", o.Object)
		case Removed:
			if what := takes(ref{kind: kind}); what != "" {
				c.say(Danger, nil, "%s goes%s", o.Object, what)
			} else {
				c.say(Info, nil, "%s goes", o.Object)
			}
		default:
			c.say(Info, nil, "%s changes: %s", o.Object, some(pathsOf(o.Fields)))
		}
	}
}

// note says what is not known.
func (c *comparison) note() {
	add := func(format string, args ...any) {
		c.report.Notes = append(c.report.Notes, c.hide(fmt.Sprintf(format, args...)))
	}
	var unseen []string
	for i := range c.judged {
		r := &c.judged[i]
		told := false
		for _, s := range []*Side{c.from, c.to} {
			if of := s.Rendered[r.Ref]; of != nil && of.Problem != "" {
				add("what the chart of %s makes in %s: %s", r.Change.Release, s.Name, of.Problem)
				told = true
			}
		}
		if r.Action != Configure && !r.Rendered && !told {
			unseen = append(unseen, r.Change.Release)
		}
	}
	if len(unseen) > 0 {
		add("which objects, pods and images change with %s: their charts are not in the bundle%s", some(unseen), c.to.Hint)
	}
}
