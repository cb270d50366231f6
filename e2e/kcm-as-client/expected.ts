/** What kube-controller-manager says and is refused against any server: taken from runs against the real one. */

export const expectedTroubles: readonly RegExp[] = [
  // It makes its own certificate and watches no manifest.
  /^E options\.go The manifest file is empty, ignoring\.$/,
  // Only a server with --requestheader-client-ca-file publishes that CA.
  /^E configmap_cafile_content\.go .* missing content for CA bundle "…"$/,
  // Its own writes are ahead of its informers.
  /^E replica_set\.go .* failed with read version: N is not as new as written version: N for group resource \S+$/,
  // Work on what somebody else has just changed, deleted or is deleting.
  /^E (replica_set|deployment_controller|endpoints_controller|endpointslice_controller)\.go .* (not found|has been modified.*|being terminated)$/,
];

const races =
  '(endpoints|pods|events|configmaps|serviceaccounts|discovery.k8s.io/endpointslices|apps/(deployments|replicasets))';

/** Lost races and writes into a namespace that ends; a request that is wrong in itself is refused otherwise. */
export const expectedRefusals: readonly RegExp[] = [
  new RegExp(`^403 POST ${races}$`),
  new RegExp(`^404 (DELETE|GET|PUT|PATCH) ${races}/\\{name\\}(/status)?$`),
  new RegExp(`^409 (DELETE|PUT|PATCH) ${races}/\\{name\\}(/status)?$`),
  new RegExp(`^409 POST ${races}$`),
  /^(404|409) PUT namespaces\/\{name\}(\/status|\/finalize)?$/,
];
