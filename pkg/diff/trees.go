package diff

// Trees compares what is no bundle: objects that stand beside one, and values. It hides their secrets
// as Of does.
type Trees struct{ hider }

// NewTrees knows the secrets in these trees, which may stand elsewhere in them, too.
func NewTrees(all ...map[string]any) Trees {
	var texts []string
	for _, tree := range all {
		found := func(text string) {
			if len(text) >= shortest {
				texts = append(texts, text)
			}
		}
		secretsIn("", tree, found)
		secretsOf(tree, found)
	}
	return Trees{hiding(texts)}
}

// Fields are the differences of two trees, in the order of their keys.
func (t Trees) Fields(from, to map[string]any) []Field { return t.fields(from, to) }

// Objects are those that differ, sorted.
func (t Trees) Objects(from, to []map[string]any) []Object {
	var all []Object
	for _, p := range pairs(from, to) {
		if o := t.object(p, nil); o != nil {
			all = append(all, *o)
		}
	}
	return all
}

// Hide takes the secrets out of a text.
func (t Trees) Hide(text string) string { return t.hide(text) }
