import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../api/types.ts';
import { imageTag } from './image-tag.ts';
import { withLabelKeys } from './label-keys.ts';
import { podQos } from '../validation/core/pod/qos.ts';
import { preparePodForCreate, preparePodStatusUpdate } from './pod-strategy.ts';
import { defaultPod } from './pod.ts';

type Spec = Partial<NonNullable<Pod['spec']>>;
type Amounts = Record<string, string>;

const pod = (spec: Spec = {}): Pod => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const asking = (...containers: { limits?: Amounts; requests?: Amounts }[]): Spec => ({
  containers: containers.map((resources, index) => ({ name: `c${index}`, image: 'i', resources })),
});

describe('image references', () => {
  it.each([
    ['nginx', 'latest'],
    ['nginx:1.27', '1.27'],
    ['nginx:latest', 'latest'],
    ['r.io:5000/a/b', 'latest'],
    ['r.io:5000/a/b:v1', 'v1'],
    ['localhost/a', 'latest'],
    ['a__b/c-d.e', 'latest'],
    [`nginx@sha256:${'a'.repeat(64)}`, ''],
    [`nginx:v1@sha256:${'a'.repeat(64)}`, 'v1'],
    ['', ''],
    ['UPPER', ''],
    ['a:', ''],
    [':b', ''],
    ['a@b@c', ''],
    ['a b', ''],
    ['a'.repeat(64), ''],
  ])('%s has tag %j', (image, tag) => {
    expect(imageTag(image)).toBe(tag);
  });
});

describe('a Pod', () => {
  it('pulls a moving tag every time', () => {
    const policies = ['a', 'a:v1'].map(
      (image) => defaultPod(pod({ containers: [{ name: 'c', image }] })).spec?.containers[0]?.imagePullPolicy,
    );
    expect(policies).toEqual(['Always', 'IfNotPresent']);
  });

  it('asks for its limits where it asks for nothing', () => {
    const spec = asking({ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } });
    expect(defaultPod(pod(spec)).spec?.containers[0]?.resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
  });

  it('uses the ports of the host on its network', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }];
    const spec = defaultPod(pod({ hostNetwork: true, containers: [{ name: 'c', image: 'i', ports }] })).spec;
    expect(spec?.containers[0]?.ports?.map(({ hostPort }) => hostPort)).toEqual([80, 82]);
  });

  it('has one account under two names, the newer one first', () => {
    const { spec } = defaultPod(pod({ serviceAccount: 'old', serviceAccountName: 'new' }));
    expect([spec?.serviceAccount, spec?.serviceAccountName]).toEqual(['new', 'new']);
    expect(defaultPod(pod({ serviceAccount: 'old' })).spec?.serviceAccountName).toBe('old');
  });

  it('keeps its first address in two places, the older field wins', () => {
    const synced = (status: NonNullable<Pod['status']>): Pod['status'] => defaultPod({ ...pod(), status }).status;
    expect(synced({ podIP: '1.1.1.1' })).toEqual({ podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }] });
    expect(synced({ podIPs: [{ ip: '1.1.1.1' }, { ip: '::1' }] })).toMatchObject({ podIP: '1.1.1.1' });
    expect(synced({ podIP: '2.2.2.2', podIPs: [{ ip: '1.1.1.1' }, { ip: '::1' }] })).toEqual({
      podIP: '2.2.2.2',
      podIPs: [{ ip: '2.2.2.2' }],
    });
  });

  it('comes back as the very object when it is complete', () => {
    const complete = defaultPod(pod());
    expect(defaultPod(complete)).toBe(complete);
  });
});

describe('quality of service', () => {
  const same = { cpu: '1', memory: '1Gi' };
  it.each([
    ['BestEffort', asking({})],
    ['BestEffort', asking({ limits: { 'a.b/gpu': '1' } })],
    ['Burstable', asking({ requests: { cpu: '1' } })],
    ['Burstable', asking({ limits: same, requests: same }, {})],
    ['Guaranteed', asking({ limits: same, requests: { cpu: '1000m', memory: '1024Mi' } })],
    ['Burstable', asking({ limits: same, requests: { cpu: '999m', memory: '1Gi' } })],
  ] satisfies [string, Spec][])('%s', (expected, spec) => {
    expect(podQos(pod(spec))).toBe(expected);
  });
});

describe('what the server does to Pods', () => {
  it('starts every Pod Pending, whatever its writer says', () => {
    expect(preparePodForCreate({ ...pod(), status: { phase: 'Running', podIP: '1.1.1.1' } }).status).toEqual({
      phase: 'Pending',
      qosClass: 'BestEffort',
    });
  });

  it('says why nobody schedules a gated one, with the time of its making', () => {
    const gated = pod({ schedulingGates: [{ name: 'g' }] });
    const made = { ...gated, metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z' } };
    expect(preparePodForCreate(made).status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
  });

  it('P33 lets a status neither drop what it does not know nor touch owners', () => {
    const owner = { apiVersion: 'v1', kind: 'K', name: 'o', uid: 'u' };
    const condition = { type: 'Ready', status: 'True' };
    const before: Pod = {
      ...pod({ hostname: 'h' }),
      metadata: { name: 'p', ownerReferences: [owner] },
      status: { qosClass: 'Burstable', conditions: [{ ...condition, observedGeneration: 3 }] },
    };
    const after = preparePodStatusUpdate({ ...pod(), status: { phase: 'Running', conditions: [condition] } }, before);
    expect(after.spec).toBe(before.spec);
    expect(after.metadata.ownerReferences).toEqual([owner]);
    expect(after.status).toEqual({
      phase: 'Running',
      qosClass: 'Burstable',
      conditions: [{ ...condition, observedGeneration: 3 }],
    });
  });

  it('narrows selectors by the labels the Pod has', () => {
    const labelled = {
      ...pod({
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'z',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: {},
            matchLabelKeys: ['rev', 'toString'],
          },
        ],
      }),
      metadata: { name: 'p', labels: { rev: '7' } },
    };
    expect(withLabelKeys(labelled).spec?.topologySpreadConstraints?.[0]?.labelSelector).toEqual({
      matchExpressions: [{ key: 'rev', operator: 'In', values: ['7'] }],
    });
    const plain = pod();
    expect(withLabelKeys(plain)).toBe(plain);
  });
});
