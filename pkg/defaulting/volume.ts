/** Volumes of a Pod. A volume without a source is an empty directory. */
import type { Pod } from '../api/types.ts';
import { pullPolicy } from './container.ts';
import { each, fill, fillZero, inside } from './fill.ts';

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];
type Projected = NonNullable<Volume['projected']>;
type DownwardItem = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

/** 0644 */
const defaultMode = 420;
const tokenSeconds = 3600;

export function defaultVolume(volume: Volume): Volume {
  const sources = Object.keys(volume).filter((key) => key !== 'name' && volume[key as keyof Volume] !== undefined);
  if (sources.length === 0) return { ...volume, emptyDir: {} };
  let result = inside(volume, 'hostPath', (source) => fill(source, { type: '' }));
  result = inside(result, 'secret', (source) => fill(source, { defaultMode }));
  result = inside(result, 'configMap', (source) => fill(source, { defaultMode }));
  result = inside(result, 'downwardAPI', (source) =>
    inside(fill(source, { defaultMode }), 'items', (items) => each(items, defaultItem)),
  );
  result = inside(result, 'projected', defaultProjected);
  result = inside(result, 'image', (source) => fillZero(source, { pullPolicy: pullPolicy(source.reference ?? '') }));
  result = inside(result, 'ephemeral', (source) =>
    inside(source, 'volumeClaimTemplate', (template) =>
      inside(template, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' })),
    ),
  );
  return defaultNetworkDisk(result);
}

const defaultItem = (item: DownwardItem): DownwardItem =>
  inside(item, 'fieldRef', (ref) => fillZero(ref, { apiVersion: 'v1' }));

function defaultProjected(projected: Projected): Projected {
  return inside(fill(projected, { defaultMode }), 'sources', (sources) =>
    each(sources, (source) =>
      inside(
        inside(source, 'downwardAPI', (downward) => inside(downward, 'items', (items) => each(items, defaultItem))),
        'serviceAccountToken',
        (token) => fill(token, { expirationSeconds: tokenSeconds }),
      ),
    ),
  );
}

/** Storage systems of old whose defaults are part of the API. */
function defaultNetworkDisk(volume: Volume): Volume {
  let result = inside(volume, 'iscsi', (source) => fillZero(source, { iscsiInterface: 'default' }));
  result = inside(result, 'rbd', (source) =>
    fillZero(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  );
  result = inside(result, 'azureDisk', (source) =>
    fill(source, { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' }),
  );
  return inside(result, 'scaleIO', (source) => fillZero(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }));
}
