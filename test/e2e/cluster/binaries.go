package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gofrs/flock"
)

// The parts of a cluster.
const (
	Etcd                   = "etcd"
	APIServer              = "kube-apiserver"
	ControllerManager      = "kube-controller-manager"
	Scheduler              = "kube-scheduler"
	Kwok                   = "kwok"
	SourceController       = "source-controller"
	KustomizeController    = "kustomize-controller"
	HelmController         = "helm-controller"
	SourceWatcher          = "source-watcher"
	NotificationController = "notification-controller"
)

// BinVariable names the directory with programs that are used instead of those that are built, and
// with those that cannot be built from what the Go module proxy serves.
const BinVariable = "E2E_BIN_DIR"

// built are the parts that the Go module proxy serves: the module of test/e2e/tools that pins them,
// and the package.
var built = map[string]struct{ module, pkg string }{
	Etcd:                {"etcd", "go.etcd.io/etcd/server/v3"},
	APIServer:           {"kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"},
	ControllerManager:   {"kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"},
	Scheduler:           {"kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"},
	Kwok:                {"kwok", "sigs.k8s.io/kwok/cmd/kwok"},
	SourceController:    {"flux", "github.com/fluxcd/source-controller"},
	KustomizeController: {"flux", "github.com/fluxcd/kustomize-controller"},
}

// given returns the program of a part in the directory that BinVariable names, or "".
func given(part string) string {
	dir := os.Getenv(BinVariable)
	if dir == "" {
		return ""
	}
	file := filepath.Join(dir, part)
	if info, err := os.Stat(file); err != nil || info.IsDir() {
		return ""
	}
	return file
}

// Missing returns those of the parts that can neither be built nor are given.
func Missing(parts ...string) (missing []string) {
	for _, part := range parts {
		if _, ok := built[part]; !ok && given(part) == "" {
			missing = append(missing, part)
		}
	}
	return missing
}

// binary returns the program of a part, and builds it where nobody did.
func binary(ctx context.Context, part string) (string, error) {
	if file := given(part); file != "" {
		return file, nil
	}
	from, ok := built[part]
	if !ok {
		return "", fmt.Errorf("%s is not served by the Go module proxy; build it as docs/contributing/e2e.md says, and name its directory with %s", part, BinVariable)
	}
	tools := filepath.Join(moduleDir(), "tools", from.module)
	return cached(ctx, tools, part, func(ctx context.Context, file string) error {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, from.pkg)
		cmd.Dir, cmd.Env = tools, append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", from.pkg, err, out)
		}
		return nil
	})
}

// cached returns what produce has made of a module before, in a directory of the user that is named
// after what the module pins. Of several processes one makes it and the others wait.
func cached(ctx context.Context, module, name string, produce func(ctx context.Context, file string) error) (string, error) {
	dir, err := cacheDir(module)
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, name)
	lock := flock.New(file + ".lock")
	if err := lock.Lock(); err != nil {
		return "", err
	}
	defer lock.Close()
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := os.RemoveAll(file + ".new"); err != nil { // a run that was killed may have left it
		return "", err
	}
	if err := produce(ctx, file+".new"); err != nil {
		return "", err
	}
	return file, os.Rename(file+".new", file)
}

// cacheDir is named after go.mod and go.sum of a module.
func cacheDir(module string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return "", err
		}
		hash.Write(data)
	}
	dir := filepath.Join(cache, "aicr-e2e", filepath.Base(module)+"-"+hex.EncodeToString(hash.Sum(nil))[:16])
	return dir, os.MkdirAll(dir, 0o755)
}

// moduleDir is test/e2e.
func moduleDir() string {
	_, here, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(filepath.Dir(here), string(filepath.Separator)+"cluster")
}
