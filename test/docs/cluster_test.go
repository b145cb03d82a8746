package docs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// kubectl, as far as pages use it.
var kubectl = []usage{
	{command: "apply", flags: "f|filename k|kustomize n|namespace", switches: "server-side", do: func(c call) error {
		for _, file := range c.list("filename") {
			if err := decode(c.path(file)); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
		return built(c)
	}},
	{command: "delete", flags: "f|filename k|kustomize n|namespace", switches: "ignore-not-found", args: -1, do: func(c call) error {
		return errors.Join(c.exists(c.list("filename")...), built(c))
	}},
	{command: "create namespace", args: 1},
	{command: "create secret generic", flags: "n|namespace from-literal from-file", args: 1, do: func(c call) error {
		for _, from := range c.list("from-file") {
			_, file, ok := strings.Cut(from, "=")
			if !ok {
				file = from
			}
			if err := c.exists(file); err != nil {
				return err
			}
		}
		for _, literal := range c.list("from-literal") {
			if key, value, ok := strings.Cut(literal, "="); !ok || key == "" || value == "" {
				return fmt.Errorf("--from-literal %s has no key or no value", literal)
			}
		}
		c.secrets = append(c.secrets, c.args[0])
		return nil
	}},
	{command: "create secret docker-registry", flags: "n|namespace docker-server docker-username docker-password", args: 1, do: func(c call) error {
		c.secrets = append(c.secrets, c.args[0])
		return nil
	}},
	{command: "label secret", flags: "n|namespace", args: 2, do: func(c call) error {
		if !slices.ContainsFunc(c.args, func(a string) bool { return slices.Contains(c.secrets, a) }) {
			return fmt.Errorf("the page created none of the Secrets %q", c.args)
		}
		return nil
	}},
	{command: "annotate", flags: "n|namespace", args: -1},
	{command: "patch deployment", flags: "n|namespace type p|patch", args: 1, do: func(c call) error { return isJSON(c.list("patch")...) }},
	{command: "rollout restart deployment", flags: "n|namespace", args: -1},
	{command: "get", flags: "n|namespace o|output", switches: "A|all-namespaces", args: -1, do: list},
	{command: "edit configmap", flags: "n|namespace", args: 1},
	{command: "wait", flags: "n|namespace for timeout", args: -1},
}

// list prints a release that was installed in 90 seconds, where YAML is wanted.
func list(c call) error {
	if !slices.Equal(c.list("output"), []string{"yaml"}) {
		return nil
	}
	_, err := io.WriteString(c.at.Stdout, `apiVersion: v1
kind: List
items:
- apiVersion: helm.toolkit.fluxcd.io/v2
  kind: HelmRelease
  metadata: {name: gpu-operator, namespace: flux-system}
  status:
    history:
    - {name: gpu-operator, namespace: gpu-operator, version: 1, status: deployed, firstDeployed: "2026-01-01T10:00:00Z", lastDeployed: "2026-01-01T10:00:00Z"}
    conditions:
    - {type: Released, status: "True", reason: InstallSucceeded, lastTransitionTime: "2026-01-01T10:01:30Z"}
`)
	return err
}

// built wants a kustomization in each directory that -k names.
func built(c call) error {
	for _, dir := range c.list("kustomize") {
		if err := c.exists(filepath.Join(dir, "kustomization.yaml")); err != nil {
			return err
		}
	}
	return nil
}

// decode reads each document of a file as the object that it is, and takes no unknown field.
func decode(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, sourcev1.AddToScheme, kustomizev1.AddToScheme, helmv2.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	strict := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	for document := range strings.SplitSeq(string(data), "\n---\n") {
		if _, _, err := strict.Decode([]byte(document), nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// fluxCommands, as far as pages use them.
var fluxCommands = []usage{
	{command: "check", switches: "pre"},
	{command: "install", flags: "components-extra registry version"},
	{command: "bootstrap git", flags: "url branch path components-extra username password", switches: "token-auth", do: bootstrap},
	{command: "get helmreleases", flags: "n|namespace", switches: "A|all-namespaces w|watch"},
	{command: "get kustomizations", flags: "n|namespace", switches: "A|all-namespaces w|watch"},
	{command: "suspend kustomization", flags: "n|namespace", args: 1},
	{command: "resume kustomization", flags: "n|namespace", args: 1},
	{command: "suspend helmrelease", flags: "n|namespace", args: 1},
	{command: "resume helmrelease", flags: "n|namespace", args: 1},
	{command: "reconcile kustomization", flags: "n|namespace", switches: "with-source", args: 1},
	{command: "reconcile helmrelease", flags: "n|namespace", switches: "force with-source reset", args: 1},
	{command: "reconcile source git", flags: "n|namespace", args: 1},
	{command: "reconcile source helm", flags: "n|namespace", args: 1},
	{command: "reconcile source oci", flags: "n|namespace", args: 1},
	{command: "create secret oci", flags: "n|namespace url username password", args: 1, do: func(c call) error {
		c.secrets = append(c.secrets, c.args[0])
		return nil
	}},
	{command: "create secret git", flags: "n|namespace url username password private-key-file", args: 1, do: func(c call) error {
		c.secrets = append(c.secrets, c.args[0])
		return nil
	}},
}

// bootstrap commits to the repository what flux bootstrap does, as far as others look at it.
func bootstrap(c call) error {
	at, err := c.net.repository(filepath.Base(c.list("url")[0]))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(c.dir), "bootstrap")
	if err != nil {
		return err
	}
	path := c.list("path")[0]
	files := map[string]string{
		"kustomization.yaml":   "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- gotk-components.yaml\n- gotk-sync.yaml\n",
		"gotk-components.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n",
		"gotk-sync.yaml": fmt.Sprintf(`apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m0s
  ref:
    branch: %s
  url: %s
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m0s
  path: ./%s
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
`, c.list("branch")[0], c.list("url")[0], path),
	}
	if out, err := exec.Command("git", "clone", "--quiet", at, dir).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	system := filepath.Join(dir, path, "flux-system")
	if err := os.MkdirAll(system, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(system, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	for _, args := range [][]string{{"add", "."}, {"-c", "user.name=flux", "-c", "user.email=flux@example.com", "commit", "--quiet", "-m", "Add Flux"}, {"push", "--quiet", "origin", "HEAD:main"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("git %v: %w: %s", args, err, out)
		}
	}
	return nil
}
