package main

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
)

// checkMetadata follows objects by their metadata alone, as garbage collectors do.
func checkMetadata(w *world) error {
	client, err := metadata.NewForConfig(w.config)
	if err != nil {
		return err
	}
	services := schema.GroupVersionResource{Version: "v1", Resource: "services"}
	factory := metadatainformer.NewFilteredSharedInformerFactory(client, 0, w.namespace, nil)
	informer := factory.ForResource(services)
	store := informer.Informer().GetStore()
	factory.Start(w.Done())
	if !factory.WaitForCacheSync(w.Done())[services] {
		return fmt.Errorf("the informer did not sync")
	}
	made, err := w.client.CoreV1().Services(w.namespace).Create(w, w.service("web"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := w.eventually("the metadata of a new Service", func() (bool, error) {
		found, present, err := store.GetByKey(w.namespace + "/web")
		return present && found.(*metav1.PartialObjectMetadata).UID == made.UID, err
	}); err != nil {
		return err
	}
	uid := metav1.Preconditions{UID: &made.UID}
	foreground := metav1.DeletePropagationForeground
	options := metav1.DeleteOptions{Preconditions: &uid, PropagationPolicy: &foreground}
	if err := client.Resource(services).Namespace(w.namespace).Delete(w, "web", options); err != nil {
		return err
	}
	return w.eventually("its end", func() (bool, error) {
		_, present, err := store.GetByKey(w.namespace + "/web")
		return !present, err
	})
}
