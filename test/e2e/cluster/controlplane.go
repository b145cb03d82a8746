package cluster

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	mathrand "math/rand/v2"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
	nodestages "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	podstages "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
)

// startControlPlane starts everything that is not Flux.
func (c *Cluster) startControlPlane(ctx context.Context) error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	etcd, peer := "http://127.0.0.1:"+ports[0], "http://127.0.0.1:"+ports[1]
	// Nothing of a cluster outlives it, so nothing waits for the disk.
	err = c.start(ctx, Etcd, nil, "--data-dir="+filepath.Join(c.Dir, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+etcd, "--advertise-client-urls="+etcd, "--listen-peer-urls="+peer,
		"--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer)
	if err != nil {
		return err
	}
	key, err := c.serviceAccountKey()
	if err != nil {
		return err
	}
	token := rand.Text()
	tokens, err := c.write("tokens.csv", token+",admin,admin,system:masters\n")
	if err != nil {
		return err
	}
	certs := filepath.Join(c.Dir, "apiserver")
	err = c.start(ctx, APIServer, nil, "--etcd-servers="+etcd, "--cert-dir="+certs, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port="+ports[2],
		"--token-auth-file="+tokens, "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/16", "--allow-privileged",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		// There is no Service that leads to it, and nobody takes the first taint off a node.
		"--endpoint-reconciler-type=none", "--disable-admission-plugins=TaintNodesByCondition")
	if err != nil {
		return err
	}
	if err := c.connect(ctx, "https://127.0.0.1:"+ports[2], filepath.Join(certs, "apiserver.crt"), token); err != nil {
		return err
	}
	stages, err := c.write("stages.yaml", strings.Join([]string{nodestages.DefaultNodeInit, podstages.DefaultPodReady, podstages.DefaultPodComplete, podstages.DefaultPodDelete}, "\n---\n"))
	if err != nil {
		return err
	}
	controllers := []struct {
		part string
		args []string
	}{
		{ControllerManager, []string{
			"--secure-port=0", "--leader-elect=false", "--controllers=*,-node-lifecycle-controller",
			"--service-account-private-key-file=" + key, "--root-ca-file=" + filepath.Join(certs, "apiserver.crt"),
		}},
		{Scheduler, []string{"--secure-port=0", "--leader-elect=false"}},
		{Kwok, []string{"--config=" + stages, "--manage-all-nodes"}},
	}
	for _, one := range controllers {
		if err := c.start(ctx, one.part, nil, append(one.args, "--kubeconfig="+c.Kubeconfig)...); err != nil {
			return err
		}
	}
	return c.createNodes(ctx)
}

// connect waits for the API server, and makes the client and the file for others.
func (c *Cluster) connect(ctx context.Context, url, caFile, token string) error {
	var ready *kubernetes.Clientset
	err := c.processes.until(ctx, "the API server", func(ctx context.Context) (err error) {
		c.Config = &rest.Config{Host: url, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAFile: caFile}, QPS: -1}
		if ready, err = kubernetes.NewForConfig(c.Config); err != nil {
			return err
		}
		return ready.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
	if err != nil {
		return err
	}
	scheme, err := Scheme()
	if err != nil {
		return err
	}
	if c.Client, err = client.NewWithWatch(c.Config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	c.Kubeconfig = filepath.Join(c.Dir, "kubeconfig")
	config := clientcmdapi.NewConfig()
	config.Clusters["e2e"] = &clientcmdapi.Cluster{Server: url, CertificateAuthority: caFile}
	config.AuthInfos["admin"] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["e2e"] = &clientcmdapi.Context{Cluster: "e2e", AuthInfo: "admin"}
	config.CurrentContext = "e2e"
	return clientcmd.WriteToFile(*config, c.Kubeconfig)
}

// serviceAccountKey makes the key that signs the tokens of service accounts.
func (c *Cluster) serviceAccountKey() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	return c.write("service-account.key", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
}

// start starts a part with its arguments and those of the options, which win.
func (c *Cluster) start(ctx context.Context, part string, env []string, args ...string) error {
	file, err := binary(ctx, part)
	if err != nil {
		return err
	}
	return c.processes.start(part, file, env, append(args, c.Args[part]...)...)
}

// handed are the ports that a cluster of this process has been given: a part listens a while after it
// got its port, and until then the port looks free.
var handed sync.Map

// freePorts returns ports of the loopback interface that nobody listens on. They are not of the
// range out of which systems give ports to clients, where one may be taken before the part listens.
func freePorts(n int) (ports []string, err error) {
	for tries := 0; len(ports) < n; tries++ {
		port := strconv.Itoa(10000 + mathrand.IntN(20000))
		if _, taken := handed.LoadOrStore(port, true); taken {
			continue
		}
		listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:"+port)
		if err != nil && tries > 100 {
			return nil, err
		}
		if err == nil {
			_ = listener.Close()
			ports = append(ports, port)
		}
	}
	return ports, nil
}
