package main

import "strings"

// group is one API group version: where its Go types live, which kinds are wanted, and how its table is called.
type group struct {
	file    string // table file, without ending
	module  string // key of the module folders
	folder  string // folder of the package inside the module
	models  string // prefix of OpenAPI component names
	group   string
	version string
	kinds   string
}

func (g group) importPath() string {
	return map[string]string{
		"api":        "k8s.io/api/",
		"machinery":  "k8s.io/apimachinery/",
		"extensions": "k8s.io/apiextensions-apiserver/",
	}[g.module] + g.folder
}

// alias is how other tables name this package: core.v1, meta.v1.
func (g group) alias() string {
	parts := strings.Split(g.folder, "/")
	return strings.Join(parts[len(parts)-2:], ".")
}

var groups = []group{
	{"meta-v1", "machinery", "pkg/apis/meta/v1", "io.k8s.apimachinery.pkg.apis.meta.v1", "meta.k8s.io", "v1",
		"Status DeleteOptions CreateOptions UpdateOptions PatchOptions GetOptions ListOptions WatchEvent Table " +
			"PartialObjectMetadata APIGroup APIResourceList APIVersions LabelSelector Condition ObjectMeta"},
	{"core-v1", "api", "core/v1", "io.k8s.api.core.v1", "", "v1",
		"Namespace Node Pod Service Endpoints Event ConfigMap Secret ServiceAccount ReplicationController PodTemplate " +
			"ResourceQuota LimitRange PersistentVolume PersistentVolumeClaim Binding"},
	{"discovery-v1", "api", "discovery/v1", "io.k8s.api.discovery.v1", "discovery.k8s.io", "v1", "EndpointSlice"},
	{"discovery-v1beta1", "api", "discovery/v1beta1", "io.k8s.api.discovery.v1beta1", "discovery.k8s.io", "v1beta1", "EndpointSlice"},
	{"coordination-v1", "api", "coordination/v1", "io.k8s.api.coordination.v1", "coordination.k8s.io", "v1", "Lease"},
	{"networking-v1", "api", "networking/v1", "io.k8s.api.networking.v1", "networking.k8s.io", "v1",
		"ServiceCIDR IPAddress Ingress IngressClass NetworkPolicy"},
	{"events-v1", "api", "events/v1", "io.k8s.api.events.v1", "events.k8s.io", "v1", "Event"},
	{"authentication-v1", "api", "authentication/v1", "io.k8s.api.authentication.v1", "authentication.k8s.io", "v1",
		"TokenReview TokenRequest SelfSubjectReview"},
	{"authorization-v1", "api", "authorization/v1", "io.k8s.api.authorization.v1", "authorization.k8s.io", "v1",
		"SubjectAccessReview SelfSubjectAccessReview LocalSubjectAccessReview SelfSubjectRulesReview"},
	{"apps-v1", "api", "apps/v1", "io.k8s.api.apps.v1", "apps", "v1",
		"Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision"},
	{"batch-v1", "api", "batch/v1", "io.k8s.api.batch.v1", "batch", "v1", "Job CronJob"},
	{"policy-v1", "api", "policy/v1", "io.k8s.api.policy.v1", "policy", "v1", "PodDisruptionBudget Eviction"},
	{"rbac-v1", "api", "rbac/v1", "io.k8s.api.rbac.v1", "rbac.authorization.k8s.io", "v1",
		"Role RoleBinding ClusterRole ClusterRoleBinding"},
	{"autoscaling-v1", "api", "autoscaling/v1", "io.k8s.api.autoscaling.v1", "autoscaling", "v1", "HorizontalPodAutoscaler Scale"},
	{"autoscaling-v2", "api", "autoscaling/v2", "io.k8s.api.autoscaling.v2", "autoscaling", "v2", "HorizontalPodAutoscaler"},
	{"storage-v1", "api", "storage/v1", "io.k8s.api.storage.v1", "storage.k8s.io", "v1", "StorageClass"},
	{"scheduling-v1", "api", "scheduling/v1", "io.k8s.api.scheduling.v1", "scheduling.k8s.io", "v1", "PriorityClass"},
	{"admissionregistration-v1", "api", "admissionregistration/v1", "io.k8s.api.admissionregistration.v1", "admissionregistration.k8s.io", "v1",
		"ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"},
	{"apiextensions-v1", "extensions", "pkg/apis/apiextensions/v1", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1", "apiextensions.k8s.io", "v1",
		"CustomResourceDefinition"},
}

// scalars maps Go types with a wire form of their own to the names used in the tables.
var scalars = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":                                             "Time",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":                                        "MicroTime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":                                         "Duration",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":                                         "FieldsV1",
	"k8s.io/apimachinery/pkg/api/resource.Quantity":                                         "Quantity",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString":                                       "IntOrString",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":                                          "RawExtension",
	"k8s.io/apimachinery/pkg/types.UID":                                                     "UID",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON":                         "JSON",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool":        "JSONSchemaPropsOrBool",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray":       "JSONSchemaPropsOrArray",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray": "JSONSchemaPropsOrStringArray",
}
