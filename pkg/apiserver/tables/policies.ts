/** Rows of networking, storage, access and scaling kinds. */
import type { KubeObject } from '../../api/types.ts';
import type { TableColumns } from '../registry/resource.ts';
import { age } from './age.ts';
import { ageColumn, column, nameColumn } from './default-columns.ts';
import { formatSelector, isDefault } from './labels.ts';
import { at, count, list, scalar, strings, text, type Json } from './read.ts';

const born = ({ metadata }: KubeObject, now: number): string => age(metadata.creationTimestamp, now);

export const ingressColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Class', 'Which controller serves it.'),
    column('Hosts', 'Host names it answers to.'),
    column('Address', 'Where it is reached.'),
    column('Ports', '443 beside 80 when it has certificates.'),
    ageColumn,
  ],
  cells: (ingress, now) => [
    ingress.metadata.name,
    text(ingress, ['spec', 'ingressClassName'], '<none>'),
    hosts(ingress),
    [
      ...new Set(
        list(ingress, 'status', 'loadBalancer', 'ingress')
          .map(addressOf)
          .filter((found) => found !== ''),
      ),
    ]
      .sort()
      .join(','),
    list(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    born(ingress, now),
  ],
};

const addressOf = (ingress: Json): string => text(ingress, ['ip'], text(ingress, ['hostname']));

function hosts(ingress: KubeObject): string {
  const rules = list(ingress, 'spec', 'rules');
  const shown: string[] = [];
  let more = false;
  for (const rule of rules) {
    if (shown.length === 3) more = true;
    const host = text(rule, ['host']);
    if (!more && host !== '') shown.push(host);
  }
  if (shown.length === 0) return '*';
  return more ? `${shown.join(',')} + ${rules.length - 3} more...` : shown.join(',');
}

export const ingressClassColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Controller', 'Who serves Ingresses of this class.'),
    column('Parameters', 'Where its settings are.'),
    ageColumn,
  ],
  cells(object, now) {
    const parameters = at(object, 'spec', 'parameters');
    const group = text(parameters, ['apiGroup']);
    const kind = text(parameters, ['kind']) + (group === '' ? '' : `.${group}`);
    return [
      defaultMarked(object, ['ingressclass.kubernetes.io/is-default-class']),
      text(object, ['spec', 'controller']),
      parameters === undefined ? '<none>' : `${kind}/${text(parameters, ['name'])}`,
      born(object, now),
    ];
  },
};

const defaultMarked = (object: KubeObject, annotations: readonly string[]): string =>
  `${object.metadata.name}${isDefault(object, annotations) ? ' (default)' : ''}`;

export const networkPolicyColumns: TableColumns = {
  columns: [nameColumn, column('Pod-Selector', 'Which Pods it governs.'), ageColumn],
  cells: (policy, now) => [
    policy.metadata.name,
    formatSelector(at(policy, 'spec', 'podSelector') ?? {}),
    born(policy, now),
  ],
};

export const storageClassColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Provisioner', 'Who makes the volumes.'),
    column('ReclaimPolicy', 'What happens to a volume that is let go.'),
    column('VolumeBindingMode', 'When a claim gets its volume.'),
    column('AllowVolumeExpansion', 'Whether volumes can grow.'),
    ageColumn,
  ],
  cells: (object, now) => [
    defaultMarked(object, [
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ]),
    text(object, ['provisioner']),
    text(object, ['reclaimPolicy'], 'Delete'),
    text(object, ['volumeBindingMode'], 'Immediate'),
    at(object, 'allowVolumeExpansion') === true,
    born(object, now),
  ],
};

const accessModes = new Map([
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]);

/** In upstream's fixed order, each once. */
function modes(object: unknown, ...path: readonly string[]): string {
  const given = new Set(strings(object, ...path));
  return [...accessModes].flatMap(([mode, short]) => (given.has(mode) ? [short] : [])).join(',');
}

const phase = (object: KubeObject): string =>
  object.metadata.deletionTimestamp === undefined ? text(object, ['status', 'phase']) : 'Terminating';

export const volumeColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Capacity', 'Its size.'),
    column('Access Modes', 'How it can be mounted.'),
    column('Reclaim Policy', 'What happens when it is let go.'),
    column('Status', 'Available, Bound, Released or Failed.'),
    column('Claim', 'Who has it.'),
    column('StorageClass', 'Its class.'),
    column('VolumeAttributesClass', 'Its attributes.'),
    column('Reason', 'Why it is in this status.'),
    ageColumn,
    column('VolumeMode', 'File system or block device.', 1),
  ],
  cells(volume, now) {
    const claim = at(volume, 'spec', 'claimRef');
    return [
      volume.metadata.name,
      text(volume, ['spec', 'capacity', 'storage'], '0'),
      modes(volume, 'spec', 'accessModes'),
      text(volume, ['spec', 'persistentVolumeReclaimPolicy']),
      phase(volume),
      claim === undefined ? '' : `${text(claim, ['namespace'])}/${text(claim, ['name'])}`,
      text(volume, ['spec', 'storageClassName']),
      text(volume, ['spec', 'volumeAttributesClassName'], '<unset>'),
      text(volume, ['status', 'reason']),
      born(volume, now),
      text(volume, ['spec', 'volumeMode'], '<unset>'),
    ];
  },
};

