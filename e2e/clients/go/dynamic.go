package main

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
)

// checkDynamic handles EndpointSlices without their Go type.
func checkDynamic(w *world) error {
	client, err := dynamic.NewForConfig(w.config)
	if err != nil {
		return err
	}
	resource := schema.GroupVersionResource{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"}
	slices := client.Resource(resource).Namespace(w.namespace)
	empty, err := slices.List(w, metav1.ListOptions{})
	if err != nil {
		return err
	}
	watcher, err := slices.Watch(w, metav1.ListOptions{ResourceVersion: empty.GetResourceVersion()})
	if err != nil {
		return err
	}
	defer watcher.Stop()
	slice := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion":  "discovery.k8s.io/v1",
		"kind":        "EndpointSlice",
		"metadata":    map[string]any{"name": "web"},
		"addressType": "IPv4",
		"endpoints":   []any{map[string]any{"addresses": []any{"10.0.0.1"}}},
	}}
	if _, err := slices.Create(w, slice, metav1.CreateOptions{FieldValidation: "Strict"}); err != nil {
		return err
	}
	patch := []byte(`[{"op":"add","path":"/endpoints/0/conditions","value":{"ready":true}}]`)
	if _, err := slices.Patch(w, "web", types.JSONPatchType, patch, metav1.PatchOptions{}); err != nil {
		return err
	}
	slice.SetLabels(map[string]string{"kubernetes.io/service-name": "web"})
	applied, err := slices.Apply(w, "web", slice, metav1.ApplyOptions{FieldManager: "dynamic", Force: true})
	if err != nil {
		return err
	}
	if applied.GetLabels()["kubernetes.io/service-name"] != "web" {
		return fmt.Errorf("applied labels are %v", applied.GetLabels())
	}
	if err := slices.Delete(w, "web", metav1.DeleteOptions{}); err != nil {
		return err
	}
	for _, expected := range []watch.EventType{watch.Added, watch.Modified, watch.Modified, watch.Deleted} {
		event := <-watcher.ResultChan()
		if event.Type != expected {
			return fmt.Errorf("expected %s, got %s of %v", expected, event.Type, event.Object)
		}
	}
	return nil
}
