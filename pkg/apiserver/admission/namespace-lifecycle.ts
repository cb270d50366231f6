/** P22, D16: objects live only in namespaces that exist and are not on their way out. */
import { forbidden, notFound } from '../../api/status.ts';
import type { AdmissionPlugin } from './admission.ts';

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  async mutate({ scope, operation, object }) {
    const { resource, core, info } = scope;
    if (resource.group === '' && resource.kind === 'Namespace') {
      if (operation === 'DELETE' && immortal.has(info.name)) {
        throw forbidden(resource, info.name, 'this namespace may not be deleted');
      }
      return;
    }
    if (operation !== 'CREATE' || !resource.namespaced) return;
    const namespaces = core.registry.get('', 'namespaces');
    let namespace = namespaces && core.objects.get(namespaces, info.namespace);
    if (namespace === undefined && namespaces !== undefined) {
      // Another server may just have made it.
      await core.objects.refresh();
      namespace = core.objects.get(namespaces, info.namespace);
    }
    if (namespace === undefined) throw notFound({ group: '', resource: 'namespaces' }, info.namespace);
    // Looked for in the text first: almost every namespace is alive, and this runs on every creation.
    if (!namespace.json.includes('"deletionTimestamp":"')) return;
    if (namespace.parse().metadata.deletionTimestamp === undefined) return;
    throw forbidden(
      resource,
      object.metadata.name ?? '',
      `unable to create new content in namespace ${info.namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${info.namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    );
  },
};
