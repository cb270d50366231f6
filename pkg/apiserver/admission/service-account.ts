/**
 * Every Pod runs as a ServiceAccount: the named one or `default`. Its token, the cluster's CA and the namespace are
 * mounted where programs look for them, unless the Pod or the account says no.
 */
import { forbidden } from '../../api/status.ts';
import type { Pod, ServiceAccount } from '../../api/types.ts';
import type { AdmissionPlugin, Attributes } from './admission.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour and some seconds, so that kubelets renew in good time. */
const tokenSeconds = 3607;
const letters = 'bcdfghjklmnpqrstvwxz2456789';

type PodSpec = NonNullable<Pod['spec']>;

export const serviceAccountAdmission: AdmissionPlugin = {
  name: 'ServiceAccount',
  async mutate(attributes) {
    const { scope, operation, object } = attributes;
    if (operation !== 'CREATE' || scope.resource.group !== '' || scope.resource.kind !== 'Pod') return;
    const pod = object as Pod;
    // Mirrors of static Pods are the kubelet's own business.
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
    const spec = pod.spec ?? { containers: [] };
    pod.spec = spec;
    spec.serviceAccountName = spec.serviceAccountName || 'default';
    spec.serviceAccount = spec.serviceAccountName;
    const account = await accountOf(attributes, spec.serviceAccountName);
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
    const secrets = account.imagePullSecrets ?? [];
    if ((spec.imagePullSecrets ?? []).length === 0 && secrets.length > 0) spec.imagePullSecrets = [...secrets];
  },
};

async function accountOf({ scope, object }: Attributes, name: string): Promise<ServiceAccount> {
  const { core, info, resource } = scope;
  const accounts = core.registry.get('', 'serviceaccounts');
  const find = () => accounts && core.objects.get(accounts, `${info.namespace}/${name}`);
  let entry = find();
  if (entry === undefined) {
    // Another server may just have made it.
    await core.objects.refresh();
    entry = find();
  }
  if (entry !== undefined) return entry.parse();
  throw forbidden(
    resource,
    object.metadata.name ?? '',
    `error looking up service account ${info.namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

function mountToken(spec: PodSpec): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const wanting = containers.filter(
    ({ volumeMounts = [] }) => !volumeMounts.some((mount) => mount.mountPath === mountPath),
  );
  if (wanting.length === 0) return;
  const existing = spec.volumes?.find(
    ({ name, projected }) => name.startsWith('kube-api-access-') && projected !== undefined,
  );
  const name = existing?.name ?? `kube-api-access-${randomSuffix()}`;
  for (const container of wanting) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }];
  }
  if (existing === undefined) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

function tokenVolume(name: string): NonNullable<PodSpec['volumes']>[number] {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  };
}

function randomSuffix(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return Array.from(bytes, (byte) => letters.charAt(byte % letters.length)).join('');
}
