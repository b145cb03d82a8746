package registryhttp

import (
	"context"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// DefaultStall is how long nothing may move on a connection.
const DefaultStall = time.Minute

// connectTimeout is how long it may take to get a connection.
const connectTimeout = 30 * time.Second

// Stalled is the error of a connection on which nothing moved for this long.
type Stalled time.Duration

// Error says how long nothing moved.
func (s Stalled) Error() string { return "nothing moved for " + time.Duration(s).String() }

// watched is a connection that fails once nothing moves on it. What moves may take as long as it
// takes: a deadline for a whole request would end a large upload over a slow line.
type watched struct {
	net.Conn
	stall   time.Duration
	stalled atomic.Bool
}

// dial returns a function that opens watched connections.
func dial(stall time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &watched{Conn: conn, stall: stall}, nil
	}
}

func (w *watched) Read(p []byte) (int, error) { return w.move(w.Conn.Read, p) }

func (w *watched) Write(p []byte) (int, error) { return w.move(w.Conn.Write, p) }

// move starts the deadline anew in both directions: an answer cannot come while the request is
// still on its way.
func (w *watched) move(transfer func([]byte) (int, error), p []byte) (int, error) {
	if err := w.SetDeadline(time.Now().Add(w.stall)); err != nil {
		return 0, err
	}
	n, err := transfer(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.stalled.Store(true)
	}
	// One direction ends first, and net/http then closes the connection under the other one.
	if err != nil && w.stalled.Load() {
		err = Stalled(w.stall)
	}
	return n, err
}
