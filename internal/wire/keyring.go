package wire

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// helperTimeout is how long a credential helper may take; it may have to ask a
// person.
const helperTimeout = 2 * time.Minute

// Keyring finds the credentials for one registry. It never falls back to none:
// a config or a helper that is there and fails is an error.
type Keyring struct {
	registry string
	stores   []*credentials.DynamicStore
	absent   []string

	mu    sync.Mutex
	asked bool
	found string // the file that had credentials
}

// OpenKeyring opens the docker configs that exist among files, strongest first.
func OpenKeyring(registry string, files []string) (*Keyring, error) {
	k := &Keyring{registry: registry}
	for _, file := range files {
		if _, err := os.Stat(file); os.IsNotExist(err) {
			k.absent = append(k.absent, file)
			continue
		}
		store, err := credentials.NewStore(file, credentials.StoreOptions{})
		if err != nil {
			return nil, errors.Wrap(errors.ErrCodeUnauthorized, err, "registry %q: the credentials in %q cannot be read; mend the file or move it away", registry, file)
		}
		k.stores = append(k.stores, store)
	}
	return k, nil
}

// Credential is what the registry's challenge is answered with.
func (k *Keyring) Credential(ctx context.Context, hostport string) (auth.Credential, error) {
	server := credentials.ServerAddressFromHostname(hostport)
	k.mu.Lock()
	k.asked = true
	k.mu.Unlock()
	for _, store := range k.stores {
		cred, err := patiently(ctx, store, server)
		if err == nil && cred.Password == "" && cred.Username != "" && cred.RefreshToken == "" && cred.AccessToken == "" {
			err = errors.New(errors.ErrCodeUnauthorized, "there is a user name without a password")
		}
		switch {
		case ctx.Err() != nil:
			return auth.EmptyCredential, ctx.Err()
		case err != nil:
			return auth.EmptyCredential, errors.New(errors.ErrCodeUnauthorized,
				"the credentials that %q names cannot be had: %s; mend its credential helper or log in again with docker login %s",
				store.ConfigPath(), harmless(err), k.registry)
		case cred != auth.EmptyCredential:
			k.mu.Lock()
			k.found = store.ConfigPath()
			k.mu.Unlock()
			return cred, nil
		}
	}
	return auth.EmptyCredential, nil
}

// patiently asks a store, which may run a helper program: that takes its time,
// which is no stall, and may not end when it is told to.
func patiently(ctx context.Context, store credentials.Store, server string) (auth.Credential, error) {
	if a := attemptOf(ctx); a != nil {
		a.pause()
		defer a.touch()
	}
	type answer struct {
		cred auth.Credential
		err  error
	}
	ctx, cancel := context.WithTimeoutCause(ctx, helperTimeout, errors.New(errors.ErrCodeTimeout, "there was no answer within %s", helperTimeout))
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		cred, err := store.Get(ctx, server)
		answers <- answer{cred, err}
	}()
	select {
	case a := <-answers:
		return a.cred, a.err
	case <-ctx.Done():
		return auth.EmptyCredential, context.Cause(ctx)
	}
}

// harmless is the error of a store without what a helper may have printed of a
// secret.
func harmless(err error) string {
	text := err.Error()
	if strings.Contains(strings.ToLower(text), `"secret"`) {
		return "what it printed is not shown, because there is a secret in it"
	}
	return Clean(text)
}

// String says where credentials were looked for, and what to do.
func (k *Keyring) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	login := fmt.Sprintf("log in with docker login %s", k.registry)
	var read []string
	for _, store := range k.stores {
		read = append(read, store.ConfigPath())
	}
	switch {
	case k.found != "":
		return fmt.Sprintf("the credentials in %s were used; check that they may do this, or %s", k.found, login)
	case !k.asked:
		return "it asked for no credentials, so none were sent; check the address, and that it may be used"
	case len(read) == 0:
		return fmt.Sprintf("no config with credentials was read, for there is no %s; %s", strings.Join(k.absent, " and no "), login)
	}
	return fmt.Sprintf("%s has no credentials for it; %s", strings.Join(read, " and "), login)
}
