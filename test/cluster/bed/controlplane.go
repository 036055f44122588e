package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func init() {
	register("etcd", func() int { etcdmain.Main(os.Args); return 0 })
	register("kube-apiserver", func() int { return cli.Run(apiserver.NewAPIServerCommand()) })
	register("kube-controller-manager", func() int { return cli.Run(controllermanager.NewControllerManagerCommand()) })
	register("kube-scheduler", func() int { return cli.Run(scheduler.NewSchedulerCommand()) })
}
