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
}

// Get fetches the document at an http or https URL, which may hold credentials and tokens: they go to
// that server only, and no error names them. The caller names the URL.
func (d Document) Get(ctx context.Context, source string) (data []byte, err error) {
	at, err := url.Parse(source)
	if err != nil || at.Host == "" {
		return nil, errors.Invalid("the URL cannot be parsed; write https://HOST/PATH")
	}
	client, err := d.Client()
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	advice := Advice{
		Login:     func() string { return "check the credentials in the URL, or download the file and name it" },
		CAField:   d.CAField,
		PlainHTTP: "write http://",
	}
	err = d.Do(ctx, func() error {
		data, err = d.get(ctx, client, at.String())
		return err
	}, func(err error) (bool, error) { return Judge(err, advice) })
	return data, err
}

// get is one attempt.
func (d Document) get(ctx context.Context, client *http.Client, source string) ([]byte, error) {
	within := cmp.Or(d.Within, 30*time.Second)
	ctx, cancel := context.WithTimeoutCause(ctx, within, errors.New(errors.ErrCodeTimeout, "it did not arrive within %s; check the network, or download the file and name it", within))
	defer cancel()
	data, err := d.read(ctx, client, source)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return data, err
}

func (d Document) read(ctx context.Context, client *http.Client, source string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", cmp.Or(d.UserAgent, "aicr"))
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &StatusError{Status: resp.StatusCode}
	}
	// One byte more than there may be tells that there are too many.
	data, err := io.ReadAll(io.LimitReader(resp.Body, d.Limit+1))
	if int64(len(data)) > d.Limit {
		return nil, errors.Invalid("it has more than %d MiB, the limit; check the URL", d.Limit>>20)
	}
	return data, err
}
