package rollout

import "regexp"

// repository begins what kustomize takes for a Git repository though it has no scheme, where there
// is no such file: git@host:path, git::…, gh:…, and a host with a path and a query.
var repository = regexp.MustCompile(`^(git@|git::|gh:|github\.com[/:])|^[\w-]+(\.[\w-]+)+[/:].*\?(.*&)?(ref|version|timeout|submodules)=`)
