import { describe, expect, it } from '@jest/globals';
import type { Node, Pod } from '../api/types.ts';
import { chooseNode, type Candidate } from './choose-node.ts';

interface NodeStory {
  readonly labels?: Record<string, string>;
  readonly spec?: Node['spec'];
  readonly pods?: number;
  readonly room?: string;
}

const candidate = (name: string, { labels = {}, spec = {}, pods = 0, room }: NodeStory = {}): Candidate => ({
  node: { metadata: { name, labels }, spec, status: room === undefined ? {} : { allocatable: { pods: room } } },
  pods,
});
const pod = (spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  metadata: {},
  spec: { containers: [], ...spec },
});
const affinity = (term: object) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
});
const chosen = (spec: Parameters<typeof pod>[0], candidates: readonly Candidate[]): string => {
  const choice = chooseNode(pod(spec), candidates);
  return choice.kind === 'bind' ? choice.node : choice.message;
};

describe('chooseNode', () => {
  it('takes the node with the fewest Pods, the first by name among equals, in any order', () => {
    const nodes = [candidate('c', { pods: 1 }), candidate('b', { pods: 1 }), candidate('a', { pods: 2 })];
    expect(chosen({}, nodes)).toBe('b');
    expect(chosen({}, nodes.toReversed())).toBe('b');
  });

  it.each([
    ['nodeSelector', { nodeSelector: { disk: 'ssd' } }],
    ['In', affinity({ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }] })],
    ['Exists', affinity({ matchExpressions: [{ key: 'disk', operator: 'Exists' }] })],
    ['the name', affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] })],
  ])('follows %s', (_, spec) => {
    expect(chosen(spec, [candidate('a'), candidate('b', { labels: { disk: 'ssd' }, pods: 9 })])).toBe('b');
  });

  it('is not led by what every object inherits', () => {
    expect(chosen({ nodeSelector: { constructor: 'x' } }, [candidate('a')])).toMatch(/didn't match/);
    expect(chosen(affinity({ matchExpressions: [{ key: 'toString', operator: 'Exists' }] }), [candidate('a')])).toMatch(
      /didn't match/,
    );
  });

  it('respects taints unless they are tolerated', () => {
    const tainted = candidate('a', { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } });
    expect(chosen({}, [tainted])).toBe('0/1 nodes are available: 1 node(s) had untolerated taint {k: v}.');
    expect(chosen({ tolerations: [{ key: 'k', operator: 'Equal', value: 'v' }] }, [tainted])).toBe('a');
    expect(chosen({ tolerations: [{ operator: 'Exists' }] }, [tainted])).toBe('a');
    expect(chosen({ tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }] }, [tainted])).toMatch('0/1');
    const soft = candidate('s', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } });
    expect(chosen({}, [soft])).toBe('s');
  });

  it('counts its reasons', () => {
    const nodes = [
      candidate('a', { spec: { unschedulable: true } }),
      candidate('b', { room: '2', pods: 2 }),
      candidate('c', { room: '1', pods: 1 }),
    ];
    expect(chosen({}, nodes)).toBe('0/3 nodes are available: 1 node(s) were unschedulable, 2 Too many pods.');
    expect(chosen({}, [])).toBe('no nodes available to schedule pods');
  });
});
