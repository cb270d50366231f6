package main

import (
	"fmt"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/features"
	"k8s.io/client-go/informers"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

const population = 40

// follower is an informer of Services with counts of what it heard.
type follower struct {
	lister                  listers.ServiceLister
	added, updated, deleted atomic.Int64
	failures                atomic.Int64
	lastFailure             atomic.Value
}

func (w *world) follow() (*follower, error) {
	factory := informers.NewSharedInformerFactoryWithOptions(w.client, 0, informers.WithNamespace(w.namespace))
	services := factory.Core().V1().Services()
	factory.Discovery().V1().EndpointSlices().Informer()
	factory.Core().V1().Nodes().Informer()
	f := &follower{lister: services.Lister()}
	informer := services.Informer()
	if err := informer.SetWatchErrorHandler(func(_ *cache.Reflector, err error) {
		f.failures.Add(1)
		f.lastFailure.Store(err)
	}); err != nil {
		return nil, err
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { f.added.Add(1) },
		UpdateFunc: func(any, any) { f.updated.Add(1) },
		DeleteFunc: func(any) { f.deleted.Add(1) },
	}); err != nil {
		return nil, err
	}
	factory.Start(w.Done())
	for kind, synced := range factory.WaitForCacheSync(w.Done()) {
		if !synced {
			return nil, fmt.Errorf("the informer of %v did not sync", kind)
		}
	}
	return f, nil
}

// checkInformers fills a cache by WatchList, changes everything, and compares the cache with a list.
func checkInformers(w *world) error {
	if !features.FeatureGates().Enabled(features.WatchListClient) {
		return fmt.Errorf("this client-go does not ask for WatchList")
	}
	services := w.client.CoreV1().Services(w.namespace)
	for i := range population {
		if _, err := services.Create(w, w.service(fmt.Sprintf("before-%d", i)), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	follower, err := w.follow()
	if err != nil {
		return err
	}
	if have, err := follower.lister.List(labels.Everything()); err != nil || len(have) != population {
		return fmt.Errorf("synced with %d of %d Services: %v", len(have), population, err)
	}
	if err := w.stir(); err != nil {
		return err
	}
	if err := w.agrees(follower); err != nil {
		return err
	}
	if added, deleted := follower.added.Load(), follower.deleted.Load(); added != 2*population || deleted != population {
		return fmt.Errorf("heard of %d additions and %d deletions", added, deleted)
	}
	return follower.failed()
}

// stir creates, changes and deletes while an informer looks on.
func (w *world) stir() error {
	services := w.client.CoreV1().Services(w.namespace)
	for i := range population {
		if _, err := services.Create(w, w.service(fmt.Sprintf("after-%d", i)), metav1.CreateOptions{}); err != nil {
			return err
		}
		patch := []byte(`{"metadata":{"labels":{"stirred":"yes"}}}`)
		name := fmt.Sprintf("before-%d", i)
		if _, err := services.Patch(w, name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			return err
		}
		if err := services.Delete(w, name, metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// agrees waits until the cache holds exactly what a list answers, versions included.
func (w *world) agrees(follower *follower) error {
	list, err := w.client.CoreV1().Services(w.namespace).List(w, metav1.ListOptions{})
	if err != nil {
		return err
	}
	versions := map[string]string{}
	for _, service := range list.Items {
		versions[service.Name] = service.ResourceVersion
	}
	return w.eventually("the cache to agree with a list", func() (bool, error) {
		cached, err := follower.lister.List(labels.Everything())
		return sameVersions(cached, versions), err
	})
}

func sameVersions(services []*corev1.Service, versions map[string]string) bool {
	for _, service := range services {
		if versions[service.Name] != service.ResourceVersion {
			return false
		}
	}
	return len(services) == len(versions)
}

func (f *follower) failed() error {
	if count := f.failures.Load(); count > 0 {
		return fmt.Errorf("%d watch errors, the last: %v", count, f.lastFailure.Load())
	}
	return nil
}

// checkReconnect lets the server end and start again under a running informer.
func checkReconnect(w *world) error {
	services := w.client.CoreV1().Services(w.namespace)
	if _, err := services.Create(w, w.service("old"), metav1.CreateOptions{}); err != nil {
		return err
	}
	follower, err := w.follow()
	if err != nil {
		return err
	}
	for round := range 2 {
		if err := w.restart(); err != nil {
			return err
		}
		if err := services.Delete(w, "old", metav1.DeleteOptions{}); err != nil {
			return err
		}
		if _, err := services.Create(w, w.service("old"), metav1.CreateOptions{}); err != nil {
			return err
		}
		if _, err := services.Create(w, w.service(fmt.Sprintf("new-%d", round)), metav1.CreateOptions{}); err != nil {
			return err
		}
		if err := w.agrees(follower); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}
