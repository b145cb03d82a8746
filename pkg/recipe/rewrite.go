package recipe

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Rewrites send chart repositories to mirrors. The zero value changes nothing.
type Rewrites struct {
	rules []rewrite // the one that wins comes first
}

// rewrite is one rule. Without schemes it keeps that of the repository.
type rewrite struct{ old, new Repository }

// ParseRewrites reads rules of the form OLD=NEW. Both sides are URLs without credentials,
// https://HOST/PATH, http://HOST/PATH or oci://HOST/PATH, or both are HOST/PATH, which keeps the
// scheme. All problems are reported together, as ErrCodeInvalidRequest.
func ParseRewrites(texts []string) (Rewrites, error) {
	var w Rewrites
	var problems []error
	for i, text := range texts {
		label := fmt.Sprintf("%q", text)
		if strings.ContainsAny(text, "@?#") {
			label = fmt.Sprintf("number %d", i+1) // there may be a password or a token in it
		}
		rule, err := parseRewrite(text)
		if err != nil {
			problems = append(problems, errors.In(err, "`RegistryRewrite` %s", label))
			continue
		}
		at := slices.IndexFunc(w.rules, func(r rewrite) bool { return r.old == rule.old })
		switch {
		case at < 0:
			w.rules = append(w.rules, rule)
		case w.rules[at].new != rule.new:
			problems = append(problems, errors.Invalid("`RegistryRewrite`: %s is to become both %s and %s; remove one of them",
				address(rule.old), address(w.rules[at].new), address(rule.new)))
		}
	}
	// The longest first; of two that are alike, the one that names a scheme.
	slices.SortStableFunc(w.rules, func(a, b rewrite) int {
		return cmp.Or(cmp.Compare(len(b.old.Path), len(a.old.Path)), cmp.Compare(len(b.old.Scheme), len(a.old.Scheme)))
	})
	return w, errors.Join(problems...)
}

func parseRewrite(text string) (rewrite, error) {
	before, after, ok := strings.Cut(text, "=")
	if !ok || before == "" || after == "" || strings.Contains(after, "=") {
		return rewrite{}, errors.Invalid("write OLD=NEW, such as https://charts.example.com=https://mirror.internal/charts")
	}
	if strings.Contains(before, "://") != strings.Contains(after, "://") {
		return rewrite{}, errors.Invalid("one side has a scheme and the other has none; write https://, http:// or oci:// on both, or on neither to keep the scheme that a repository has")
	}
	var rule rewrite
	var problems [2]error
	rule.old, problems[0] = parseSide(before, "OLD")
	rule.new, problems[1] = parseSide(after, "NEW")
	return rule, errors.Join(problems[:]...)
}

func parseSide(text, side string) (Repository, error) {
	keep := !strings.Contains(text, "://")
	if keep {
		text = "https://" + text
	}
	repo, err := ParseRepository(text)
	if err != nil {
		return repo, errors.In(err, "%s", side)
	}
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune(".-_:[]", r)
	}
	if strings.ContainsFunc(repo.Host, odd) || strings.HasSuffix(repo.Host, ":") {
		return repo, errors.Invalid("%s: %q is no host; write HOST or HOST:PORT, without * and without spaces", side, repo.Host)
	}
	if keep {
		repo.Scheme = ""
	}
	return repo, nil
}

// address is a repository as the rule writes it.
func address(r Repository) string { return strings.TrimPrefix(r.String(), "://") }

// under returns what follows prefix in a repository's URL, if it begins with it and ends there or
// goes on with a slash.
func (r Repository) under(prefix Repository) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(r.Path, prefix.Path)
	sameScheme := prefix.Scheme == "" || prefix.Scheme == r.Scheme
	return rest, ok && sameScheme && r.Host == prefix.Host && (rest == "" || rest[0] == '/')
}

// Repository returns where a repository is to be looked for: the longest OLD that it is under is
// replaced, once, so that NEW is never rewritten in turn.
func (w Rewrites) Repository(repo Repository) Repository {
	for _, rule := range w.rules {
		if rest, ok := repo.under(rule.old); ok {
			to := rule.new
			to.Path += rest
			if to.Scheme == "" {
				to.Scheme = repo.Scheme
			}
			return to
		}
	}
	return repo
}

// URL is Repository for what the index of a repository, or a server, sends to: an archive. What is
// under the repository itself stays, because nothing is rewritten in turn. An archive of a
// repository over HTTP and a tag of a registry cannot stand for each other, so that a rule which
// makes one the other leaves it alone.
func (w Rewrites) URL(u *url.URL, of Repository) *url.URL {
	at := Repository{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host), Path: u.EscapedPath()}
	to := w.Repository(at)
	if _, stays := at.under(of); stays || to == at || to.OCI() != at.OCI() {
		return u
	}
	moved, err := url.Parse(to.String())
	if err != nil {
		return u
	}
	moved.RawQuery = u.RawQuery
	return moved
}

// Apply changes the sources of a recipe's Helm components, after a registry's defaults are filled
// in. A source that is not a repository is left alone.
//
// A list of mirrors may be everybody's, and longer than a recipe needs. So a rule that no repository
// is under gives a warning only where it is the only one, or nearly fits a repository that no rule
// fits.
func (w Rewrites) Apply(r *RecipeResult) (warnings []string) {
	there, kept := map[string]Repository{}, []Repository{}
	for i := range r.ComponentRefs {
		ref := &r.ComponentRefs[i]
		repo, err := ParseRepository(ref.Source)
		if err != nil || !ref.Type.Is(ComponentTypeHelm) {
			continue
		}
		there[repo.String()] = repo
		fits := slices.ContainsFunc(w.rules, func(rule rewrite) bool { _, ok := repo.under(rule.old); return ok })
		if !fits && !slices.Contains(kept, repo) {
			kept = append(kept, repo)
		}
		if to := w.Repository(repo); to != repo {
			ref.Source = to.String()
		}
	}
	for _, rule := range w.rules {
		if slices.ContainsFunc(slices.Collect(maps.Values(there)), func(r Repository) bool { _, ok := r.under(rule.old); return ok }) {
			continue
		}
		if at := slices.IndexFunc(kept, rule.old.near); at >= 0 {
			warnings = append(warnings, fmt.Sprintf("`RegistryRewrite` %s: no component has a chart from there; did you mean %s, which stays as it is?", address(rule.old), kept[at]))
		} else if len(w.rules) == 1 {
			warnings = append(warnings, fmt.Sprintf("`RegistryRewrite` %s: no component has a chart from there; the recipe's chart repositories are %s",
				address(rule.old), cmp.Or(strings.Join(slices.Sorted(maps.Keys(there)), ", "), "none")))
		}
	}
	return warnings
}

// near tells whether two repositories are on one host, or on hosts that differ by a slip.
func (r Repository) near(other Repository) bool {
	const slip = 2
	return r.Host == other.Host || len(r.Host) > 2*slip && levenshtein.ComputeDistance(r.Host, other.Host) <= slip
}
