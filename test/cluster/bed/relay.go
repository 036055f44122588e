package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

func init() {
	register("relay", runRelay)
}

// runRelay carries byte streams between two addresses. A unix socket lies in
// the file system, so it crosses network namespaces: one relay inside turns the
// API server's TCP port into a socket, one outside turns that into a TCP port.
func runRelay() int {
	flags := flag.NewFlagSet("relay", flag.ExitOnError)
	listen := flags.String("listen", "", "tcp:HOST:PORT or unix:PATH to listen on")
	target := flags.String("to", "", "tcp:HOST:PORT or unix:PATH to connect to")
	_ = flags.Parse(os.Args[1:])
	if err := relay(*listen, *target); err != nil {
		fmt.Fprintln(os.Stderr, "relay:", err)
		return 1
	}
	return 0
}

func relay(listen, target string) error {
	network, address, ok := strings.Cut(listen, ":")
	targetNetwork, targetAddress, okTarget := strings.Cut(target, ":")
	if !ok || !okTarget {
		return errors.New("--listen and --to want tcp:HOST:PORT or unix:PATH")
	}
	if network == "unix" {
		if err := os.Remove(address); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			server, err := net.Dial(targetNetwork, targetAddress)
			if err != nil {
				fmt.Fprintln(os.Stderr, "relay:", err)
				return
			}
			defer server.Close()
			// Each direction ends by itself, so that a half-closed stream is passed on as one.
			done := make(chan struct{})
			go func() { pump(server, client); close(done) }()
			pump(client, server)
			<-done
		}()
	}
}

type halfCloser interface{ CloseWrite() error }

func pump(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(halfCloser); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
	_ = from.Close()
}
