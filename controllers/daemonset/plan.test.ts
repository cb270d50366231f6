import { describe, expect, it } from '@jest/globals';
import { daemonSets } from '../../pkg/api/resources.ts';
import type { DaemonSet, Node, Pod } from '../../pkg/api/types.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { controllerReference, templateHash } from '../../pkg/workloads/index.ts';
import { planDaemonSet } from './plan.ts';

const now = Date.parse('2026-01-01T00:01:00Z');

const daemonSet = (spec: object = {}): DaemonSet => ({
  metadata: { name: 'ds', namespace: 'ns', uid: 'owner' },
  spec: {
    selector: { matchLabels: { app: 'x' } },
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [] } },
    ...spec,
  },
});
const node = (name: string, spec: Node['spec'] = {}): Node => ({ metadata: { name }, spec });

interface PodStory {
  readonly name: string;
  readonly on: string;
  readonly ready?: boolean;
  readonly old?: boolean;
  readonly deleting?: boolean;
}
const pod = (owner: DaemonSet, { name, on, ready = true, old = false, deleting = false }: PodStory): Pod => ({
  metadata: {
    name,
    namespace: 'ns',
    uid: name,
    labels: { app: 'x', 'controller-revision-hash': old ? 'old' : templateHash(owner.spec?.template) },
    ownerReferences: [controllerReference(daemonSets, owner)],
    ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:30Z' } : {}),
  },
  spec: { containers: [], nodeName: on },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const words = (owner: DaemonSet, nodes: readonly Node[], stories: readonly PodStory[]): string[] =>
  planDaemonSet({
    owner: deepFreeze(owner),
    children: deepFreeze(stories.map((one) => pod(owner, one))),
    nodes: deepFreeze(nodes),
    now,
  })
    .steps.filter((step) => step.kind === 'create' || step.kind === 'delete')
    .map(({ kind, chain, because }) => `${kind} ${chain} ${because}`);

describe('planDaemonSet', () => {
  it('wants one Pod on each node, and none elsewhere', () => {
    const stories = [
      { name: 'p', on: 'a' },
      { name: 'q', on: 'a' },
      { name: 'r', on: 'gone' },
    ];
    expect(words(daemonSet(), [node('b'), node('a')], stories)).toEqual([
      'delete q doubled',
      'delete r notWanted',
      'create b missing',
    ]);
  });

  it('waits for the end of a Pod before it makes the next on that node', () => {
    expect(words(daemonSet(), [node('a')], [{ name: 'p', on: 'a', deleting: true }])).toEqual([]);
  });

  it('stays off tainted nodes, but sits out the troubles of a node', () => {
    const nodes = [
      node('tainted', { taints: [{ key: 'own', effect: 'NoSchedule' }] }),
      node('cordoned', { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }),
      node('new', { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] }),
    ];
    expect(words(daemonSet(), nodes, [])).toEqual(['create cordoned missing', 'create new missing']);
  });

  it('updates one at a time, what is not ready first', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name));
    const old = nodes.map(({ metadata }) => ({ name: `p-${metadata.name}`, on: metadata.name ?? '', old: true }));
    expect(words(daemonSet(), nodes, old)).toEqual(['delete p-a outdated']);
    const [first, second, third] = old as [PodStory, PodStory, PodStory];
    expect(words(daemonSet(), nodes, [first, { ...second, ready: false }, third])).toEqual(['delete p-b outdated']);
    expect(words(daemonSet(), nodes, [{ ...first, old: false, ready: false }, second, third])).toEqual([]);
    expect(words(daemonSet({ updateStrategy: { type: 'OnDelete' } }), nodes, old)).toEqual([]);
  });
});
