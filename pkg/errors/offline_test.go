package errors_test

import (
	"io"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestNoNetworkIsToldOnce: where hosts are unknown, a list counts them instead of repeating itself,
// and keeps what is about something else.
func TestNoNetworkIsToldOnce(t *testing.T) {
	unknown := func(noun, host string) error {
		return errors.In(errors.Wrap(errors.ErrCodeUnavailable, &errors.UnknownHost{Host: host, Why: "there is no host of that name"}, ""), "%s", noun)
	}
	const once = "no network: none of 2 hosts can be reached (a.example, b.example); check the network, DNS and HTTPS_PROXY, or set `Offline` to use what earlier runs have cached"
	three := []error{unknown("one", "a.example"), unknown("two", "b.example"), unknown("three", "a.example")}
	for want, list := range map[string]error{
		once:                                     errors.Join(three...),
		"noun: " + once:                          errors.In(errors.Join(three...), "noun"),
		"2 problems:\n  - " + once + "\n  - EOF": errors.Join(append(three, io.EOF)...),
		"one: there is no host of that name":     three[0],
		"2 problems:\n  - one: there is no host of that name\n  - three: there is no host of that name": errors.Join(three[0], three[2]),
	} {
		if got := list.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if errors.CodeOf(list) != errors.ErrCodeUnavailable {
			t.Errorf("%s: the code is %s", want, errors.CodeOf(list))
		}
	}
	var many []error
	for _, host := range strings.Split("abcdefghij", "") {
		many = append(many, unknown("chart", host+".example"))
	}
	if got := errors.Join(many...).Error(); !strings.Contains(got, "(a.example, b.example, c.example and 7 more)") {
		t.Errorf("got %q", got)
	}
}
