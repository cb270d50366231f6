/** Labels and annotations that decide where traffic prefers to go. */
export const zoneLabel = 'topology.kubernetes.io/zone';
export const hostnameLabel = 'kubernetes.io/hostname';

export const topologyModeAnnotation = 'service.kubernetes.io/topology-mode';
/** Deprecated; where present it decides alone (T1). */
export const topologyHintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
/** T28: carries `spec.topologyKeys` past an API server that would drop the field; comma-separated. */
export const topologyKeysAnnotation = 'service.kubernetes.io/topology-keys';

/** T8: nodes with either label, whatever its value, run no workload to speak of. */
export const controlPlaneLabels: readonly string[] = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
];
