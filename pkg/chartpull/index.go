package chartpull

import (
	"bytes"
	"context"
	stderrors "errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// MaxIndex is the size of a repository's index.yaml, source-controller's limit.
const MaxIndex = 50 << 20

// chartIndex is a repository's index.yaml. Indexes have tens of thousands of
// entries of which a run needs a few, so that only the entries of the charts
// that are asked for are decoded.
type chartIndex struct {
	// cut has the undecoded list of versions by a chart's name; it is nil where
	// the index could not be cut.
	cut map[string][]byte
	// whole is what cut was cut from.
	whole []byte
	// decoded has all lists by a chart's name, where there is no cut.
	decoded map[string][]listed
}

// listed is one version of a chart in an index. It is decoded without going by
// way of JSON, so that a version without quotes, such as 1.10, stays text.
type listed struct {
	Version string   `yaml:"version"`
	URLs    []string `yaml:"urls"`
	Digest  string   `yaml:"digest"`
}

// indexCall is the fetching of an index, which others wait for.
type indexCall struct {
	done  chan struct{}
	index *chartIndex
	err   error
}

// index returns the repository's index, which is fetched once. A failure is told
// to everybody who waits for it, and is not remembered.
func (p *NativeChartPuller) index(ctx context.Context, n *network, r *request) (*chartIndex, error) {
	key := r.repo.String()
	for {
		p.mu.Lock()
		call, running := p.indexes[key]
		if !running {
			call = &indexCall{done: make(chan struct{})}
			if p.indexes == nil {
				p.indexes = map[string]*indexCall{}
			}
			p.indexes[key] = call
		}
		p.mu.Unlock()
		if !running {
			call.index, call.err = p.fetchIndex(ctx, n, r)
			if call.err != nil {
				p.mu.Lock()
				delete(p.indexes, key)
				p.mu.Unlock()
			}
			close(call.done)
			return call.index, call.err
		}
		select {
		case <-call.done:
			if interrupted(call.err) && ctx.Err() == nil {
				continue // who fetched it gave up, and we did not
			}
			return call.index, call.err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func interrupted(err error) bool {
	return stderrors.Is(err, context.Canceled) || stderrors.Is(err, context.DeadlineExceeded)
}

func (p *NativeChartPuller) fetchIndex(ctx context.Context, n *network, r *request) (*chartIndex, error) {
	noun := fmt.Sprintf("chart repository %q: index.yaml", r.repo)
	at, err := url.Parse(r.repo.String() + "/index.yaml")
	if err != nil {
		return nil, errors.Invalid("%s: the repository's URL cannot be parsed", noun)
	}
	var data []byte
	err = p.try(ctx, r, noun, n.logins.hint(r.repo, at), func(ctx context.Context) (err error) {
		data, err = p.get(ctx, n, r, at, MaxIndex)
		return err
	})
	switch {
	case errors.CodeOf(err) == errors.ErrCodeNotFound:
		return nil, errors.In(err, "there is no chart repository at this URL; check it")
	case err != nil:
		return nil, err
	}
	index, err := parseIndex(data)
	return index, errors.In(err, "%s", noun)
}

// parseIndex finds the lists of versions.
func parseIndex(data []byte) (*chartIndex, error) {
	if lists, ok := cutIndex(data); ok {
		return &chartIndex{cut: lists, whole: data}, nil
	}
	return decodeIndex(data)
}

// decodeIndex reads an index of any form: JSON, or YAML that helm did not write.
func decodeIndex(data []byte) (*chartIndex, error) {
	var document struct {
		Entries map[string][]listed `yaml:"entries"`
	}
	switch err := tolerate(yaml.Unmarshal(data, &document)); {
	case err != nil:
		return nil, errors.New(errors.ErrCodeUnavailable, "it is no index of a chart repository: %s; check the repository's URL", wire.Clean(err.Error()))
	case document.Entries == nil:
		return nil, errors.New(errors.ErrCodeUnavailable, "it has no entries, so it is no index of a chart repository; check the repository's URL")
	}
	return &chartIndex{decoded: document.Entries}, nil
}

// tolerate forgets that some entries have a wrong form, which is no harm to the
// others.
func tolerate(err error) error {
	if _, some := stderrors.AsType[*yaml.TypeError](err); some {
		return nil
	}
	return err
}

// cutIndex cuts an index in block style at the charts' names, without decoding
// it: within "entries:", nothing else can begin at the names' own indentation
// than a name, a list's dash, or a comment. It gives up, with false, where the
// index is of another form.
func cutIndex(data []byte) (map[string][]byte, bool) {
	charts := map[string][]byte{}
	indent, name, begin := -1, "", 0
	end := func(at int) {
		if name != "" {
			charts[name] = data[begin:at]
			name = ""
		}
	}
	inside, seen := false, false
	for at, next := 0, 0; at < len(data); at = next {
		next = len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			next = at + n + 1
		}
		line := bytes.TrimRight(data[at:next], " \r\n")
		text := bytes.TrimLeft(line, " ")
		depth := len(line) - len(text)
		switch {
		case len(text) == 0 || text[0] == '#':
		case text[0] == '\t':
			return nil, false
		case depth == 0:
			end(at)
			if inside = string(text) == "entries:"; inside {
				if seen {
					return nil, false
				}
				seen = true
			} else if string(text[:min(len(text), 8)]) == "entries:" {
				return nil, false
			}
		case !inside:
		case indent < 0 || depth == indent && text[0] != '-':
			end(at)
			key, ok := bytes.CutSuffix(bytes.TrimSuffix(text, []byte(" []")), []byte(":"))
			if !ok || checkChartName(string(key)) != nil {
				return nil, false
			}
			indent, name, begin = depth, string(key), next
			if _, twice := charts[name]; twice {
				return nil, false
			}
		case depth < indent:
			return nil, false
		}
	}
	end(len(data))
	return charts, seen
}

// find returns the version that fits the request: the one that is written alike,
// or else, as helm does, the newest that fits.
func (x *chartIndex) find(r *request) (listed, error) {
	versions, ok, err := x.versions(r.ChartName)
	switch {
	case err != nil:
		return listed{}, errors.New(errors.ErrCodeUnavailable, "chart repository %q: the entries of chart %q in its index cannot be read: %s", r.repo, r.ChartName, wire.Clean(err.Error()))
	case !ok:
		return listed{}, errors.New(errors.ErrCodeNotFound, "chart repository %q has no chart %q; %s", r.repo, r.ChartName, nearestNames(r.ChartName, x.names()))
	}
	texts := make([]string, len(versions))
	for i, v := range versions {
		texts[i] = v.Version
	}
	i := choose(r, texts)
	if i < 0 {
		return listed{}, errors.New(errors.ErrCodeNotFound, "chart repository %q has no version %q of chart %q; %s", r.repo, r.Version, r.ChartName, nearestVersions(r, texts))
	}
	return versions[i], nil
}

// versions returns a chart's versions, in the index's order.
func (x *chartIndex) versions(chart string) (versions []listed, ok bool, err error) {
	if x.cut == nil {
		versions, ok = x.decoded[chart]
		return versions, ok, nil
	}
	list, ok := x.cut[chart]
	if err = tolerate(yaml.Unmarshal(list, &versions)); err == nil {
		return versions, ok, nil
	}
	// It may refer to an anchor elsewhere.
	whole, again := decodeIndex(x.whole)
	if again != nil {
		return nil, ok, err
	}
	versions, ok = whole.decoded[chart]
	return versions, ok, nil
}

func (x *chartIndex) names() []string {
	if x.cut == nil {
		return slices.Sorted(maps.Keys(x.decoded))
	}
	return slices.Sorted(maps.Keys(x.cut))
}

// choose returns the index of the version that fits the request, or -1.
func choose(r *request, versions []string) int {
	for i, v := range versions {
		if r.version == v || r.pin != nil && strings.TrimPrefix(r.version, "v") == strings.TrimPrefix(v, "v") {
			return i
		}
	}
	best, newest := -1, (*semver.Version)(nil)
	for i, text := range versions {
		v, err := semver.NewVersion(text)
		fits := err == nil && (r.pin != nil && v.Equal(r.pin) || r.pin == nil && r.fits.Check(v))
		if fits && (newest == nil || v.GreaterThan(newest)) {
			best, newest = i, v
		}
	}
	return best
}

// shown is how many names or versions a message lists.
const shown = 5

func nearestNames(name string, names []string) string {
	if len(names) == 0 {
		return "its index lists none"
	}
	near := slices.Clone(names)
	distance := map[string]int{}
	for _, n := range near {
		distance[n] = levenshtein.ComputeDistance(name, n)
	}
	slices.SortStableFunc(near, func(a, b string) int { return distance[a] - distance[b] })
	return "the nearest of its " + fmt.Sprint(len(names)) + " are " + clean(near[:min(shown, len(near))])
}

// nearestVersions lists the newest versions, and those around the one asked for.
func nearestVersions(r *request, texts []string) string {
	var versions semver.Collection
	for _, text := range texts {
		if v, err := semver.NewVersion(text); err == nil {
			versions = append(versions, v)
		}
	}
	if len(versions) == 0 {
		return "there is no version of it at all"
	}
	slices.SortStableFunc(versions, func(a, b *semver.Version) int { return b.Compare(a) })
	list := func(from, to int) string {
		var some []string
		for _, v := range versions[max(from, 0):min(to, len(versions))] {
			some = append(some, v.Original())
		}
		return clean(some)
	}
	says := "the newest are " + list(0, shown)
	if r.pin != nil {
		at, _ := slices.BinarySearchFunc(versions, r.pin, func(v, pin *semver.Version) int { return pin.Compare(v) })
		if at >= shown {
			says += "; the nearest are " + list(at-2, at+2)
		}
	}
	return says
}

func clean(words []string) string { return wire.Clean(strings.Join(words, ", ")) }
