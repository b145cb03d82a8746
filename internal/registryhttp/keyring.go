package registryhttp

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

// helperTimeout is how long a credential helper may take; it may have to ask a person.
const helperTimeout = 2 * time.Minute

// Keyring finds the credentials for registries in docker configs. It never goes on without
// credentials where a config or a helper exists and fails: that is an error.
type Keyring struct {
	stores []*credentials.DynamicStore
	absent []string
	used   sync.Map // by host that asked: the file with its credentials, or ""
}

// OpenKeyring opens the docker configs that exist among files, the strongest first.
func OpenKeyring(files []string) (*Keyring, error) {
	k := &Keyring{}
	for _, file := range files {
		info, err := os.Stat(file)
		switch {
		case os.IsNotExist(err):
			k.absent = append(k.absent, file)
			continue
		case err == nil && !info.Mode().IsRegular():
			return nil, errors.New(errors.ErrCodeUnauthorized, "the credentials in %q cannot be read: it is not a regular file; repair the file or move it away", file)
		}
		store, err := credentials.NewStore(file, credentials.StoreOptions{})
		if err != nil {
			return nil, errors.Wrap(errors.ErrCodeUnauthorized, err, "the credentials in %q cannot be read; repair the file or move it away", file)
		}
		k.stores = append(k.stores, store)
	}
	return k, nil
}

// Credential is what a registry's challenge is answered with; see auth.Client.
func (k *Keyring) Credential(ctx context.Context, host string) (auth.Credential, error) {
	server := credentials.ServerAddressFromHostname(host)
	for _, store := range k.stores {
		cred, err := ask(ctx, store, server)
		if err == nil && cred.Password == "" && cred.Username != "" && cred.RefreshToken == "" && cred.AccessToken == "" {
			err = errors.New(errors.ErrCodeUnauthorized, "there is a user name without a password")
		}
		switch {
		case ctx.Err() != nil:
			return auth.EmptyCredential, ctx.Err()
		case err != nil:
			return auth.EmptyCredential, errors.New(errors.ErrCodeUnauthorized,
				"the credentials that %q names are not available: %s; repair its credential helper, or log in again with docker login %s",
				store.ConfigPath(), harmless(err), server)
		case cred != auth.EmptyCredential:
			k.used.Store(host, store.ConfigPath())
			return cred, nil
		}
	}
	k.used.Store(host, "")
	return auth.EmptyCredential, nil
}

// ask asks a store, which may run a helper program that does not end when it is told to.
func ask(ctx context.Context, store credentials.Store, server string) (auth.Credential, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, helperTimeout, errors.New(errors.ErrCodeTimeout, "there was no answer within %s", helperTimeout))
	defer cancel()
	var cred auth.Credential
	done := make(chan error, 1)
	go func() {
		var err error
		cred, err = store.Get(ctx, server)
		done <- err
	}()
	select {
	case err := <-done:
		return cred, err
	case <-ctx.Done():
		return auth.EmptyCredential, context.Cause(ctx)
	}
}

// harmless is the error of a store without what a helper may have printed of a secret.
func harmless(err error) string {
	text := err.Error()
	if strings.Contains(strings.ToLower(text), `"secret"`) {
		return "what it printed is not shown, because there is a secret in it"
	}
	return Clean(text)
}

// Advice says where credentials for a registry were looked for, and what to do.
func (k *Keyring) Advice(host string) string {
	file, asked := k.used.Load(host)
	login := "log in with docker login " + credentials.ServerAddressFromHostname(host)
	var read []string
	for _, store := range k.stores {
		read = append(read, store.ConfigPath())
	}
	switch {
	case asked && file != "":
		return fmt.Sprintf("the credentials in %s were used; check that they permit this, or %s", file, login)
	case !asked:
		return "it asked for no credentials, so none were sent; check the address, and that you may use it"
	case len(read) == 0:
		return fmt.Sprintf("no config with credentials was found at %s; %s", strings.Join(k.absent, " or "), login)
	}
	return fmt.Sprintf("%s has no credentials for it; %s", strings.Join(read, " and "), login)
}
