package chartpull

import (
	"bytes"
	"context"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"helm.sh/helm/v4/pkg/registry"
	"helm.sh/helm/v4/pkg/repo/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

const (
	// maxIndex is the size of a repository's index.yaml, source-controller's limit.
	maxIndex = 50 << 20
	// maxParsed is how much of an index is parsed. The time and memory of Helm's parser grow with
	// the number of nodes, to 0.3 s and 150 MiB for each MiB of the worst document.
	maxParsed = 8 << 20
)

// find returns the version in the repository's index that fits the request.
func (p *Puller) find(ctx context.Context, r *request) (*repo.ChartVersion, error) {
	index, err := p.index(ctx, r)
	if err != nil {
		// All charts that wait for the index share its error, which names none of them.
		return nil, errors.In(err, "%s", r)
	}
	var listed *repo.ChartVersion
	done := make(chan error, 1)
	go func() {
		p.parsing.Lock() // one at a time, because of the memory
		defer p.parsing.Unlock()
		err := ctx.Err()
		if err == nil {
			listed, err = pick(index, r)
		}
		done <- err
	}()
	// The parser knows no context, but what it may parse ends in seconds.
	select {
	case err := <-done:
		return listed, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// index returns the repository's index, which is fetched once. A failure is told to everybody who
// waits for it, and is not remembered.
func (p *Puller) index(ctx context.Context, r *request) ([]byte, error) {
	key := r.repo.String()
	for {
		if index, ok := p.indexes.Load(key); ok {
			return index.([]byte), nil
		}
		fetched := p.fetching.DoChan(key, func() (any, error) {
			index, err := p.fetchIndex(ctx, r)
			if err == nil {
				p.indexes.Store(key, index)
			}
			return nil, err
		})
		select {
		case result := <-fetched:
			interrupted := stderrors.Is(result.Err, context.Canceled) || stderrors.Is(result.Err, context.DeadlineExceeded)
			if interrupted && ctx.Err() == nil {
				continue // the one who fetched it gave up, which is no reason to do so here
			}
			if result.Err != nil {
				return nil, result.Err
			}
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (p *Puller) fetchIndex(ctx context.Context, r *request) (index []byte, err error) {
	noun := fmt.Sprintf("chart repository %q: index.yaml", r.repo)
	at, err := url.Parse(r.repo.String() + "/index.yaml")
	if err != nil {
		return nil, errors.Invalid("%s: the repository's URL cannot be parsed", noun)
	}
	err = p.try(ctx, r, noun, p.net.logins.hint(r.repo, at), func() (err error) {
		index, err = p.get(ctx, r, at, http.Header{"Accept": {"application/yaml, application/x-yaml, text/yaml, */*"}}, maxIndex)
		return err
	})
	if errors.CodeOf(err) == errors.ErrCodeNotFound {
		err = errors.In(err, "there is no chart repository at this URL; check it")
	}
	return index, err
}

// pick returns the version that is written as the request is, or else, as helm does, the newest
// that fits.
func pick(index []byte, r *request) (*repo.ChartVersion, error) {
	part := only(index, r.ChartName)
	if len(part) > maxParsed {
		return nil, errors.Invalid("chart repository %q: its index.yaml has %d MiB about chart %q, or in a style in which the charts cannot be told apart, and at most %d MiB are parsed; use an index such as helm repo index writes",
			r.repo, len(part)>>20, r.ChartName, maxParsed>>20)
	}
	var parsed repo.IndexFile
	err := yaml.Unmarshal(part, &parsed)
	if err != nil && len(part) < len(index) && len(index) <= maxParsed {
		err = yaml.Unmarshal(index, &parsed) // its parts may refer to each other
	}
	if err != nil {
		return nil, errors.New(errors.ErrCodeUnavailable, "chart repository %q: its index.yaml cannot be read: %s; check the repository's URL", r.repo, registryhttp.Clean(err.Error()))
	}
	if parsed.Entries == nil {
		return nil, errors.New(errors.ErrCodeUnavailable, "chart repository %q: its index.yaml has no entries, so it is not an index of charts; check the repository's URL", r.repo)
	}
	if _, ok := parsed.Entries[r.ChartName]; !ok {
		return nil, errors.New(errors.ErrCodeNotFound, "chart repository %q has no chart %q; %s", r.repo, r.ChartName, nearestNames(r.ChartName, parsed.Entries))
	}
	for name, versions := range parsed.Entries {
		parsed.Entries[name] = slices.DeleteFunc(versions, func(v *repo.ChartVersion) bool { return v == nil || v.Metadata == nil })
	}
	parsed.SortEntries()
	var texts []string
	for _, v := range parsed.Entries[r.ChartName] {
		texts = append(texts, v.Version)
	}
	chosen, err := registry.GetTagMatchingVersionOrConstraint(texts, r.version)
	if err != nil {
		return nil, errors.New(errors.ErrCodeNotFound, "chart repository %q has no version %q of chart %q; %s", r.repo, r.Version, r.ChartName, nearestVersions(r, texts))
	}
	return parsed.Entries[r.ChartName][slices.Index(texts, chosen)], nil
}

// only leaves out of an index the versions of all charts but one: a large index has tens of
// thousands of versions, of which a run needs a few. It knows JSON and YAML in block style, which
// is what helm writes: there, a line that is indented like the first name below "entries:" and does
// not begin with a dash is the next name. It returns an index of another form as it is.
func only(index []byte, chart string) []byte {
	var document struct {
		Entries map[string]json.RawMessage `json:"entries"`
	}
	if json.Unmarshal(index, &document) == nil {
		for name := range document.Entries {
			if name != chart {
				document.Entries[name] = json.RawMessage("[]")
			}
		}
		part, err := json.Marshal(document)
		if err == nil {
			return part
		}
	}
	var part bytes.Buffer
	entries, indent, keep := false, -1, true
	for line := range bytes.Lines(index) {
		text := bytes.TrimLeft(line, " ")
		depth := len(line) - len(text)
		switch {
		case len(bytes.TrimSpace(text)) == 0 || text[0] == '#':
		case depth == 0:
			entries, indent, keep = bytes.HasPrefix(text, []byte("entries:")), -1, true
		case entries && (indent < 0 || depth == indent && text[0] != '-'):
			name, _, _ := bytes.Cut(text, []byte(":"))
			indent, keep = depth, string(bytes.Trim(name, `"'`)) == chart
			if !keep {
				part.Write(line[:depth+len(name)])
				part.WriteString(": []\n")
			}
		}
		if keep {
			part.Write(line)
		}
	}
	return part.Bytes()
}
