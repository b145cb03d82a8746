// Package scenario is what scenarios on real controllers are written with: a cluster, a Git server, a
// registry and a server of stub charts; making a bundle and bringing it into the cluster; waiting by
// watch, and saying what is wrong where that takes too long.
package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

// patience is how long a scenario waits while nothing changes: longer than the pause before a failed
// release is tried again.
const patience = 4 * time.Minute

// KeepVariable names a directory in which the clusters leave their logs.
const KeepVariable = "E2E_KEEP"

// Options say what a scenario needs. The zero value is all of Flux at its defaults.
type Options struct {
	Cluster cluster.Options
	// Needs are the controllers without which the scenario is left out; empty means all of Flux but
	// those that Cluster.Without names.
	Needs []string
	// Alone keeps other scenarios away, for one that measures.
	Alone bool
}

// S is a scenario that runs.
type S struct {
	*testing.T
	*cluster.Cluster
	// Git is the repository that Flux reads, Registry where bundles are published, and Charts the
	// server of stub charts. Secrets of the cluster with the name CASecret let Flux trust the last
	// two.
	Git              *Git
	Registry, Charts *Server

	ctx      context.Context
	start    time.Time
	checked  []string
	timeline timeline
}

var fixedPort sync.Mutex

// New starts a cluster with all servers for a scenario, which ends with the test. Its row of the
// table says what Checked was told.
func New(t *testing.T, o Options) *S {
	t.Helper()
	needs := o.Needs
	if len(needs) == 0 {
		needs = slices.DeleteFunc(cluster.FluxParts(), func(part string) bool { return slices.Contains(o.Cluster.Without, part) })
	}
	if missing := cluster.Missing(needs...); len(missing) > 0 {
		results.leaveOut(t.Name(), missing)
		t.Skipf("left out: %s has no %s", cluster.BinVariable, strings.Join(missing, ", "))
	}
	if !o.Alone {
		t.Parallel()
	}
	if o.Cluster.ReceiverPort != 0 { // two clusters cannot have one port
		fixedPort.Lock()
		t.Cleanup(fixedPort.Unlock)
	}
	s := &S{T: t, ctx: t.Context(), start: time.Now()}
	t.Cleanup(func() { results.add(s) })
	if keep := os.Getenv(KeepVariable); keep != "" && o.Cluster.Dir == "" {
		o.Cluster.Dir = filepath.Join(keep, t.Name())
		s.must(errors.Join(os.RemoveAll(o.Cluster.Dir), os.MkdirAll(o.Cluster.Dir, 0o755)))
	}
	s.Cluster = cluster.Start(t, o.Cluster)
	s.Git = newGit(t)
	s.Registry, s.Charts = newServer(t), newServer(t)
	s.Create(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: CASecret, Namespace: s.Namespace},
		StringData: map[string]string{"ca.crt": s.Charts.certificate()},
	})
	t.Cleanup(func() {
		if t.Failed() {
			s.Dump()
		}
	})
	s.record()
	return s
}

// Checked says in the table what was checked. Call it after the check.
func (s *S) Checked(format string, args ...any) {
	s.checked = append(s.checked, fmt.Sprintf(format, args...))
}

// Dir makes a directory below the cluster's.
func (s *S) Dir(name string) string { return filepath.Join(s.Cluster.Dir, name) }

// must fails the scenario.
func (s *S) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
