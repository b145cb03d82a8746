package chartpull

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// The variables of a login that is for any repository which asks for one.
const (
	userVariable     = "HELM_REPOSITORY_USERNAME"
	passwordVariable = "HELM_REPOSITORY_PASSWORD"
)

// login is a user name and a password, and where they came from.
type login struct {
	user, password string
	from           string
}

// logins are the basic authentications for repositories over HTTP. That of
// helm's repositories file is for the very repository that it names, and is sent
// at once. That of the variables names no repository, so that it is sent only to
// one without a login in the file, and only after it asked: public repositories
// never see it.
type logins struct {
	file    string
	entries map[recipe.Repository]login
	any     login

	mu    sync.Mutex
	asked map[recipe.Repository]bool
}

// helmConfig returns the path of a file in helm's configuration directory, or "".
func helmConfig(getenv func(string) string, file string) string {
	if dir := getenv("HELM_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, file)
	}
	if dir := getenv("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, "helm", file)
	}
	home := getenv("HOME")
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	switch app := getenv("APPDATA"); {
	case runtime.GOOS == "windows" && app != "":
		return filepath.Join(app, "helm", file)
	case home == "":
		return ""
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Preferences", "helm", file)
	}
	return filepath.Join(home, ".config", "helm", file)
}

func openLogins(getenv func(string) string) (*logins, error) {
	l := &logins{
		file: getenv("HELM_REPOSITORY_CONFIG"), entries: map[recipe.Repository]login{}, asked: map[recipe.Repository]bool{},
		any: login{getenv(userVariable), getenv(passwordVariable), userVariable + " and " + passwordVariable},
	}
	if l.file == "" {
		l.file = helmConfig(getenv, "repositories.yaml")
	}
	if l.file == "" {
		return l, nil
	}
	data, err := os.ReadFile(l.file)
	if os.IsNotExist(err) {
		return l, nil
	}
	var document struct {
		Repositories []struct {
			URL      string `json:"url"`
			Username string `json:"username"`
			Password string `json:"password"`
		} `json:"repositories"`
	}
	if err == nil && yaml.Unmarshal(data, &document) != nil {
		// What the decoder says may quote a password.
		err = errors.New(errors.ErrCodeUnauthorized, "it is no YAML list of repositories")
	}
	if err != nil {
		return nil, errors.Wrap(errors.ErrCodeUnauthorized, err, "helm's repositories file %q cannot be read; mend it or move it away", l.file)
	}
	for _, r := range document.Repositories {
		repo, err := recipe.ParseRepository(r.URL)
		if err == nil && r.Username != "" && r.Password != "" {
			l.entries[repo] = login{r.Username, r.Password, l.file}
		}
	}
	return l, nil
}

// own reports whether a URL is on the repository's own server.
func own(repo recipe.Repository, at *url.URL) bool {
	return wire.SameOrigin(at, &url.URL{Scheme: repo.Scheme, Host: repo.Host})
}

// of returns the login that a request for the repository carries.
func (l *logins) of(repo recipe.Repository, at *url.URL) (login, bool) {
	if !own(repo, at) {
		return login{}, false
	}
	if entry, ok := l.entries[repo]; ok {
		return entry, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.any, l.asked[repo] && l.any.user != "" && l.any.password != ""
}

// challenge notes that the repository asked for a login, and reports whether
// there is one that it has not seen yet.
func (l *logins) challenge(repo recipe.Repository, at *url.URL) bool {
	if !own(repo, at) || l.any.user == "" || l.any.password == "" {
		return false
	}
	if _, ok := l.entries[repo]; ok {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked[repo] = true
	return true
}

// hint says what to do about credentials.
func (l *logins) hint(repo recipe.Repository, at *url.URL) func() string {
	return func() string {
		login, sent := l.of(repo, at)
		switch {
		case sent:
			return fmt.Sprintf("host %q refuses the user name and password of %s; check them", at.Host, login.from)
		case !own(repo, at):
			return fmt.Sprintf("host %q is not the repository's own, so that it gets no credentials; ask whoever runs the repository", at.Host)
		}
		return fmt.Sprintf("no user name and password for host %q are known; add them with helm repo add --username, or set %s and %s", at.Host, userVariable, passwordVariable)
	}
}
