package values_test

import (
	"fmt"
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

func TestHazard18_APasswordInAURLIsInClear(t *testing.T) {
	m := map[string]any{
		"db": "postgres://me:pw@h", "list": []any{"x", "redis://me:pw@h", "ghp_0123456789012345678901234567890123456"}, "password": "x",
		"env": []any{map[string]any{"name": "DB_PASSWORD", "value": "redis://me:pw@h"}}, "free": "https://${USER}:${PW}@h",
	}
	if got := fmt.Sprint(values.PathsInClear(m)); got != "[db env.0.value list.1 list.2 password]" {
		t.Error(got)
	}
	if got := fmt.Sprint(values.SecretPaths(m)); got != "[env.0.value list.2 password]" {
		t.Error(got)
	}
}
