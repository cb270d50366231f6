package main

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func (w *world) createNamespace() error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
	_, err := w.client.CoreV1().Namespaces().Create(w, namespace, metav1.CreateOptions{})
	return err
}

func (w *world) service(name string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.namespace},
		Spec: corev1.ServiceSpec{
			Selector: map[string]string{"app": name},
			Ports:    []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromString("http")}},
		},
	}
}

func (w *world) configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.namespace},
		Data:       map[string]string{"key": name},
	}
}

// eventually looks until it sees what it wants, for at most 30 seconds.
func (w *world) eventually(what string, look func() (bool, error)) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		seen, err := look()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if seen {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited too long for %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
