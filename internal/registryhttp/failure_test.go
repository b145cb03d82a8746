package registryhttp_test

import (
	stderrors "errors"
	"net"
	"net/url"
	"syscall"
	"testing"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestAHostThatIsNotFoundIsNamed, so that many of them are known to be one trouble.
func TestAHostThatIsNotFoundIsNamed(t *testing.T) {
	dial := func(cause error) error {
		return &url.Error{Op: "Get", URL: "https://user:token@charts.example/", Err: &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, Err: cause}}
	}
	for want, cause := range map[string]error{
		"charts.example": dial(&net.DNSError{Err: "no such host", Name: "charts.example", IsNotFound: true}),
		"slow.example":   dial(&net.DNSError{Err: "server misbehaving", Name: "slow.example", IsTemporary: true}),
		"192.0.2.1:443":  dial(syscall.ENETUNREACH),
		"":               dial(syscall.ECONNREFUSED),
	} {
		_, err := registryhttp.Judge(cause, registryhttp.Advice{})
		host := ""
		if unknown, ok := stderrors.AsType[*errors.UnknownHost](err); ok {
			host = unknown.Host
		}
		if host != want || errors.CodeOf(err) != errors.ErrCodeUnavailable {
			t.Errorf("%v: the host is %q, want %q: %v", cause, host, want, err)
		}
	}
}
