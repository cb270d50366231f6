/** The strings by which the endpoint controllers, and everybody who reads their objects, recognise each other. */

/** On a slice: the Service it belongs to. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** On a slice: the one controller that may change it. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** On an Endpoints object, since 1.33: written by the Endpoints controller and not by hand. */
export const endpointsManagedByLabel = 'endpoints.kubernetes.io/managed-by';
/** On Endpoints and slices of a Service without cluster IP; the value is empty. */
export const headlessLabel = 'service.kubernetes.io/headless';
/** On an Endpoints object: `true` keeps it from being mirrored. */
export const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror';

export const sliceManager = 'endpointslice-controller.k8s.io';
export const mirrorManager = 'endpointslicemirroring-controller.k8s.io';
export const endpointsManager = 'endpoint-controller';

/** When the change happened that made this write necessary; consumers measure programming latency with it. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';
/** On an Endpoints object that had to be cut to the limit. */
export const overCapacityAnnotation = 'endpoints.kubernetes.io/over-capacity';
/** Marks an Endpoints object that is somebody's election lock and no list of addresses. */
export const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
