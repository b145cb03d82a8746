package registryhttp

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Document says how a single document is fetched, such as a recipe. Only Limit is required.
type Document struct {
	Options
	Retry
	// Limit is how many bytes it may have.
	Limit int64
	// Within is how long one attempt may take. 0: half a minute.
	Within time.Duration
	// UserAgent is what the server sees. Empty: "aicr".
	UserAgent string
	// Login says what to do where the server wants credentials. Empty: those of the URL are wrong.
	Login string
}

// Get fetches the document at an http or https URL, which may hold credentials and tokens: they go to
// that server only, and no error names them. The caller names the URL.
func (d Document) Get(ctx context.Context, source string) ([]byte, error) {
	got, err := d.Fetch(ctx, source, "")
	return got.Data, err
}

// Fetched is a document as a server gave it. Where it says that the document is still the one with
// the ETag of the request, there are no Data.
type Fetched struct {
	Data      []byte
	ETag      string
	Unchanged bool
}

// Fetch is Get for a caller that has the document which had this ETag; "" has none.
func (d Document) Fetch(ctx context.Context, source, etag string) (got Fetched, err error) {
	at, err := url.Parse(source)
	if err != nil || at.Host == "" {
		return got, errors.Invalid("the URL cannot be parsed; write https://HOST/PATH")
	}
	client, err := d.Client()
	if err != nil {
		return got, err
	}
	defer client.CloseIdleConnections()
	advice := Advice{
		Login: func() string {
			return cmp.Or(d.Login, "check the credentials in the URL, or download the file and name it")
		},
		CAField:   d.CAField,
		PlainHTTP: "write http://",
	}
	err = d.Do(ctx, func() error {
		got, err = d.get(ctx, client, at.String(), etag)
		return err
	}, func(err error) (bool, error) { return Judge(err, advice) })
	return got, err
}

// get is one attempt.
func (d Document) get(ctx context.Context, client *http.Client, source, etag string) (Fetched, error) {
	within := cmp.Or(d.Within, 30*time.Second)
	ctx, cancel := context.WithTimeoutCause(ctx, within, errors.New(errors.ErrCodeTimeout, "it did not arrive within %s; check the network, or download the file and name it", within))
	defer cancel()
	got, err := d.read(ctx, client, source, etag)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return got, err
}

func (d Document) read(ctx context.Context, client *http.Client, source, etag string) (got Fetched, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, http.NoBody)
	if err != nil {
		return got, err
	}
	req.Header.Set("User-Agent", cmp.Or(d.UserAgent, "aicr"))
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := client.Do(req)
	if err != nil {
		return got, err
	}
	defer resp.Body.Close()
	got.ETag = resp.Header.Get("ETag")
	switch {
	case etag != "" && resp.StatusCode == http.StatusNotModified:
		got.Unchanged = true
		return got, nil
	case resp.StatusCode != http.StatusOK:
		return got, &StatusError{Status: resp.StatusCode}
	}
	// One byte more than there may be tells that there are too many.
	got.Data, err = io.ReadAll(io.LimitReader(resp.Body, d.Limit+1))
	if int64(len(got.Data)) > d.Limit {
		return Fetched{}, errors.Invalid("it has more than %d MiB, the limit; check the URL", d.Limit>>20)
	}
	return got, err
}
