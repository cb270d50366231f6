import { describe, expect, it } from '@jest/globals';
import type { Node, Pod } from '../../pkg/api/types.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { planNode, type NodeInputs } from './plan.ts';

const now = Date.parse('2026-01-01T00:10:00Z');
const time = (agoMs: number): string => new Date(now - agoMs).toISOString();

const node = (ready: string, spec: Node['spec'] = {}): Node => ({
  metadata: { name: 'n' },
  spec,
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const pod = (name: string, tolerationSeconds?: number, ready = 'True'): Pod => ({
  metadata: { name, uid: name },
  spec: {
    containers: [],
    tolerations:
      tolerationSeconds === undefined
        ? []
        : [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds }],
  },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const unreachable = (agoMs: number): Node['spec'] => ({
  taints: [
    { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: time(agoMs) },
  ],
});

const steps = (inputs: Partial<NodeInputs> & { node: Node }) =>
  planNode(deepFreeze({ heardAt: undefined, pods: [], now, ...inputs })).steps;
const words = (inputs: Partial<NodeInputs> & { node: Node }): string[] =>
  steps(inputs).map((step) =>
    step.kind === 'requeueAfter'
      ? `look in ${step.delayMs}`
      : step.kind === 'event'
        ? ''
        : `${step.because} ${step.chain}`,
  );

describe('planNode', () => {
  it('looks again when the Lease will have been silent for 50 seconds', () => {
    expect(words({ node: node('True'), heardAt: now - 20_000 })).toEqual(['look in 30000']);
  });

  it('leaves a node without a Lease alone', () => {
    expect(words({ node: node('True'), pods: [pod('p')] })).toEqual([]);
  });

  it('declares a silent node unknown and its Pods not ready, and taints it at the next look', () => {
    const silent = { heardAt: now - 60_000, pods: [pod('p', 300), pod('q', 300, 'False')] };
    expect(words({ node: node('True'), ...silent })).toEqual(['silent n/status', 'podNotReady p/status']);
    const [taint] = steps({ node: node('Unknown'), heardAt: now - 60_000 });
    expect(taint?.kind === 'update' && (taint.object as Node).spec?.taints).toEqual([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: '2026-01-01T00:10:00Z' },
    ]);
  });

  it('deletes Pods when their patience is over', () => {
    const pods = [pod('patient', 300, 'False'), pod('plain', undefined, 'False'), pod('short', 30, 'False')];
    const silent = { node: node('Unknown', unreachable(60_000)), heardAt: now - 120_000, pods };
    expect(words(silent)).toEqual(['look in 240000', 'evicted plain/evict', 'evicted short/evict']);
  });

  it('takes its taints away, and only its own, when the node is back', () => {
    const own = { key: 'mine', effect: 'NoSchedule' };
    const back = node('True', { taints: [own, ...(unreachable(0)?.taints ?? [])] });
    const [taint] = steps({ node: back, heardAt: now - 0 });
    expect(taint?.kind === 'update' && (taint.object as Node).spec?.taints).toEqual([own]);
  });

  it('taints a cordoned node, once', () => {
    const [taint] = steps({ node: node('True', { unschedulable: true }), heardAt: now - 0 });
    const tainted = taint?.kind === 'update' ? (taint.object as Node) : node('True');
    expect(tainted.spec?.taints).toEqual([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
    expect(words({ node: tainted, heardAt: now - 0 })).toEqual(['look in 50000']);
  });
});
