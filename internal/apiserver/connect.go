// Package apiserver asks the API server of a real cluster what it would say to objects, by server-side
// dry runs: nothing is written. It is reached as kubectl reaches it.
package apiserver

import (
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // the ways to log in that kubectl has
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Server is an API server. It is safe for concurrent use.
type Server struct {
	// Context is the name of the context in the kubeconfig, and Version that of Kubernetes, "v1.36.1".
	Context, Version string

	client dynamic.Interface
	mapper meta.RESTMapper
	apis   []string
}

// String implements engine.Server.
func (s *Server) String() string {
	return fmt.Sprintf("the API server of context %q, Kubernetes %s,", s.Context, s.Version)
}

// APIVersions implements engine.Server.
func (s *Server) APIVersions() []string { return s.apis }

// apisOf are the versions and kinds as charts know them, sorted: "apps/v1", "apps/v1/Deployment".
func apisOf(groups []*restmapper.APIGroupResources) []string {
	var all []string
	for _, group := range groups {
		for version, resources := range group.VersionedResources {
			api := schema.GroupVersion{Group: group.Group.Name, Version: version}.String()
			all = append(all, api)
			for _, r := range resources {
				all = append(all, api+"/"+r.Kind)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// wait is how long an answer may take; admission webhooks may take up to 30 seconds.
const wait = 40 * time.Second

// Connect reads the kubeconfig as kubectl does, takes the context of that name, or the current one
// where it is empty, and asks the server what kinds it has.
func Connect(_ context.Context, name string) (*Server, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: name})
	raw, err := loaded.RawConfig()
	if err != nil {
		return nil, errors.Invalid("kubeconfig: %v", err)
	}
	config, err := loaded.ClientConfig()
	if err != nil {
		return nil, errors.Invalid("kubeconfig: %v; set KUBECONFIG, or name a context", err)
	}
	config.Timeout, config.QPS, config.Burst, config.UserAgent = wait, -1, 0, "aicr"
	config.WarningHandlerWithContext = warnings{}
	s := &Server{Context: name}
	if s.Context == "" {
		s.Context = raw.CurrentContext
	}
	if err := s.connect(config); err != nil {
		return nil, errors.Wrap(errors.ErrCodeUnavailable, fmt.Errorf("%s", reason(err)), "the API server of context %q does not answer", s.Context)
	}
	return s, nil
}

func (s *Server) connect(config *rest.Config) error {
	asked, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	version, err := asked.ServerVersion()
	if err != nil {
		return err
	}
	groups, err := restmapper.GetAPIGroupResources(asked)
	if err != nil {
		return err
	}
	s.apis = apisOf(groups)
	s.Version, s.mapper = version.GitVersion, restmapper.NewDiscoveryRESTMapper(groups)
	s.client, err = dynamic.NewForConfig(config)
	return err
}
