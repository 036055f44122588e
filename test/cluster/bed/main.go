// bed is one binary that holds every program of the kwok bed. It runs the one
// it is called as (through a symlink) or the one that its first argument names.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	_ "time/tzdata"

	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
)

// programs is filled by one file per group: controlplane.go, certificate.go,
// relay.go. A real node (kubelet, kube-proxy, containerd) is one
// more file here that registers its programs in the same way.
var programs = map[string]func() int{}

func register(name string, run func() int) {
	programs[name] = run
}

func main() {
	name := filepath.Base(os.Args[0])
	if run, ok := programs[name]; ok {
		os.Exit(run())
	}
	if len(os.Args) > 1 {
		if run, ok := programs[os.Args[1]]; ok {
			// Each program reads os.Args itself and must see its own name first.
			os.Args = os.Args[1:]
			os.Exit(run())
		}
	}
	names := make([]string, 0, len(programs))
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintf(os.Stderr, "usage: bed PROGRAM [ARGS]\nprograms: %s\n", strings.Join(names, ", "))
	os.Exit(2)
}
