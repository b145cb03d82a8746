package values_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/values"
)

func TestHazard18_APasswordInAURLIsHidden(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://me:pw@h/db":                      "postgres://me:*@h/db",
		"a=https://:pw@h b='redis://x:long-one@h:1'": "a=https://:*@h b='redis://x:*@h:1'",
		"http://me:$(PASSWORD)@proxy":                "http://me:$(PASSWORD)@proxy",
		"postgres://me:${PW}@h":                      "postgres://me:${PW}@h",
		"postgres://me@db/x":                         "postgres://me@db/x",
		"https://h/a:b?to=x@y":                       "https://h/a:b?to=x@y",
		"me:pw@h":                                    "me:pw@h",
	} {
		if got := values.HideURLPasswords(text, "*"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := values.HasURLPassword(text); got != (text != want) {
			t.Errorf("%q: has a password: %v", text, got)
		}
	}
}
