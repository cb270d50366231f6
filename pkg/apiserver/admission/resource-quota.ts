/** A write that would use more than its namespace may is refused; any other is charged before it is stored (B183). */
import { schemaOf } from '../../api/schema/index.ts';
import { conflict, forbidden } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import type { ResourceQuota } from '../../api/workloads.ts';
import { updateManagedFields } from '../../patch/index.ts';
import { checkQuotas, isCharged, type QuotaRequest } from '../quota/check.ts';
import { isCounted } from '../quota/usage.ts';
import { keyOf } from '../registry/object-store.ts';
import { timestamp } from '../resources/scope.ts';
import type { Entry } from '../watchcache/entry.ts';
import type { AdmissionPlugin, Attributes } from './admission.ts';

const attempts = 16;

export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  async validate(attributes) {
    const { scope, operation, object, previous } = attributes;
    const { core, resource, subresource } = scope;
    const namespace = object.metadata.namespace ?? '';
    if (operation === 'DELETE' || namespace === '' || !core.quotas.has(namespace) || !isCounted(resource)) return;
    const request: QuotaRequest = {
      counted: resource,
      subresource: subresource?.name ?? '',
      object,
      ...(operation === 'UPDATE' && previous !== undefined ? { previous } : {}),
      now: core.clock.now(),
    };
    if (!isCharged(request)) return;
    await core.quotas.inTurn(namespace, () => chargeAll(attributes, namespace, request));
  },
};

/** Quotas that somebody else has changed meanwhile are looked at again, the others are charged already. */
async function chargeAll({ scope, dryRun }: Attributes, namespace: string, request: QuotaRequest): Promise<void> {
  const { core, resource } = scope;
  const name = request.object.metadata.name ?? '';
  let charged = new Set<string>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const entries = core.quotas.in(namespace).filter(({ key }) => !charged.has(key));
    const quotas = new Map(entries.map((entry): [ResourceQuota, Entry] => [entry.parse(), entry]));
    const verdict = checkQuotas([...quotas.keys()], request);
    if ('refusal' in verdict) throw forbidden(resource, name, verdict.refusal);
    if (dryRun || verdict.changed.length === 0) return;
    const failed = new Set<string>();
    for (const quota of verdict.changed) {
      const entry = entries.find(({ key }) => key === `${namespace}/${quota.metadata.name}`);
      if (entry !== undefined && !(await store(scope, entry, quota))) failed.add(entry.key);
    }
    if (request.previous === undefined) {
      const { object, now: at } = request;
      core.quotas.expect(namespace, { resource, key: keyOf(resource, namespace, name), object, at });
    }
    if (failed.size === 0) return;
    charged = new Set([...charged, ...entries.map(({ key }) => key).filter((key) => !failed.has(key))]);
    await core.objects.refresh();
  }
  throw conflict(resource, name, 'the quotas of its namespace change too quickly; please try again');
}

async function store({ core }: Attributes['scope'], entry: Entry, quota: ResourceQuota): Promise<boolean> {
  const schema = schemaOf('', 'v1', 'ResourceQuota');
  if (schema === undefined) throw new Error('no schema for ResourceQuota');
  const recorded = updateManagedFields({
    type: schema,
    liveObject: entry.parse(),
    newObject: quota,
    manager: 'kube-apiserver',
    apiVersion: 'v1',
    now: timestamp(core.clock.now()),
    subresource: 'status',
  }) as KubeObject;
  const { ok } = await core.objects.replace(core.quotas.resource, entry, recorded);
  return ok;
}
