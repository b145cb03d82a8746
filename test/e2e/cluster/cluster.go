// Package cluster runs Kubernetes with Flux as local processes: etcd, the API server, its controllers
// and scheduler, nodes and pods that only look as if they were there (kwok), and the controllers of
// Flux. Everything listens on the loopback interface, keeps its files in one directory, and ends
// with the test.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	watcherv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// Options say what runs in a cluster. The zero value is Flux as it is installed by default.
type Options struct {
	// Dir is where the cluster keeps its files; empty means a directory of the test.
	Dir string
	// Namespace is where Flux runs (default: flux-system).
	Namespace string
	// Without are Flux controllers that are not started.
	Without []string
	// WithoutGroups are API groups of Flux whose kinds the cluster does not have.
	WithoutGroups []string
	// Nodes is how many nodes there are (default: 2), each with eight GPUs.
	Nodes int
	// RequeueDependency is how long a release, or a Kustomization, waits before it looks at what it
	// depends on again (default: 30s, that of the controllers).
	RequeueDependency time.Duration
	// ReceiverPort is where notification-controller takes webhooks in; 0 means a free port.
	ReceiverPort int
	// Args are further arguments of parts, by the name of the part.
	Args map[string][]string
}

// Cluster is a cluster that runs.
type Cluster struct {
	Options
	// Kubeconfig is the file with which everything is allowed.
	Kubeconfig string
	Config     *rest.Config
	// Client reads, writes and watches without a cache, and knows the kinds of Flux.
	Client client.WithWatch
	// ReceiverURL is where notification-controller takes webhooks in, without a path.
	ReceiverURL string
	// Missing are the Flux controllers that do not run, because they were not wanted or not found.
	Missing []string

	processes *processes
	metrics   map[string]string // address by part
}

// fluxParts are the controllers of Flux in the order in which they are started.
var fluxParts = []string{NotificationController, SourceController, SourceWatcher, KustomizeController, HelmController}

// FluxParts returns the names of the controllers of Flux.
func FluxParts() []string { return append([]string(nil), fluxParts...) }

// Start starts a cluster that ends with the test. A test that cannot have it fails.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	c, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

// Run starts a cluster, which runs until Stop.
func Run(ctx context.Context, o Options) (c *Cluster, err error) {
	if o.Dir == "" {
		return nil, errors.New("Options.Dir is empty")
	}
	if o.Namespace == "" {
		o.Namespace = "flux-system"
	}
	if o.Nodes == 0 {
		o.Nodes = 2
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	log.SetLogger(logr.Discard())
	c = &Cluster{Options: o, processes: newProcesses(o.Dir), metrics: map[string]string{}}
	for _, step := range []func(context.Context) error{c.startControlPlane, c.startFlux} {
		if err := step(ctx); err != nil {
			c.Stop()
			return nil, err
		}
	}
	return c, nil
}

// Stop ends all parts of the cluster.
func (c *Cluster) Stop() { c.processes.stop() }

// LogFile returns the file with what a part of the cluster says.
func (c *Cluster) LogFile(part string) string { return filepath.Join(c.Dir, part+".log") }

// Scheme knows the kinds of Kubernetes and of Flux.
func Scheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensions.AddToScheme, sourcev1.AddToScheme, kustomizev1.AddToScheme, helmv2.AddToScheme,
		watcherv1.AddToScheme, notificationv1.AddToScheme, notificationv1beta3.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return scheme, nil
}

// createNodes makes the nodes, which kwok then says are ready.
func (c *Cluster) createNodes(ctx context.Context) error {
	for i := range c.Nodes {
		name := fmt.Sprintf("node-%d", i)
		resources := corev1.ResourceList{}
		for kind, amount := range map[corev1.ResourceName]string{"cpu": "1k", "memory": "1Ti", "pods": "1k", "nvidia.com/gpu": "8"} {
			resources[kind] = resource.MustParse(amount)
		}
		node := &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
				corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64", "nvidia.com/gpu.present": "true",
			}},
			Status: corev1.NodeStatus{Allocatable: resources, Capacity: resources},
		}
		if err := c.Client.Create(ctx, node); err != nil {
			return err
		}
	}
	return nil
}

// namespace creates a namespace that is not there yet.
func (c *Cluster) namespace(ctx context.Context, name string) error {
	return client.IgnoreAlreadyExists(c.Client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}))
}

// write writes a file of the cluster.
func (c *Cluster) write(name, content string) (string, error) {
	file := filepath.Join(c.Dir, name)
	return file, os.WriteFile(file, []byte(content), 0o600)
}
