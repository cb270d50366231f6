// Runs the published EndpointSlice reconciler on cases read from standard input, one JSON object a line, and writes
// what it did, one JSON object a line: the source of controllers/endpointslice/testdata/upstream.json.gz.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice"
	"k8s.io/endpointslice/topologycache"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/klog/v2"
)

type given struct {
	Service     *corev1.Service            `json:"service"`
	Pods        []*corev1.Pod              `json:"pods"`
	Nodes       []*corev1.Node             `json:"nodes"`
	Slices      []*discovery.EndpointSlice `json:"slices"`
	Max         int32                      `json:"max"`
	TriggerTime string                     `json:"triggerTime"`
}

type write struct {
	Verb   string                   `json:"verb"`
	Name   string                   `json:"name,omitempty"`
	Object *discovery.EndpointSlice `json:"object,omitempty"`
}

type result struct {
	Writes []write  `json:"writes"`
	Events []string `json:"events"`
	Error  string   `json:"error,omitempty"`
}

func main() {
	klog.SetLogger(klog.Logger{})
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var g given
		must(json.Unmarshal(in.Bytes(), &g))
		must(out.Encode(run(g)))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func run(g given) result {
	objects := []runtime.Object{}
	for _, s := range g.Slices {
		// As in an informer's cache; the placeholder is compared with it.
		s.TypeMeta = metav1.TypeMeta{}
		objects = append(objects, s.DeepCopy())
	}
	client := fake.NewClientset(objects...)
	counter := 0
	client.PrependReactor("create", "endpointslices", func(action clienttesting.Action) (bool, runtime.Object, error) {
		slice := action.(clienttesting.CreateAction).GetObject().(*discovery.EndpointSlice)
		counter++
		slice.Name = fmt.Sprintf("%snew%d", slice.GenerateName, counter)
		return false, nil, nil
	})
	factory := informers.NewSharedInformerFactory(client, 0)
	nodes := factory.Core().V1().Nodes()
	cache := topologycache.NewTopologyCache()
	for _, n := range g.Nodes {
		must(nodes.Informer().GetIndexer().Add(n))
	}
	logger := klog.Logger{}
	cache.SetNodes(logger, g.Nodes)
	recorder := record.NewFakeRecorder(100)
	reconciler := endpointslice.NewReconciler(client, nodes.Lister(), g.Max, endpointsliceutil.NewEndpointSliceTracker(),
		cache, recorder, "endpointslice-controller.k8s.io", endpointslice.WithPreferSameTrafficDistributionEnabled(true))

	var trigger time.Time
	if g.TriggerTime != "" {
		t, err := time.Parse(time.RFC3339Nano, g.TriggerTime)
		must(err)
		trigger = t
	}
	// The controller around the reconciler does this part.
	selector := labels.Set(g.Service.Spec.Selector).AsSelector()
	pods := []*corev1.Pod{}
	for _, pod := range g.Pods {
		if selector.Matches(labels.Set(pod.Labels)) {
			pods = append(pods, pod)
		}
	}
	err := reconciler.Reconcile(logger, g.Service, pods, g.Slices, trigger)

	r := result{Writes: []write{}, Events: []string{}}
	if err != nil {
		r.Error = err.Error()
	}
	for _, action := range client.Actions() {
		switch a := action.(type) {
		case clienttesting.CreateActionImpl:
			r.Writes = append(r.Writes, write{Verb: "create", Object: a.Object.(*discovery.EndpointSlice)})
		case clienttesting.UpdateActionImpl:
			r.Writes = append(r.Writes, write{Verb: "update", Object: a.Object.(*discovery.EndpointSlice)})
		case clienttesting.DeleteActionImpl:
			r.Writes = append(r.Writes, write{Verb: "delete", Name: a.Name})
		default:
			panic(fmt.Sprintf("%T", action))
		}
	}
	for {
		select {
		case e := <-recorder.Events:
			r.Events = append(r.Events, e)
			continue
		default:
		}
		break
	}
	return r
}
