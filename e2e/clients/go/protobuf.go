package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// checkProtobuf creates every sample twice, once as protobuf and once as JSON: what is stored must be the same.
func checkProtobuf(w *world) error {
	config := rest.CopyConfig(w.config)
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	protobuf, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	asJSON := rest.CopyConfig(w.config)
	asJSON.ContentType, asJSON.AcceptContentTypes = "application/json", "application/json"
	plain, err := kubernetes.NewForConfig(asJSON)
	if err != nil {
		return err
	}
	for _, sample := range w.samples() {
		if err := w.compareForms(sample, protobuf, plain); err != nil {
			return fmt.Errorf("%s: %w", sample.resource, err)
		}
	}
	return deleteWithOptions(w, protobuf)
}

// compareForms stores a sample as protobuf, reads it, deletes it and stores it again as JSON.
func (w *world) compareForms(s sample, protobuf, plain kubernetes.Interface) error {
	first, err := w.roundTrip(s, protobuf)
	if err != nil {
		return fmt.Errorf("as protobuf: %w", err)
	}
	second, err := w.roundTrip(s, plain)
	if err != nil {
		return fmt.Errorf("as JSON: %w", err)
	}
	if !equality.Semantic.DeepEqual(first, second) {
		return fmt.Errorf("stored from protobuf\n%v\nand from JSON\n%v", first, second)
	}
	return nil
}

func (w *world) roundTrip(s sample, client kubernetes.Interface) (map[string]any, error) {
	group := restOf(client, s.groupVersion)
	object := s.object.DeepCopyObject()
	request := group.Post().NamespaceIfScoped(w.namespace, s.namespaced).Resource(s.resource).Body(object)
	created, err := request.Do(w).Get()
	if err != nil {
		return nil, err
	}
	name := object.(metav1.Object).GetName()
	// Unconditional PUT of what was answered, then the end.
	put := group.Put().NamespaceIfScoped(w.namespace, s.namespaced).Resource(s.resource).Name(name).Body(created)
	if _, err := put.Do(w).Get(); err != nil {
		return nil, fmt.Errorf("put: %w", err)
	}
	get := group.Get().NamespaceIfScoped(w.namespace, s.namespaced).Resource(s.resource).Name(name)
	stored, err := get.Do(w).Get()
	if err != nil {
		return nil, err
	}
	zero := int64(0)
	options := &metav1.DeleteOptions{GracePeriodSeconds: &zero}
	del := group.Delete().NamespaceIfScoped(w.namespace, s.namespaced).Resource(s.resource).Name(name).Body(options)
	if err := del.Do(w).Error(); err != nil {
		return nil, fmt.Errorf("delete: %w", err)
	}
	return content(stored)
}

// content is an object without what differs from one creation to the next.
func content(object runtime.Object) (map[string]any, error) {
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{Object: fields}
	u.SetManagedFields(nil)
	u.SetUID("")
	u.SetResourceVersion("")
	u.SetCreationTimestamp(metav1.Time{})
	for _, path := range [][]string{{"spec", "clusterIP"}, {"spec", "clusterIPs"}} {
		unstructured.RemoveNestedField(fields, path...)
	}
	// Node ports are given at random.
	if ports, found, _ := unstructured.NestedSlice(fields, "spec", "ports"); found {
		for _, port := range ports {
			if entry, ok := port.(map[string]any); ok {
				delete(entry, "nodePort")
			}
		}
		if err := unstructured.SetNestedSlice(fields, ports, "spec", "ports"); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func restOf(client kubernetes.Interface, gv schema.GroupVersion) rest.Interface {
	switch gv.Group {
	case "":
		return client.CoreV1().RESTClient()
	case "apps":
		return client.AppsV1().RESTClient()
	case "batch":
		return client.BatchV1().RESTClient()
	case "coordination.k8s.io":
		return client.CoordinationV1().RESTClient()
	case "discovery.k8s.io":
		return client.DiscoveryV1().RESTClient()
	case "events.k8s.io":
		return client.EventsV1().RESTClient()
	case "networking.k8s.io":
		return client.NetworkingV1().RESTClient()
	case "policy":
		return client.PolicyV1().RESTClient()
	case "rbac.authorization.k8s.io":
		return client.RbacV1().RESTClient()
	default:
		panic("no client for " + gv.String())
	}
}

func deleteWithOptions(w *world, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps(w.namespace)
	made, err := maps.Create(w, w.configMap("precise"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	wrong := metav1.NewUIDPreconditions("00000000-0000-0000-0000-000000000000")
	err = maps.Delete(w, "precise", metav1.DeleteOptions{Preconditions: wrong})
	if !apierrors.IsConflict(err) {
		return fmt.Errorf("expected a conflict, got %v", err)
	}
	right := metav1.NewUIDPreconditions(string(made.UID))
	if err := maps.Delete(w, "precise", metav1.DeleteOptions{Preconditions: right}); err != nil {
		return err
	}
	return maps.DeleteCollection(w, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "none=such"})
}

// sample is an object and where it lives.
type sample struct {
	object       runtime.Object
	groupVersion schema.GroupVersion
	resource     string
	namespaced   bool
}

func sampleOf(object runtime.Object, resource string) sample {
	kinds, _, err := scheme.Scheme.ObjectKinds(object)
	if err != nil {
		panic(err)
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		panic(err)
	}
	return sample{object, kinds[0].GroupVersion(), resource, accessor.GetNamespace() != ""}
}
