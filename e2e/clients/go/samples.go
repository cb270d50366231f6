package main

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func to[T any](value T) *T { return &value }

// samples are objects with the shapes that are easy to get wrong in protobuf: pointers to zero, times, quantities,
// numbers that may be names, maps of bytes, negative numbers.
func (w *world) samples() []sample {
	named := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: w.namespace, Labels: map[string]string{"constructor": "x"}}
	}
	global := metav1.ObjectMeta{Name: "go-sample", Annotations: map[string]string{"toString": "y"}}
	moment := time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC)
	pod := corev1.PodSpec{
		// Without it the server adds a volume with a random name.
		AutomountServiceAccountToken:  to(false),
		TerminationGracePeriodSeconds: to(int64(0)),
		ActiveDeadlineSeconds:         to(int64(60)),
		Containers: []corev1.Container{{
			Name:  "c",
			Image: "x",
			Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}},
			Resources: corev1.ResourceRequirements{
				Requests: corev1.ResourceList{"cpu": resource.MustParse("100m"), "memory": resource.MustParse("1Gi")},
			},
			ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
				HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromString("http")},
			}},
			Env: []corev1.EnvVar{{Name: "IP", ValueFrom: &corev1.EnvVarSource{
				FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"},
			}}},
			SecurityContext: &corev1.SecurityContext{RunAsUser: to(int64(0)), RunAsNonRoot: to(false)},
		}},
		Tolerations: []corev1.Toleration{{Key: "k", Operator: "Exists", Effect: "NoExecute", TolerationSeconds: to(int64(-1))}},
		Volumes: []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{
			Projected: &corev1.ProjectedVolumeSource{DefaultMode: to(int32(0)), Sources: []corev1.VolumeProjection{{
				ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "m"}},
			}}},
		}}},
	}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "a"}}, Spec: pod}
	template.Spec.ActiveDeadlineSeconds = nil
	once := *template.DeepCopy()
	once.Spec.RestartPolicy = corev1.RestartPolicyNever
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "a"}}
	return []sample{
		sampleOf(&corev1.Service{ObjectMeta: named("plain"), Spec: corev1.ServiceSpec{
			Selector: map[string]string{"valueOf": "x"},
			Ports:    []corev1.ServicePort{{Port: 53, Protocol: "UDP", TargetPort: intstr.FromInt32(5353)}},
		}}, "services"),
		sampleOf(&corev1.Service{ObjectMeta: named("balanced"), Spec: corev1.ServiceSpec{
			Type:                          corev1.ServiceTypeLoadBalancer,
			AllocateLoadBalancerNodePorts: to(false),
			SessionAffinity:               corev1.ServiceAffinityClientIP,
			ExternalTrafficPolicy:         corev1.ServiceExternalTrafficPolicyCluster,
			Ports:                         []corev1.ServicePort{{Port: 80, AppProtocol: to("http")}},
		}}, "services"),
		sampleOf(&corev1.Endpoints{ObjectMeta: named("ends"), Subsets: []corev1.EndpointSubset{{
			Addresses: []corev1.EndpointAddress{{IP: "10.1.2.3", NodeName: to("n")}},
			Ports:     []corev1.EndpointPort{{Name: "p", Port: 80}},
		}}}, "endpoints"),
		sampleOf(&discoveryv1.EndpointSlice{ObjectMeta: named("slice"), AddressType: discoveryv1.AddressTypeIPv6,
			Endpoints: []discoveryv1.Endpoint{{
				Addresses:  []string{"fd00::1"},
				Conditions: discoveryv1.EndpointConditions{Ready: to(false), Serving: to(true)},
				Hints:      &discoveryv1.EndpointHints{ForZones: []discoveryv1.ForZone{{Name: "z"}}},
				TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: "p", Namespace: w.namespace, UID: "u"},
			}},
			Ports: []discoveryv1.EndpointPort{{Name: to(""), Port: to(int32(80))}, {Name: to("any")}},
		}, "endpointslices"),
		sampleOf(&corev1.ConfigMap{ObjectMeta: named("bytes"), BinaryData: map[string][]byte{"b": {0, 255, 1}},
			Data: map[string]string{"__proto__": "p", "empty": ""}, Immutable: to(false)}, "configmaps"),
		sampleOf(&corev1.Secret{ObjectMeta: named("secret"), Data: map[string][]byte{"a": {}, "b": []byte("x")},
			StringData: map[string]string{"c": "d"}}, "secrets"),
		sampleOf(&corev1.ServiceAccount{ObjectMeta: named("account"), AutomountServiceAccountToken: to(false),
			ImagePullSecrets: []corev1.LocalObjectReference{{Name: "s"}}}, "serviceaccounts"),
		sampleOf(&corev1.Node{ObjectMeta: global, Spec: corev1.NodeSpec{
			Taints: []corev1.Taint{{Key: "k", Effect: "NoSchedule"}}, PodCIDRs: []string{"10.1.0.0/24"}, PodCIDR: "10.1.0.0/24",
		}}, "nodes"),
		sampleOf(&corev1.Pod{ObjectMeta: named("pod"), Spec: pod}, "pods"),
		sampleOf(&corev1.Event{ObjectMeta: named("old"), InvolvedObject: corev1.ObjectReference{Kind: "Pod", Name: "p", Namespace: w.namespace},
			Reason: "R", Message: "m", FirstTimestamp: metav1.NewTime(moment.Truncate(time.Second)), Count: 1, Type: "Normal"}, "events"),
		sampleOf(&eventsv1.Event{ObjectMeta: named("new"), EventTime: metav1.NewMicroTime(moment), Reason: "R", Action: "A", Type: "Normal",
			ReportingController: "e2e/c", ReportingInstance: "i", Regarding: corev1.ObjectReference{Kind: "Pod", Name: "p", Namespace: w.namespace}}, "events"),
		sampleOf(&coordinationv1.Lease{ObjectMeta: named("lease"), Spec: coordinationv1.LeaseSpec{
			HolderIdentity: to("me"), LeaseDurationSeconds: to(int32(15)), RenewTime: to(metav1.NewMicroTime(moment)), LeaseTransitions: to(int32(0)),
		}}, "leases"),
		sampleOf(&networkingv1.IPAddress{ObjectMeta: metav1.ObjectMeta{Name: "192.0.2.7"}, Spec: networkingv1.IPAddressSpec{
			ParentRef: &networkingv1.ParentReference{Resource: "things", Name: "t", Namespace: "n", Group: "example.com"},
		}}, "ipaddresses"),
		sampleOf(&networkingv1.Ingress{ObjectMeta: named("way"), Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{
			Host: "example.com",
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
				Path: "/", PathType: to(networkingv1.PathTypePrefix),
				Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "s", Port: networkingv1.ServiceBackendPort{Number: 80}}},
			}}}},
		}}}}, "ingresses"),
		sampleOf(&appsv1.Deployment{ObjectMeta: named("web"), Spec: appsv1.DeploymentSpec{
			Replicas: to(int32(0)), Selector: selector, Template: template,
			Strategy: appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: to(intstr.FromString("10%"))}},
		}}, "deployments"),
		sampleOf(&appsv1.StatefulSet{ObjectMeta: named("set"), Spec: appsv1.StatefulSetSpec{
			ServiceName: "s", Selector: selector, Template: template,
			UpdateStrategy: appsv1.StatefulSetUpdateStrategy{RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: to(int32(0))}},
		}}, "statefulsets"),
		sampleOf(&batchv1.CronJob{ObjectMeta: named("often"), Spec: batchv1.CronJobSpec{
			Schedule: "* * * * *", Suspend: to(false), StartingDeadlineSeconds: to(int64(0)),
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: once}},
		}}, "cronjobs"),
		sampleOf(&policyv1.PodDisruptionBudget{ObjectMeta: named("budget"), Spec: policyv1.PodDisruptionBudgetSpec{
			MaxUnavailable: to(intstr.FromInt32(0)), Selector: selector,
		}}, "poddisruptionbudgets"),
		sampleOf(&rbacv1.Role{ObjectMeta: named("role"), Rules: []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"pods"}}}}, "roles"),
	}
}
