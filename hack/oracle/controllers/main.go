// Runs the Endpoints or the mirroring controller of Kubernetes on cases read from standard input, one JSON object a
// line, and writes what it did: the source of two of the upstream.jsonl.gz goldens.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/endpoint"
	"k8s.io/kubernetes/pkg/controller/endpointslicemirroring"
)

type given struct {
	Service *corev1.Service            `json:"service"`
	Pods    []*corev1.Pod              `json:"pods"`
	Current *corev1.Endpoints          `json:"current"`
	Slices  []*discovery.EndpointSlice `json:"slices"`
	Max     int32                      `json:"max"`
}

type write struct {
	Verb   string      `json:"verb"`
	Name   string      `json:"name,omitempty"`
	Object interface{} `json:"object,omitempty"`
}

type result struct {
	Writes []write  `json:"writes"`
	Events []string `json:"events"`
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	klog.LogToStderr(false)
	klog.SetOutput(os.NewFile(0, os.DevNull))
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var g given
		must(json.Unmarshal(in.Bytes(), &g))
		must(out.Encode(run(os.Args[1], g)))
	}
}

func run(which string, g given) result {
	objects := []runtime.Object{g.Service}
	for _, p := range g.Pods {
		objects = append(objects, p)
	}
	if g.Current != nil {
		g.Current.TypeMeta = metav1.TypeMeta{}
		objects = append(objects, g.Current)
	}
	for _, s := range g.Slices {
		s.TypeMeta = metav1.TypeMeta{}
		objects = append(objects, s)
	}
	client := fake.NewClientset(objects...)
	counter := 0
	client.PrependReactor("create", "endpointslices", func(action clienttesting.Action) (bool, runtime.Object, error) {
		slice := action.(clienttesting.CreateAction).GetObject().(*discovery.EndpointSlice)
		counter++
		slice.Name = fmt.Sprintf("%snew%d", slice.GenerateName, counter)
		return false, nil, nil
	})
	resource := "endpoints"
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	factory := informers.NewSharedInformerFactory(client, 0)
	core := factory.Core().V1()
	var runner func(context.Context, int)
	if which == "endpoints" {
		c := endpoint.NewEndpointController(ctx, core.Pods(), core.Services(), core.Endpoints(), client, 0)
		runner = c.Run
	} else {
		resource = "endpointslices"
		c := endpointslicemirroring.NewController(ctx, core.Endpoints(), factory.Discovery().V1().EndpointSlices(), core.Services(), g.Max, client, 10*time.Second)
		runner = c.Run
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	go runner(ctx, 1)
	time.Sleep(120 * time.Millisecond)
	cancel()
	r := result{Writes: []write{}, Events: []string{}}
	for _, action := range client.Actions() {
		if action.GetResource().Resource == "events" {
			if a, ok := action.(clienttesting.CreateActionImpl); ok {
				e := a.Object.(*corev1.Event)
				r.Events = append(r.Events, fmt.Sprintf("%s %s %s", e.Type, e.Reason, e.Message))
			}
			continue
		}
		if action.GetResource().Resource != resource {
			continue
		}
		switch a := action.(type) {
		case clienttesting.CreateActionImpl:
			r.Writes = append(r.Writes, write{Verb: "create", Object: a.Object})
		case clienttesting.UpdateActionImpl:
			r.Writes = append(r.Writes, write{Verb: "update", Object: a.Object})
		case clienttesting.DeleteActionImpl:
			r.Writes = append(r.Writes, write{Verb: "delete", Name: a.Name})
		}
	}
	return r
}
