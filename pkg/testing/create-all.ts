import { isStatusError } from '../api/status.ts';
import type { KubeObject } from '../api/types.ts';
import type { Registry } from '../apiserver/registry/registry.ts';
import type { Client } from '../client/index.ts';

/** Creates objects of any kind, one after the other, status included where the kind has one. */
export async function createAll(registry: Registry, client: Client, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    const { apiVersion = 'v1', kind = '' } = object;
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
    const resource = registry.byKind(group ?? '', kind);
    if (resource === undefined) throw new Error(`no kind ${kind} in ${apiVersion}`);
    const type = { ...resource, version: version ?? '' };
    const namespaced = { ...object, metadata: { namespace: 'default', ...object.metadata } };
    const created = await create(client, type, resource.namespaced ? namespaced : object);
    const hasStatus = resource.versions.some(({ subresources }) => subresources.some(({ name }) => name === 'status'));
    if (object['status'] === undefined || !hasStatus) continue;
    await client.update(type, { ...created, status: object['status'] }, { subresource: 'status' });
  }
}

/** A namespace whose account is still being made refuses Pods for a moment; that moment is waited for. */
async function create(client: Client, type: Parameters<Client['create']>[0], object: KubeObject): Promise<KubeObject> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await client.create(type, object);
    } catch (error) {
      const accountMissing = isStatusError(error, 'Forbidden') && error.message.includes('service account');
      if (!accountMissing || turn > 1000) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
