package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/util/cert"
)

func init() {
	register("certificate", runCertificate)
}

// runCertificate writes apiserver.crt (with its issuer behind it, so that the
// file serves as CA bundle too) and apiserver.key.
func runCertificate() int {
	flags := flag.NewFlagSet("certificate", flag.ExitOnError)
	dir := flags.String("dir", ".", "folder to write to")
	ips := flags.String("ips", "127.0.0.1", "addresses it is valid for, separated by commas")
	names := flags.String("names", "localhost", "host names it is valid for, separated by commas")
	_ = flags.Parse(os.Args[1:])

	var addresses []net.IP
	for _, text := range strings.Split(*ips, ",") {
		addresses = append(addresses, net.ParseIP(text))
	}
	bundle, key, err := cert.GenerateSelfSignedCertKey("kubernetes", addresses, strings.Split(*names, ","))
	if err == nil {
		err = os.WriteFile(filepath.Join(*dir, "apiserver.crt"), bundle, 0o644)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(*dir, "apiserver.key"), key, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "certificate:", err)
		return 1
	}
	return 0
}
