package oci

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

const user, password = "robot", "hunter2"

// guarded is a registry that wants the user and the password.
func guarded(t testing.TB) *testRegistry {
	r := newRegistry(t)
	r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
		if name, secret, ok := req.BasicAuth(); ok && name == user && secret == password {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	return r
}

// config writes a docker config that gives a registry some fields.
func config(t testing.TB, format string, args ...any) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, fmt.Appendf(nil, format, args...), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func login(t testing.TB, host, name, secret string) string {
	return config(t, `{"auths":{%q:{"auth":%q}}}`, host, base64.StdEncoding.EncodeToString([]byte(name+":"+secret)))
}

// helper puts a credential helper in front of all others.
func helper(t testing.TB, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the helper is a shell script")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

func with(files ...string) PushOptions {
	o := PushOptions{Connection: plain()}
	o.CredentialFiles = files
	return o
}

func TestCredentialsOfDockerAndHelm(t *testing.T) {
	r := guarded(t)
	none := filepath.Join(t.TempDir(), "none.json")
	empty := config(t, `{}`)
	for name, files := range map[string][]string{
		"docker":          {login(t, r.host, user, password)},
		"helm":            {none, login(t, r.host, user, password)},
		"helm, and empty": {empty, login(t, r.host, user, password)},
		"URL as key":      {login(t, "http://"+r.host+"/v2/", user, password)},
	} {
		t.Run(name, func(t *testing.T) {
			mustPush(t, r.ref("v1"), version(t, 1), with(files...))
		})
	}
	t.Run("helper", func(t *testing.T) {
		helper(t, `read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"robot\",\"Secret\":\"hunter2\"}"`)
		mustPush(t, r.ref("v1"), version(t, 1), with(config(t, `{"credsStore":"test"}`)))
		mustPush(t, r.ref("v1"), version(t, 1), with(config(t, `{"credHelpers":{%q:"test"}}`, r.host)))
	})
	t.Run("helper without", func(t *testing.T) {
		helper(t, `echo "credentials not found in native keychain"; exit 1`)
		mustPush(t, r.ref("v1"), version(t, 1), with(config(t, `{"credsStore":"test"}`), login(t, r.host, user, password)))
	})
	t.Run("environment", func(t *testing.T) {
		t.Setenv("DOCKER_CONFIG", filepath.Dir(none))
		t.Setenv("HELM_REGISTRY_CONFIG", login(t, r.host, user, password))
		mustPush(t, r.ref("v1"), version(t, 1), with(CredentialFiles(os.Getenv)...))
		o := with()
		o.CredentialFiles = nil
		mustPush(t, r.ref("v1"), version(t, 1), o)
	})
}

func TestCredentialFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the places differ")
	}
	for _, c := range []struct {
		env  map[string]string
		want []string
	}{
		{map[string]string{"HOME": "/h"}, []string{"/h/.docker/config.json", "/h/.config/helm/registry/config.json"}},
		{map[string]string{"HOME": "/h", "DOCKER_CONFIG": "/d", "XDG_CONFIG_HOME": "/x"}, []string{"/d/config.json", "/x/helm/registry/config.json"}},
		{map[string]string{"HOME": "/h", "HELM_CONFIG_HOME": "/c"}, []string{"/h/.docker/config.json", "/c/registry/config.json"}},
		{map[string]string{"HOME": "/h", "HELM_CONFIG_HOME": "/c", "HELM_REGISTRY_CONFIG": "/r.json"}, []string{"/h/.docker/config.json", "/r.json"}},
	} {
		if got := CredentialFiles(func(name string) string { return c.env[name] }); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q", c.env, got)
		}
	}
}

// The message says which registry wants what, and which config was read.
func TestUnauthorizedSaysWhatWasRead(t *testing.T) {
	r := guarded(t)
	none := filepath.Join(t.TempDir(), "none.json")
	empty, bad := config(t, `{}`), login(t, r.host, user, "swordfish")
	for name, c := range map[string]struct {
		files []string
		says  []string
	}{
		"none is there":  {[]string{none}, []string{"no config", none}},
		"none has any":   {[]string{empty, none}, []string{empty + " has no credentials"}},
		"wrong password": {[]string{bad}, []string{"401", "the credentials in " + bad + " were used"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Push(t.Context(), r.ref("v1"), version(t, 1), with(c.files...))
			wantError(t, err, errors.ErrCodeUnauthorized, append(c.says, r.host, "docker login "+r.host)...)
			for _, secret := range []string{"swordfish", base64.StdEncoding.EncodeToString([]byte(user + ":swordfish"))} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows the secret: %v", err)
				}
			}
		})
	}
}

