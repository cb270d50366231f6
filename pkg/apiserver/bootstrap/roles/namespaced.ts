/** Roles that hold in one namespace. The form of a line is told in parse-roles.ts. */
export const namespacedRoles = `
kube-public/system:controller:bootstrap-signer
  for account kube-system/bootstrap-signer
  get,list,watch core configmaps
  update core configmaps =cluster-info
  create,patch,update core,events.k8s.io events

kube-system/extension-apiserver-authentication-reader
  for user system:kube-controller-manager
  for user system:kube-scheduler
  get,list,watch core configmaps =extension-apiserver-authentication

kube-system/system::leader-locking-kube-controller-manager
  for user system:kube-controller-manager
  for account kube-system/kube-controller-manager
  for account kube-system/leader-election-controller
  create,get,list,update,watch coordination.k8s.io leases
  create,get,list,update,watch coordination.k8s.io leasecandidates

kube-system/system::leader-locking-kube-scheduler
  for user system:kube-scheduler
  for account kube-system/kube-scheduler
  create,get,list,update,watch coordination.k8s.io leases
  create,get,list,update,watch coordination.k8s.io leasecandidates

kube-system/system:controller:bootstrap-signer
  for account kube-system/bootstrap-signer
  get,list,watch core secrets

kube-system/system:controller:cloud-provider
  for account kube-system/cloud-provider
  create,get,list,watch core configmaps

kube-system/system:controller:token-cleaner
  for account kube-system/token-cleaner
  delete,get,list,watch core secrets
  create,patch,update core,events.k8s.io events
`;
