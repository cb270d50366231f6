package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
)

// checkEvents repeats an event with both recorders: the second time is a patch of the first.
func checkEvents(w *world) error {
	service, err := w.client.CoreV1().Services(w.namespace).Create(w, w.service("told"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	service.Kind, service.APIVersion = "Service", "v1"

	old := record.NewBroadcaster(record.WithContext(w))
	old.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: w.client.CoreV1().Events(w.namespace)})
	recorder := old.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "old-recorder"})
	for range 3 {
		recorder.Event(service, corev1.EventTypeWarning, "Repeated", "the same each time")
	}
	if err := w.eventually("an event counted three times", func() (bool, error) {
		list, err := w.client.CoreV1().Events(w.namespace).List(w, metav1.ListOptions{FieldSelector: "reason=Repeated"})
		return err == nil && len(list.Items) == 1 && list.Items[0].Count == 3, err
	}); err != nil {
		return err
	}

	current := events.NewBroadcaster(&events.EventSinkImpl{Interface: w.client.EventsV1()})
	if err := current.StartRecordingToSinkWithContext(w); err != nil {
		return err
	}
	series := current.NewRecorder(scheme.Scheme, "new-recorder")
	series.Eventf(service, nil, corev1.EventTypeNormal, "Series", "Testing", "once more")
	// The recorder sends each in its own time, so the first has to be there before it is repeated.
	if err := w.eventually("the first event", func() (bool, error) {
		list, err := w.client.EventsV1().Events(w.namespace).List(w, metav1.ListOptions{FieldSelector: "reason=Series"})
		return err == nil && len(list.Items) == 1, err
	}); err != nil {
		return err
	}
	for range 2 {
		series.Eventf(service, nil, corev1.EventTypeNormal, "Series", "Testing", "once more")
	}
	if err := w.eventually("an event with a series", func() (bool, error) {
		list, err := w.client.EventsV1().Events(w.namespace).List(w, metav1.ListOptions{FieldSelector: "reason=Series"})
		return err == nil && len(list.Items) == 1 && list.Items[0].Series != nil && list.Items[0].Series.Count >= 2, err
	}); err != nil {
		return err
	}
	// The same object in the older group.
	list, err := w.client.CoreV1().Events(w.namespace).Search(scheme.Scheme, service)
	if err != nil {
		return err
	}
	if len(list.Items) != 2 {
		return fmt.Errorf("found %d events about the Service", len(list.Items))
	}
	return nil
}
