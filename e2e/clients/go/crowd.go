package main

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// checkCrowd opens more watches than one HTTP/2 connection has streams, and goes on asking beside them.
func checkCrowd(w *world) error {
	const count = 600
	maps := w.client.CoreV1().ConfigMaps(w.namespace)
	list, err := maps.List(w, metav1.ListOptions{})
	if err != nil {
		return err
	}
	watchers := make([]watch.Interface, count)
	for i := range watchers {
		options := metav1.ListOptions{ResourceVersion: list.ResourceVersion, FieldSelector: "metadata.name=called"}
		if watchers[i], err = maps.Watch(w, options); err != nil {
			return fmt.Errorf("watch %d: %w", i, err)
		}
		defer watchers[i].Stop()
	}
	if _, err := maps.Create(w, w.configMap("called"), metav1.CreateOptions{}); err != nil {
		return err
	}
	for i, watcher := range watchers {
		select {
		case event := <-watcher.ResultChan():
			if event.Type != watch.Added {
				return fmt.Errorf("watch %d got %s of %v", i, event.Type, event.Object)
			}
		case <-w.Done():
			return fmt.Errorf("watch %d heard nothing", i)
		}
	}
	return nil
}
