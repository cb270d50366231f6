/** A Service, a Node that no kubelet stands behind, and Pods on it. */

const pod = (name: string, app: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app } },
  spec: {
    ...spec,
    nodeName: 'by-hand',
    containers: [{ name: 'web', image: 'example.com/web', ports: [{ containerPort: 8080 }] }],
  },
});

export const gate = 'example.com/balancer';

export const manifest = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'by-hand' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    },
    pod('ready', 'web'),
    pod('unready', 'web'),
    pod('gated', 'web', { readinessGates: [{ conditionType: gate }] }),
    pod('near', 'wep'),
  ],
});

export interface Conditions {
  readonly ready: boolean;
  readonly because?: string;
  readonly containersReady?: boolean;
  readonly gate?: boolean;
}

/** What a kubelet would say. */
export function statusOf(ip: string, { ready, because, containersReady = ready, gate: passed }: Conditions): object {
  const condition = (type: string, holds: boolean): object => ({ type, status: holds ? 'True' : 'False' });
  return {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [
      { ...condition('Ready', ready), message: because ?? '' },
      condition('ContainersReady', containersReady),
      ...(passed === undefined ? [] : [condition(gate, passed)]),
    ],
  };
}
