package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/openapi"
	"k8s.io/client-go/restmapper"
	"k8s.io/kube-openapi/pkg/util/proto"
)

// checkDiscovery asks in the three ways in which programs find out what there is.
func checkDiscovery(w *world) error {
	client := w.client.Discovery()
	lists, err := client.ServerPreferredResources()
	if err != nil {
		return err
	}
	deletable := discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"delete", "list", "watch"}}, lists)
	if len(deletable) < 8 {
		return fmt.Errorf("only %d group versions have something to delete", len(deletable))
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
	mapping, err := mapper.RESTMapping(schema.GroupKind{Group: "discovery.k8s.io", Kind: "EndpointSlice"})
	if err != nil {
		return err
	}
	if mapping.Resource.Resource != "endpointslices" || mapping.Scope.Name() != "namespace" {
		return fmt.Errorf("EndpointSlice maps to %v, %v", mapping.Resource, mapping.Scope.Name())
	}
	short, err := restmapper.NewShortcutExpander(mapper, client, nil).ResourceFor(schema.GroupVersionResource{Resource: "svc"})
	if err != nil || short.Resource != "services" {
		return fmt.Errorf("svc is %v: %v", short, err)
	}
	if err := checkSwagger(client); err != nil {
		return err
	}
	return checkOpenAPI(client.OpenAPIV3())
}

// checkSwagger reads OpenAPI v2 the way kubectl does.
func checkSwagger(client discovery.OpenAPISchemaInterface) error {
	document, err := client.OpenAPISchema()
	if err != nil {
		return err
	}
	models, err := proto.NewOpenAPIData(document)
	if err != nil {
		return err
	}
	service, known := models.LookupModel("io.k8s.api.core.v1.ServiceSpec").(*proto.Kind)
	if !known {
		return fmt.Errorf("OpenAPI v2 does not know ServiceSpec")
	}
	ports, known := service.Fields["ports"].(*proto.Array)
	if !known || ports.GetExtensions()["x-kubernetes-patch-merge-key"] != "port" {
		return fmt.Errorf("the ports of a Service are %v", service.Fields["ports"])
	}
	return nil
}

func checkOpenAPI(client openapi.Client) error {
	paths, err := client.Paths()
	if err != nil {
		return err
	}
	for _, groupVersion := range []string{"api/v1", "apis/apps/v1", "apis/discovery.k8s.io/v1"} {
		document, present := paths[groupVersion]
		if !present {
			return fmt.Errorf("no OpenAPI document for %s", groupVersion)
		}
		if _, err := document.Schema("application/json"); err != nil {
			return fmt.Errorf("%s: %w", groupVersion, err)
		}
	}
	return nil
}
