package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
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
	if err == nil {
		err = writeClientCertificate(*dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "certificate:", err)
		return 1
	}
	return 0
}

// writeClientCertificate writes client-ca.crt, and client.crt and client.key
// of an administrator whom that authority vouches for.
func writeClientCertificate(dir string) error {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca, err := cert.NewSelfSignedCACert(cert.Config{CommonName: "clients of the bed"}, caKey)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "certified-admin", Organization: []string{"system:masters"}},
		NotBefore:    ca.NotBefore,
		NotAfter:     ca.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, &template, ca, key.Public(), caKey)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"client-ca.crt": {Type: "CERTIFICATE", Bytes: ca.Raw},
		"client.crt":    {Type: "CERTIFICATE", Bytes: signed},
		"client.key":    {Type: "EC PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
	}
	return nil
}
