package main

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1apply "k8s.io/client-go/applyconfigurations/core/v1"
)

// checkApply shares a Service between two field managers.
func checkApply(w *world) error {
	services := w.client.CoreV1().Services(w.namespace)
	port := func(number int32) *corev1apply.ServicePortApplyConfiguration {
		return corev1apply.ServicePort().WithPort(number).WithName(fmt.Sprintf("p%d", number)).WithTargetPort(intstr.FromInt32(number))
	}
	ours := metav1.ApplyOptions{FieldManager: "ours"}
	theirs := metav1.ApplyOptions{FieldManager: "theirs"}
	web := func() *corev1apply.ServiceApplyConfiguration { return corev1apply.Service("web", w.namespace) }

	first := web().WithSpec(corev1apply.ServiceSpec().WithSelector(map[string]string{"app": "web"}).WithPorts(port(80)))
	if _, err := services.Apply(w, first, ours); err != nil {
		return err
	}
	shared, err := services.Apply(w, web().WithSpec(corev1apply.ServiceSpec().WithPorts(port(81))), theirs)
	if err != nil {
		return err
	}
	if len(shared.Spec.Ports) != 2 {
		return fmt.Errorf("two managers of two ports left %v", shared.Spec.Ports)
	}
	rival := web().WithSpec(corev1apply.ServiceSpec().WithPorts(corev1apply.ServicePort().WithPort(80).WithName("rival")))
	if _, err := services.Apply(w, rival, theirs); !apierrors.IsConflict(err) {
		return fmt.Errorf("expected a conflict, got %v", err)
	}
	theirs.Force = true
	taken, err := services.Apply(w, rival, theirs)
	if err != nil {
		return err
	}
	if len(taken.Spec.Ports) != 1 || taken.Spec.Ports[0].Name != "rival" {
		return fmt.Errorf("after force the ports are %v", taken.Spec.Ports)
	}
	mine, err := corev1apply.ExtractService(taken, "theirs")
	if err != nil {
		return err
	}
	if len(mine.Spec.Ports) != 1 || *mine.Spec.Ports[0].Name != "rival" {
		return fmt.Errorf("extracted %v", mine.Spec.Ports)
	}
	status := web().WithStatus(corev1apply.ServiceStatus().WithConditions())
	_, err = services.ApplyStatus(w, status, ours)
	return err
}
