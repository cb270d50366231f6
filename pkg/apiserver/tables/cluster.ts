/** Rows of what a cluster is made of: Namespace, Node, Event, ConfigMap, Secret, ServiceAccount, Lease, quota. */
import type { KubeObject } from '../../api/types.ts';
import type { TableColumns } from '../registry/resource.ts';
import { age } from './age.ts';
import { ageColumn, column, nameColumn } from './default-columns.ts';
import { at, count, keyCount, list, text } from './read.ts';

export const namespaceColumns: TableColumns = {
  columns: [nameColumn, column('Status', 'Active, or on its way out.'), ageColumn],
  cells: (namespace, now) => [
    namespace.metadata.name,
    text(namespace, ['status', 'phase']),
    age(namespace.metadata.creationTimestamp, now),
  ],
};

export const nodeColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Status', 'Whether the node takes Pods.'),
    column('Roles', 'Roles given by labels.'),
    ageColumn,
    column('Version', 'Version of its kubelet.'),
    column('Internal-IP', 'Address inside the cluster.', 1),
    column('External-IP', 'Address outside the cluster.', 1),
    column('OS-Image', 'Operating system.', 1),
    column('Kernel-Version', 'Kernel and architecture.', 1),
    column('Container-Runtime', 'What runs the containers.', 1),
  ],
  cells(node, now) {
    const info = at(node, 'status', 'nodeInfo');
    const architecture = text(info, ['architecture']);
    return [
      node.metadata.name,
      nodeStatus(node),
      roles(node),
      age(node.metadata.creationTimestamp, now),
      text(info, ['kubeletVersion']),
      addressOf(node, 'InternalIP'),
      addressOf(node, 'ExternalIP'),
      text(info, ['osImage'], '<unknown>'),
      text(info, ['kernelVersion'], '<unknown>') + (architecture === '' ? '' : ` (${architecture})`),
      text(info, ['containerRuntimeVersion'], '<unknown>'),
    ];
  },
};

function nodeStatus(node: KubeObject): string {
  const ready = list(node, 'status', 'conditions').findLast(({ type }) => type === 'Ready');
  const status = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

const rolePrefix = 'node-role.kubernetes.io/';

function roles(node: KubeObject): string {
  const found = Object.entries(node.metadata.labels ?? {}).flatMap(([label, value]) => {
    if (label.startsWith(rolePrefix)) return [label.slice(rolePrefix.length)];
    return label === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  const names = [...new Set(found.filter((role) => role !== ''))].sort();
  return names.length === 0 ? '<none>' : names.join(',');
}

function addressOf(node: KubeObject, type: string): string {
  const found = list(node, 'status', 'addresses').find((address) => address['type'] === type);
  return text(found, ['address'], '<none>');
}

export const eventColumns: TableColumns = {
  columns: [
    column('Last Seen', 'When it happened last.'),
    column('Type', 'Normal or Warning.'),
    column('Reason', 'What happened, in one word.'),
    column('Object', 'What it happened to.'),
    column('Subobject', 'Which part of it.', 1),
    column('Source', 'Who says so.', 1),
    column('Message', 'What happened, in a sentence.'),
    column('First Seen', 'When it happened first.', 1),
    column('Count', 'How often.', 1),
    column('Name', nameColumn.description, 1, 'name'),
  ],
  cells(event, now) {
    // Both groups of Event come here, each with its own names for the same things.
    const first = age(
      either(event, ['firstTimestamp'], ['deprecatedFirstTimestamp']) || text(event, ['eventTime']),
      now,
    );
    const lastTimestamp = either(event, ['lastTimestamp'], ['deprecatedLastTimestamp']);
    const series = at(event, 'series');
    const last =
      series !== undefined
        ? age(text(series, ['lastObservedTime']), now)
        : lastTimestamp === ''
          ? first
          : age(lastTimestamp, now);
    const about = at(event, 'involvedObject') ?? at(event, 'regarding');
    const name = text(about, ['name']);
    const kind = text(about, ['kind']).toLowerCase();
    const times =
      series !== undefined ? count(series, 'count') : count(event, 'count') || count(event, 'deprecatedCount') || 1;
    return [
      last,
      text(event, ['type']),
      text(event, ['reason']),
      name === '' ? kind : `${kind}/${name}`,
      text(about, ['fieldPath']),
      source(event),
      either(event, ['message'], ['note']).trim(),
      first,
      times,
      event.metadata.name,
    ];
  },
};

const either = (object: unknown, one: readonly string[], other: readonly string[]): string =>
  text(object, one, text(object, other));

function source(event: KubeObject): string {
  const origin = at(event, 'source') ?? at(event, 'deprecatedSource');
  const component = text(origin, ['component'], either(event, ['reportingComponent'], ['reportingController']));
  const instance = text(origin, ['host'], text(event, ['reportingInstance']));
  return instance === '' ? component : `${component}, ${instance}`;
}

export const configMapColumns: TableColumns = {
  columns: [nameColumn, column('Data', 'Number of entries.'), ageColumn],
  cells: (map, now) => [
    map.metadata.name,
    keyCount(map, 'data') + keyCount(map, 'binaryData'),
    age(map.metadata.creationTimestamp, now),
  ],
};

export const secretColumns: TableColumns = {
  columns: [nameColumn, column('Type', 'What the entries mean.'), column('Data', 'Number of entries.'), ageColumn],
  cells: (secret, now) => [
    secret.metadata.name,
    text(secret, ['type']),
    keyCount(secret, 'data'),
    age(secret.metadata.creationTimestamp, now),
  ],
};

export const serviceAccountColumns: TableColumns = {
  columns: [nameColumn, ageColumn],
  cells: ({ metadata }, now) => [metadata.name, age(metadata.creationTimestamp, now)],
};

export const leaseColumns: TableColumns = {
  columns: [nameColumn, column('Holder', 'Who holds it.'), ageColumn],
  cells: (lease, now) => [
    lease.metadata.name,
    text(lease, ['spec', 'holderIdentity']),
    age(lease.metadata.creationTimestamp, now),
  ],
};

export const resourceQuotaColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Request', 'Used and allowed, of requests.'),
    column('Limit', 'Used and allowed, of limits.'),
    ageColumn,
  ],
  cells(quota, now) {
    const hard = (at(quota, 'status', 'hard') ?? {}) as Record<string, string>;
    const shown = Object.keys(hard)
      .sort()
      .map((name) => ({
        isLimit: name.startsWith('limits.'),
        line: `${name}: ${text(quota, ['status', 'used', name], '0')}/${hard[name]}`,
      }));
    const join = (wanted: boolean): string =>
      shown
        .filter(({ isLimit }) => isLimit === wanted)
        .map(({ line }) => line)
        .join(', ');
    return [quota.metadata.name, join(false), join(true), age(quota.metadata.creationTimestamp, now)];
  },
};

export const priorityClassColumns: TableColumns = {
  columns: [
    nameColumn,
    { ...column('Value', 'Higher goes first.'), type: 'integer' },
    { ...column('Global-Default', 'Used by Pods that name no class.'), type: 'boolean' },
    ageColumn,
    column('PreemptionPolicy', 'Whether it pushes others out.'),
  ],
  cells: (priority, now) => [
    priority.metadata.name,
    count(priority, 'value'),
    at(priority, 'globalDefault') === true,
    age(priority.metadata.creationTimestamp, now),
    text(priority, ['preemptionPolicy']),
  ],
};
