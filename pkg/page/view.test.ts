import { describe, expect, it } from '@jest/globals';
import type { Pod, Service } from '../api/types.ts';
import { pageView, type PageInputs } from './view.ts';

const web: Service = {
  metadata: { namespace: 'default', name: 'web' },
  spec: {
    type: 'ClusterIP',
    clusterIPs: ['10.96.0.9'],
    selector: { app: 'web' },
    ports: [{ port: 80, targetPort: 8080 }],
  },
};

const pod = (name: string, ready: boolean, more: object = {}): Pod => ({
  metadata: { namespace: 'default', name, uid: name, labels: { app: 'web' }, ...more },
  spec: { nodeName: 'node-0', containers: [{ name: 'c' }] },
  status: {
    podIP: '10.244.0.2',
    podIPs: [{ ip: '10.244.0.2' }],
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});

const inputs = (more: Partial<PageInputs>): PageInputs => ({
  services: [web],
  slices: [],
  pods: [],
  nodes: [{ metadata: { name: 'node-0' } }],
  doors: [],
  ...more,
});

const door = (more: object) => ({
  namespace: 'default',
  name: 'web',
  port: 80,
  protocol: 'TCP',
  listen: { host: '127.96.0.9', port: 80 },
  ...more,
});

describe('pageView', () => {
  it('says of a Service its addresses, ports and doors', () => {
    const doors = [door({}), door({ port: 443, listen: { host: '127.96.0.9', port: 443 } }), door({ name: 'other' })];
    expect(pageView(inputs({ doors })).services).toMatchObject([
      {
        name: 'web',
        type: 'ClusterIP',
        addresses: ['10.96.0.9'],
        ports: ['80→8080/TCP'],
        doors: ['http://127.96.0.9:80/', 'https://127.96.0.9:443/'],
      },
    ]);
  });

  it('tells which Pods serve, which wait and why, and which leave', () => {
    const pods = [pod('a', true), pod('b', false), pod('c', true, { deletionTimestamp: '2026-01-01T00:00:00Z' })];
    const endpoints = pods.map(({ metadata }) => ({
      addresses: ['10.244.0.2'],
      conditions: { ready: metadata.name === 'a', serving: metadata.name !== 'b', terminating: metadata.name === 'c' },
      targetRef: { kind: 'Pod', namespace: 'default', name: metadata.name ?? '', uid: metadata.uid ?? '' },
    }));
    const slice = {
      metadata: { namespace: 'default', name: 'web-x', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4' as const,
      endpoints,
      ports: [],
    };
    const [service] = pageView(inputs({ pods, slices: [slice] })).services;
    expect(service?.pods.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'serves'],
      ['b', 'waits'],
      ['c', 'leaving'],
    ]);
    expect(service?.pods[1]?.why).toContain('not ready');
  });

  it('puts Services of users before those of the system', () => {
    const named = (namespace: string, name: string): Service => ({ metadata: { namespace, name }, spec: {} });
    const services = [named('default', 'kubernetes'), named('kube-system', 'kube-dns'), named('shop', 'till')];
    expect(pageView(inputs({ services })).services.map(({ name }) => name)).toEqual(['till', 'kubernetes', 'kube-dns']);
  });

  it('counts what a page has no room for', () => {
    const services = Array.from({ length: 150 }, (_, at) => ({ ...web, metadata: { namespace: 'n', name: `s${at}` } }));
    expect(pageView(inputs({ services })).more).toBe(50);
  });
});
