package registryhttp

import (
	stderrors "errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// What moves may take as long as it takes, in either direction; what does not is ended. The clock
// is synctest's.
func TestOnlyAStallEndsAConnection(t *testing.T) {
	const stall = time.Minute
	for name, c := range map[string]struct {
		peer func(net.Conn) // moves something every 50 seconds
		use  func(net.Conn) error
		ends bool
	}{
		"slow download": {func(peer net.Conn) { slowly(10, func() { peer.Write([]byte("x")) }) }, read(10), false},
		"slow upload":   {func(peer net.Conn) { slowly(10, func() { peer.Read(make([]byte, 1)) }) }, write(10), false},
		"an answer only after a slow upload": {func(peer net.Conn) {
			slowly(10, func() { peer.Read(make([]byte, 1)) })
			peer.Write([]byte("x"))
		}, func(conn net.Conn) error {
			answer := make(chan error)
			go func() { answer <- read(1)(conn) }()
			if err := write(10)(conn); err != nil {
				return err
			}
			return <-answer
		}, false},
		"no answer":   {func(net.Conn) {}, read(1), true},
		"not taken":   {func(net.Conn) {}, write(1), true},
		"half of it":  {func(peer net.Conn) { slowly(5, func() { peer.Write([]byte("x")) }) }, read(10), true},
		"half is up":  {func(peer net.Conn) { slowly(5, func() { peer.Read(make([]byte, 1)) }) }, write(10), true},
		"not at once": {func(peer net.Conn) { time.Sleep(2 * stall); peer.Write([]byte("x")) }, read(1), true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, peer := net.Pipe()
				var wait sync.WaitGroup
				wait.Go(func() { c.peer(peer) })
				err := c.use(&watched{Conn: conn, stall: stall})
				if _, stalled := stderrors.AsType[Stalled](err); stalled != c.ends || err != nil && !stalled {
					t.Error(err)
				}
				conn.Close()
				wait.Wait()
			})
		})
	}
}

func slowly(n int, move func()) {
	for range n {
		time.Sleep(50 * time.Second)
		move()
	}
}

func read(n int) func(net.Conn) error {
	return func(conn net.Conn) error {
		_, err := io.ReadFull(conn, make([]byte, n))
		return err
	}
}

func write(n int) func(net.Conn) error {
	return func(conn net.Conn) error {
		for range n {
			if _, err := conn.Write([]byte("x")); err != nil {
				return err
			}
		}
		return nil
	}
}

// The error reaches the caller through HTTP/1 and HTTP/2, before the answer and within it.
func TestAStallHasItsCode(t *testing.T) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, path := range []string{"/nothing", "/half"} {
			t.Run(proto+path, func(t *testing.T) {
				server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/half" {
						io.WriteString(w, r.Proto)
						w.(http.Flusher).Flush()
					}
					<-r.Context().Done()
				}))
				server.EnableHTTP2 = proto == "HTTP/2.0"
				server.StartTLS()
				defer server.Close()
				c, err := Options{Insecure: true, Stall: 200 * time.Millisecond}.Client()
				if err != nil {
					t.Fatal(err)
				}
				resp, err := c.Get(server.URL + path)
				if err == nil {
					if resp.Proto != proto {
						t.Errorf("it speaks %s", resp.Proto)
					}
					_, err = io.ReadAll(resp.Body)
					resp.Body.Close()
				}
				passing, problem := Judge(err, Advice{})
				if !passing || errors.CodeOf(problem) != errors.ErrCodeTimeout || problem.Error() != "nothing moved for 200ms; check the network and run again" {
					t.Errorf("%v becomes %v", err, problem)
				}
			})
		}
	}
}
