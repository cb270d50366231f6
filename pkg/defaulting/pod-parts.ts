/** Subresources of a Pod that change a part of its spec: everything else comes from the stored object. */
import type { Pod } from '../api/types.ts';
import { without } from './fill.ts';
import { keepStatus } from './strategy.ts';

type Spec = NonNullable<Pod['spec']>;
type Containers = Spec['containers'];

export function prepareEphemeralUpdate(next: Pod, previous: Pod): Pod {
  const { ephemeralContainers } = next.spec ?? {};
  const spec: Spec = without(previous.spec ?? { containers: [] }, 'ephemeralContainers');
  return withSpec(next, previous, { ...spec, ...(ephemeralContainers === undefined ? {} : { ephemeralContainers }) });
}

/** Containers that came, went or moved are left as they are given, for validation to refuse. */
export function prepareResize(next: Pod, previous: Pod): Pod {
  const after: Spec = next.spec ?? { containers: [] };
  const before: Spec = previous.spec ?? { containers: [] };
  const { containers, initContainers = [], resources } = after;
  if (containers.length !== before.containers.length) return next;
  if (initContainers.length !== (before.initContainers ?? []).length) return next;
  const spec: Spec = without(before, 'resources');
  return withSpec(next, previous, {
    ...spec,
    ...(resources === undefined ? {} : { resources }),
    containers: resized(containers, before.containers),
    ...(initContainers.length === 0 ? {} : { initContainers: resized(initContainers, before.initContainers ?? []) }),
  });
}

function resized(now: Containers, then: Containers): Containers {
  if (now.some(({ name }, index) => name !== then[index]?.name)) return now;
  return then.map((container, index) => {
    const { resources, resizePolicy } = now[index] ?? {};
    return {
      ...without(container, 'resources', 'resizePolicy'),
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    };
  });
}

/** Of the metadata only the resource version and the field managers come from the request. */
function withSpec(next: Pod, previous: Pod, spec: Spec): Pod {
  const { resourceVersion, managedFields } = next.metadata;
  const metadata = {
    ...without(previous.metadata, 'managedFields'),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  return { ...keepStatus(next, previous), metadata, spec };
}