export const volumeClaimColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Status', 'Pending, Bound or Lost.'),
    column('Volume', 'The volume it got.'),
    column('Capacity', 'How large that is.'),
    column('Access Modes', 'How it can be mounted.'),
    column('StorageClass', 'The class it asks for.'),
    column('VolumeAttributesClass', 'The attributes it asks for.'),
    ageColumn,
    column('VolumeMode', 'File system or block device.', 1),
  ],
  cells(claim, now) {
    const volume = text(claim, ['spec', 'volumeName']);
    const bound = volume !== '';
    return [
      claim.metadata.name,
      phase(claim),
      volume,
      bound ? text(claim, ['status', 'capacity', 'storage'], '0') : '',
      bound ? modes(claim, 'status', 'accessModes') : '',
      text(claim, ['spec', 'storageClassName']),
      text(claim, ['spec', 'volumeAttributesClassName'], '<unset>'),
      born(claim, now),
      text(claim, ['spec', 'volumeMode'], '<unset>'),
    ];
  },
};

export const roleBindingColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Role', 'What is granted.'),
    ageColumn,
    column('Users', 'To which users.', 1),
    column('Groups', 'To which groups.', 1),
    column('ServiceAccounts', 'To which service accounts.', 1),
  ],
  cells(binding, now) {
    const subjects = list(binding, 'subjects');
    const of = (kind: string, show = (subject: Json): string => text(subject, ['name'])): string =>
      subjects
        .filter((subject) => subject['kind'] === kind)
        .map(show)
        .join(', ');
    return [
      binding.metadata.name,
      `${text(binding, ['roleRef', 'kind'])}/${text(binding, ['roleRef', 'name'])}`,
      born(binding, now),
      of('User'),
      of('Group'),
      of('ServiceAccount', (subject) => `${text(subject, ['namespace'])}/${text(subject, ['name'])}`),
    ];
  },
};

export const autoscalerColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Reference', 'What it scales.'),
    column('Targets', 'Current and wanted values.'),
    column('MinPods', 'Fewest replicas.'),
    column('MaxPods', 'Most replicas.'),
    column('Replicas', 'Replicas now.'),
    ageColumn,
  ],
  cells: (scaler, now) => [
    scaler.metadata.name,
    `${text(scaler, ['spec', 'scaleTargetRef', 'kind'])}/${text(scaler, ['spec', 'scaleTargetRef', 'name'])}`,
    targets(scaler),
    scalar(scaler, ['spec', 'minReplicas'], '<unset>'),
    count(scaler, 'spec', 'maxReplicas'),
    count(scaler, 'status', 'currentReplicas'),
    born(scaler, now),
  ],
};

/** `cpu: 12%/80%`, the first two metrics. */
function targets(scaler: KubeObject): string {
  const metrics = list(scaler, 'spec', 'metrics');
  if (metrics.length === 0) return '<none>';
  const current = list(scaler, 'status', 'currentMetrics');
  const shown = metrics.slice(0, 2).map((metric, index) => target(metric, current[index]));
  return metrics.length > 2 ? `${shown.join(', ')} + ${metrics.length - 2} more...` : shown.join(', ');
}

function target(metric: Json, status: Json | undefined): string {
  const type = text(metric, ['type']);
  const part = type.charAt(0).toLowerCase() + type.slice(1);
  const wanted = at(metric, part, 'target');
  const now = at(status, part, 'current');
  if (type === 'Resource' || type === 'ContainerResource') {
    const name = text(metric, [part, 'name']);
    const average = text(wanted, ['averageValue']);
    if (average !== '') return `${name}: ${text(now, ['averageValue'], '<unknown>')}/${average}`;
    return `${name}: ${percent(now, '<unknown>')}/${percent(wanted, '<auto>')}`;
  }
  const average = text(wanted, ['averageValue']);
  if (type === 'Pods') return `${text(now, ['averageValue'], '<unknown>')}/${average}`;
  if (average !== '') return `${text(now, ['averageValue'], '<unknown>')}/${average} (avg)`;
  return type === 'Object' || type === 'External'
    ? `${text(now, ['value'], '<unknown>')}/${text(wanted, ['value'])}`
    : '<unknown type>';
}

function percent(value: unknown, fallback: string): string {
  const found = at(value, 'averageUtilization');
  return typeof found === 'number' ? `${found}%` : fallback;
}

export const webhookColumns: TableColumns = {
  columns: [nameColumn, { ...column('Webhooks', 'How many there are.'), type: 'integer' }, ageColumn],
  cells: (object, now) => [object.metadata.name, list(object, 'webhooks').length, born(object, now)],
};