// A store of credentials that fails is an error, also where one could go on without.
func TestHazard40_AFailingCredentialStoreIsAnError(t *testing.T) {
	r := guarded(t)
	good := login(t, r.host, user, password)
	for name, c := range map[string]struct{ script, config, says string }{
		"helper fails":        {`echo "the keychain is locked"; exit 1`, `{"credsStore":"test"}`, "the keychain is locked"},
		"helper is missing":   {``, `{"credsStore":"missing"}`, "docker-credential-missing"},
		"helper says nothing": {``, `{"credsStore":"test"}`, "JSON"},
		"helper leaks":        {`echo '{"Username":"u","Secret":"hunter2"'; exit 1`, `{"credsStore":"test"}`, "not shown"},
		"broken config":       {``, `{"auths":`, "cannot be read"},
		"broken entry":        {``, `{"auths":{"` + r.host + `":{"auth":"%%%"}}}`, "auth"},
		"no password":         {``, `{"auths":{"` + r.host + `":{"username":"u"}}}`, "without a password"},
	} {
		t.Run(name, func(t *testing.T) {
			helper(t, c.script)
			file := config(t, "%s", c.config)
			r.count()
			_, err := Push(t.Context(), r.ref("v1"), version(t, 1), with(file, good))
			wantError(t, err, errors.ErrCodeUnauthorized, file, r.host, c.says)
			if strings.Contains(err.Error(), password) {
				t.Errorf("the error shows the secret: %v", err)
			}
			if n := r.count(writes...); n != 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
	// A registry that lets anonymous users in never asks, so that a helper that would fail is not
	// even run. With a token service it asks.
	open := newRegistry(t)
	token := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("an anonymous token was asked for")
		fmt.Fprint(w, `{"token":"anonymous"}`)
	}))
	defer token.Close()
	open.setFault(func(w http.ResponseWriter, req *http.Request) bool {
		if req.Header.Get("Authorization") != "" {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+token.URL+`/token",service="s"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	helper(t, `exit 3`)
	_, err := Push(t.Context(), open.ref("v1"), version(t, 1), with(config(t, `{"credsStore":"test"}`)))
	wantError(t, err, errors.ErrCodeUnauthorized, "helper")
}

// A helper may ask a person, which takes longer than a stall, and a run that is cancelled meanwhile
// ends.
func TestHelpersMayTakeTheirTime(t *testing.T) {
	r := guarded(t)
	o := with(config(t, `{"credsStore":"test"}`))
	o.StallTimeout, o.Retries = 2*time.Second, -1
	helper(t, `sleep 3; echo '{"Username":"robot","Secret":"hunter2"}'`)
	mustPush(t, r.ref("v1"), version(t, 1), o)
	helper(t, `exec sleep 600`)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, context.Canceled)
	defer cancel()
	if _, err := Push(ctx, r.ref("v1"), version(t, 1), o); errors.ExitStatus(err) != 1 {
		t.Errorf("error %v", err)
	}
}

// A registry may keep its blobs elsewhere; that place gets no credentials.
func TestCredentialsStayWithTheRegistry(t *testing.T) {
	r := guarded(t)
	o := with(login(t, r.host, user, password))
	mustPush(t, r.ref("v1"), version(t, 1), o)
	asked := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		asked++
		if req.Header.Get("Authorization") != "" {
			t.Error("it got the credentials")
		}
		req.SetBasicAuth(user, password)
		r.real.ServeHTTP(w, req)
	}))
	defer elsewhere.Close()
	guard := r.fault
	r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
		if guard(w, req) {
			return true
		}
		if strings.Contains(req.URL.Path, "/blobs/") {
			http.Redirect(w, req, elsewhere.URL+req.URL.Path, http.StatusTemporaryRedirect)
			return true
		}
		return false
	})
	mustPull(t, r.ref("v1"), PullOptions{Connection: o.Connection})
	if asked == 0 {
		t.Error("there was no redirect")
	}
	// One that asks for them is not answered.
	elsewhere.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Authorization") != "" {
			t.Error("it got the credentials")
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="give me"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	_, err := Pull(t.Context(), r.ref("v1"), PullOptions{Connection: o.Connection})
	wantError(t, err, errors.ErrCodeUnauthorized, "401")
}
