package cluster

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// startFlux starts the controllers that are wanted and found.
func (c *Cluster) startFlux(ctx context.Context) error {
	crds, err := fluxCRDs(ctx)
	if err == nil {
		err = c.CreateCRDs(ctx, crds...)
	}
	if err == nil {
		err = c.namespace(ctx, c.Namespace)
	}
	if err != nil {
		return err
	}
	c.Missing = Missing(fluxParts...)
	for _, part := range c.Without {
		if !slices.Contains(c.Missing, part) {
			c.Missing = append(c.Missing, part)
		}
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	if c.ReceiverPort != 0 {
		ports[1] = strconv.Itoa(c.ReceiverPort)
		// Another cluster of this machine may have it, and ends some time.
		err := c.processes.until(ctx, "port "+ports[1], func(ctx context.Context) error {
			listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:"+ports[1])
			if err == nil {
				err = listener.Close()
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	events, receiver := "127.0.0.1:"+ports[0], "127.0.0.1:"+ports[1]
	c.ReceiverURL = "http://" + receiver
	ready := map[string]string{}
	for _, part := range fluxParts {
		if slices.Contains(c.Missing, part) {
			continue
		}
		ports, err := freePorts(3)
		if err != nil {
			return err
		}
		c.metrics[part] = "http://127.0.0.1:" + ports[0] + "/metrics"
		ready[part] = "http://127.0.0.1:" + ports[1] + "/readyz"
		if err := c.start(ctx, part, c.fluxEnv(), c.fluxArgs(part, events, receiver, ports)...); err != nil {
			return err
		}
	}
	for part, url := range ready {
		if err := c.processes.until(ctx, part, func(ctx context.Context) error { return get(ctx, url) }); err != nil {
			return err
		}
	}
	return nil
}

// fluxEnv gives the controllers of a cluster a place of their own for temporary files, which ends with
// it.
func (c *Cluster) fluxEnv() []string {
	temp := filepath.Join(c.Dir, "tmp")
	_ = os.MkdirAll(temp, 0o755)
	return []string{"TMPDIR=" + temp, "KUBECONFIG=" + c.Kubeconfig, "RUNTIME_NAMESPACE=" + c.Namespace, "TUF_ROOT=" + filepath.Join(c.Dir, "tuf")}
}

// fluxArgs are the arguments of a controller. The ports are those of its metrics, its health and its
// artifacts.
func (c *Cluster) fluxArgs(part, events, receiver string, ports []string) []string {
	args := []string{"--metrics-addr=127.0.0.1:" + ports[0], "--health-addr=127.0.0.1:" + ports[1], "--log-level=info", "--log-encoding=json"}
	if part == NotificationController {
		return append(args, "--events-addr="+events, "--receiverAddr="+receiver)
	}
	if !slices.Contains(c.Missing, NotificationController) {
		args = append(args, "--events-addr=http://"+events+"/")
	}
	switch part {
	case SourceController, SourceWatcher:
		address := "127.0.0.1:" + ports[2]
		storage := filepath.Join(c.Dir, part)
		_ = os.MkdirAll(storage, 0o755)
		args = append(args, "--storage-path="+storage, "--storage-addr="+address, "--storage-adv-addr="+address)
	default:
		args = append(args, "--feature-gates=ExternalArtifact=true")
		if c.RequeueDependency != 0 {
			args = append(args, "--requeue-dependency="+c.RequeueDependency.String())
		}
	}
	return args
}

// get asks for a page, and says what is wrong with its status.
func get(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	return nil
}
