package chartpull

import (
	"cmp"
	stderrors "errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"helm.sh/helm/v4/pkg/helmpath"
	"helm.sh/helm/v4/pkg/repo/v1"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// The variables of a login that is for any repository which asks for one.
const (
	userVariable     = "HELM_REPOSITORY_USERNAME"
	passwordVariable = "HELM_REPOSITORY_PASSWORD"
)

// login is a user name and a password, and where they came from.
type login struct{ user, password, from string }

func (l login) complete() bool { return l.user != "" && l.password != "" }

// logins are the basic authentications for repositories over HTTP. A login of helm's list of
// repositories is for the very repository that it names, and is sent at once. That of the variables
// names no repository, so it is sent only to one that helm has no login for, and only after it
// asked: public repositories never see it.
type logins struct {
	listed   map[recipe.Repository]login
	anywhere login
}

func openLogins() (*logins, error) {
	l := &logins{
		listed:   map[recipe.Repository]login{},
		anywhere: login{getenv(userVariable), getenv(passwordVariable), userVariable + " and " + passwordVariable},
	}
	file := cmp.Or(getenv("HELM_REPOSITORY_CONFIG"), helmpath.ConfigPath("repositories.yaml"))
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New(errors.ErrCodeUnauthorized, "helm's repositories file %q is not a regular file; repair it or move it away", file)
	}
	list, err := repo.LoadFile(file)
	if stderrors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		// What a decoder says may quote a password.
		reason := errors.New(errors.ErrCodeUnauthorized, "it is not a YAML list of repositories")
		if failed, ok := stderrors.AsType[*fs.PathError](err); ok {
			reason = failed.Err
		}
		return nil, errors.Wrap(errors.ErrCodeUnauthorized, reason, "helm's repositories file %q cannot be read; repair it or move it away", file)
	}
	for _, entry := range list.Repositories {
		if entry == nil {
			continue
		}
		known := login{entry.Username, entry.Password, file}
		if r, err := recipe.ParseRepository(entry.URL); err == nil && known.complete() {
			l.listed[r] = known
		}
	}
	return l, nil
}

// own reports whether a URL is on the repository's own server.
func own(r recipe.Repository, at *url.URL) bool {
	return registryhttp.SameOrigin(at, &url.URL{Scheme: r.Scheme, Host: r.Host})
}

// of returns the login that a request for the repository carries, and the one for a server that
// refuses that request. Each is empty where there is no login to send.
func (l *logins) of(r recipe.Repository, at *url.URL) (first, second login) {
	known, listed := l.listed[r]
	switch {
	case !own(r, at):
		return login{}, login{}
	case listed:
		return known, login{}
	}
	return login{}, l.anywhere
}

// hint says what to do about credentials that are missing or refused.
func (l *logins) hint(r recipe.Repository, at *url.URL) func() string {
	return func() string {
		first, second := l.of(r, at)
		sent := cmp.Or(first, second)
		switch {
		case sent.complete():
			return fmt.Sprintf("host %q refuses the user name and password of %s; check them", at.Host, sent.from)
		case !own(r, at):
			return fmt.Sprintf("host %q is not the repository's own, so it gets no credentials; ask those who run the repository", at.Host)
		}
		return fmt.Sprintf("no user name and password for host %q are known; add them with helm repo add --username, or set %s and %s", at.Host, userVariable, passwordVariable)
	}
}
