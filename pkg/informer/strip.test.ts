import { describe, expect, it } from '@jest/globals';
import type { KubeObject, Node, Pod } from '../api/types.ts';
import { nodeStripper, podStripper, stripManagedFields } from './strip.ts';

const pod = (): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-1',
    namespace: 'default',
    uid: 'u1',
    resourceVersion: '7',
    labels: JSON.parse('{"app":"web","__proto__":"kept"}') as Record<string, string>,
    annotations: { big: 'x'.repeat(1000) },
    managedFields: [{ manager: 'kubelet' }],
    creationTimestamp: '2026-01-01T00:00:00Z',
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'r', controller: true },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'c' },
    ],
  },
  spec: {
    nodeName: 'n1',
    hostname: 'h',
    subdomain: 's',
    hostNetwork: true,
    restartPolicy: 'Always',
    serviceAccountName: 'dropped',
    containers: [
      { name: 'c', image: 'dropped', ports: [{ name: 'http', containerPort: 80, protocol: 'TCP', hostPort: 8080 }] },
    ],
    initContainers: [{ name: 'side', image: 'dropped', restartPolicy: 'Always' }],
    volumes: [{ name: 'dropped' }],
  },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    hostIP: 'dropped',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  },
});

describe('podStripper', () => {
  it('IN40 keeps what the Service suite reads and nothing else', () => {
    expect(podStripper()(pod())).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web-1',
        namespace: 'default',
        uid: 'u1',
        resourceVersion: '7',
        labels: pod().metadata.labels,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'r', controller: true }],
      },
      spec: {
        nodeName: 'n1',
        hostname: 'h',
        subdomain: 's',
        hostNetwork: true,
        restartPolicy: 'Always',
        containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }] }],
        initContainers: [{ name: 'side', restartPolicy: 'Always' }],
      },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        podIPs: [{ ip: '10.0.0.1' }],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
    expect(Object.keys(podStripper()(pod()).metadata.labels ?? {})).toEqual(['app', '__proto__']);
  });

  it('IN40 changes nothing the second time, and copes with a Pod that has nothing', () => {
    const strip = podStripper();
    const once = JSON.stringify(strip(pod()));
    expect(JSON.stringify(strip(JSON.parse(once) as Pod))).toBe(once);
    expect(strip({ metadata: { name: 'p' } })).toEqual({
      metadata: { name: 'p' },
      spec: { containers: [] },
      status: {},
    });
  });
});

describe('nodeStripper', () => {
  it('IN40 keeps labels, cpu, readiness, addresses and the unschedulable mark', () => {
    const node = {
      metadata: { name: 'n1', labels: { zone: 'a' }, annotations: { dropped: '1' } },
      spec: { unschedulable: true, podCIDR: 'dropped' },
      status: {
        allocatable: { cpu: '4', memory: 'dropped' },
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        conditions: [
          { type: 'Ready', status: 'True', reason: 'dropped' },
          { type: 'DiskPressure', status: 'False' },
        ],
        images: [],
      },
    } as unknown as Node;
    expect(nodeStripper()(node)).toEqual({
      metadata: { name: 'n1', labels: { zone: 'a' } },
      spec: { unschedulable: true },
      status: {
        allocatable: { cpu: '4' },
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
  });
});

describe('stripManagedFields', () => {
  it('CX5 keeps the newest manager and its time', () => {
    const object = {
      metadata: {
        name: 's',
        managedFields: [
          { manager: 'a', operation: 'Update', time: '2026-01-02T00:00:00Z', fieldsV1: { big: true } },
          { manager: 'b', operation: 'Update', time: '2026-01-03T00:00:00Z', fieldsV1: { big: true } },
          { manager: 'c', time: '2026-01-01T00:00:00Z' },
        ],
      },
      spec: { kept: true },
    } as KubeObject;
    const expected = {
      metadata: { name: 's', managedFields: [{ manager: 'b', operation: 'Update', time: '2026-01-03T00:00:00Z' }] },
      spec: { kept: true },
    };
    expect(stripManagedFields(object)).toEqual(expected);
    expect(stripManagedFields(object)).toEqual(expected);
    expect(stripManagedFields({ metadata: { name: 'x', managedFields: [] } })).toEqual({
      metadata: { name: 'x' },
    });
  });
});
