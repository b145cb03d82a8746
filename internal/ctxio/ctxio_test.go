package ctxio_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/internal/ctxio"
)

type endless struct{ after func() }

func (e endless) Read(p []byte) (int, error) {
	e.after()
	return len(p), nil
}

func TestACopyEndsWithItsContext(t *testing.T) {
	if data, err := io.ReadAll(ctxio.Reader(t.Context(), strings.NewReader("text"))); err != nil || string(data) != "text" {
		t.Errorf("%q, %v", data, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := io.Copy(io.Discard, ctxio.Reader(ctx, endless{cancel})); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
