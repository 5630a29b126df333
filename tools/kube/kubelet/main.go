// A kubelet without containers: logs, commands and ports of Pods are made up, and the streams are those of the kubelet's
// own code, by SPDY and WebSocket. It asks for client certificates, as kubelets do.
//
// usage: kubelet ADDRESS CERTIFICATE KEY CLIENT-CA
//
// It listens at any free port of the address, and prints the port.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/proxy"
	translator "k8s.io/apiserver/pkg/util/proxy"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	"k8s.io/streaming/pkg/httpstream/wsstream"
	"k8s.io/utils/exec"
)

const idle = time.Minute

// commands by their first word: what they do with their streams.
type container struct{}

func (container) ExecInContainer(_ context.Context, name, _, container string, cmd []string, in io.Reader, out, errs io.WriteCloser, tty bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	switch cmd[0] {
	case "cat":
		_, err := io.Copy(out, in)
		return err
	case "exit":
		code, _ := strconv.Atoi(cmd[1])
		fmt.Fprintln(errs, "it fails")
		return exec.CodeExitError{Err: fmt.Errorf("exit status %d", code), Code: code}
	case "large":
		for i := 0; i < 20000; i++ {
			fmt.Fprintf(out, "line %d of a large output\n", i)
		}
		return nil
	}
	fmt.Fprintf(out, "%q in %s of %s, terminal %v\n", cmd, container, name, tty)
	return nil
}

func (c container) AttachContainer(ctx context.Context, name, uid, container string, in io.Reader, out, errs io.WriteCloser, tty bool, resize <-chan remotecommand.TerminalSize) error {
	if in == nil {
		fmt.Fprintf(out, "attached to %s of %s\n", container, name)
		return nil
	}
	return c.ExecInContainer(ctx, name, uid, container, []string{"cat"}, in, out, errs, tty, resize, 0)
}

// PortForward answers one request of HTTP.
func (container) PortForward(_ context.Context, name, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	request, err := http.ReadRequest(bufio.NewReader(stream))
	if err != nil {
		return err
	}
	body := fmt.Sprintf("%s at port %d of %s\n", request.URL, port, name)
	_, err = fmt.Fprintf(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

// streams is what a container runtime serves, and kubelets pass on to.
func streams(w http.ResponseWriter, r *http.Request) {
	path := strings.Split(r.URL.Path, "/")
	if path[1] == "portForward" {
		options, err := portforward.NewV4Options(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		portforward.ServePortForward(w, r, container{}, path[3], "", options, idle, idle, portforward.SupportedProtocols)
		return
	}
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if path[1] == "attach" {
		remotecommand.ServeAttach(w, r, container{}, path[3], "", path[4], options, idle, idle, remotecommand.SupportedStreamingProtocols)
	} else {
		remotecommand.ServeExec(w, r, container{}, path[3], "", path[4], r.URL.Query()["command"], options, idle, idle, remotecommand.SupportedStreamingProtocols)
	}
}

type responder struct{}

func (responder) Error(w http.ResponseWriter, _ *http.Request, err error) {
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

// pass is the kubelet's way to the runtime: streams as they are, and those of newer WebSockets translated.
func pass(runtime string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		location := &url.URL{Scheme: "http", Host: runtime, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		var handler http.Handler = proxy.NewUpgradeAwareHandler(location, nil, false, true, responder{})
		switch {
		case wsstream.IsWebSocketRequestWithTunnelingProtocol(r):
			handler = translator.NewTunnelingHandler(handler)
		case wsstream.IsWebSocketRequestWithStreamCloseProtocol(r):
			options, err := remotecommand.NewOptions(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			handler = translator.NewStreamTranslatorHandler(location, nil, 0, translator.Options{
				Stdin: options.Stdin, Stdout: options.Stdout, Stderr: options.Stderr, Tty: options.TTY,
			})
		}
		handler.ServeHTTP(w, r)
	}
}

func logs(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	lines := 3
	if tail, err := strconv.Atoi(query.Get("tailLines")); err == nil {
		lines = min(tail, lines)
	}
	if query.Get("previous") == "true" {
		http.Error(w, "previous terminated container not found", http.StatusBadRequest)
		return
	}
	for i := 3 - lines; i < 3; i++ {
		fmt.Fprintf(w, "%s says %d\n", strings.TrimPrefix(r.URL.Path, "/containerLogs/"), i)
		w.(http.Flusher).Flush()
	}
}

func main() {
	pem, err := os.ReadFile(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(pem)
	runtime, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() { log.Fatal(http.Serve(runtime, http.HandlerFunc(streams))) }()

	handler := http.NewServeMux()
	handler.HandleFunc("/containerLogs/", logs)
	for _, path := range []string{"/exec/", "/attach/", "/portForward/"} {
		handler.HandleFunc(path, pass(runtime.Addr().String()))
	}
	handler.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Args[1], "0"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	server := &http.Server{
		Handler:   handler,
		TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients},
	}
	log.Fatal(server.ServeTLS(listener, os.Args[2], os.Args[3]))
}
