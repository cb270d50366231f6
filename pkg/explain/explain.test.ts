import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../api/types.ts';
import { endpoints, node, pod, service, slice } from '../testing/build/objects.ts';
import type { PodStory, ServiceStory } from '../testing/build/objects.ts';
import type { ExplainInputs } from './explain.ts';
import { explainPods, explainService } from './explain.ts';

const nodes = [node({ name: 'n1' })];
const here = { name: 'p', node: 'n1' };

function explainOne(story: Partial<PodStory> | Pod, owner: ServiceStory = {}, extra: Partial<ExplainInputs> = {}) {
  const one = 'metadata' in story ? story : pod({ ...here, ...story });
  const [explanation] = explainPods({ service: service(owner), pods: [one], nodes, ...extra });
  return {
    serves: explanation?.serves,
    reasons: explanation?.reasons,
    text: explanation?.sentences.map(({ text }) => text).join(' '),
    fix: explanation?.sentences[0]?.fix,
  };
}

describe('explainPods', () => {
  it('says that a pod serves', () => {
    expect(explainOne({})).toEqual({
      serves: true,
      reasons: [{ kind: 'serves', addresses: ['10.0.0.1'] }],
      text: 'Pod p serves svc at 10.0.0.1.',
      fix: undefined,
    });
  });

  it.each<[string, Partial<PodStory>, ServiceStory, unknown, string]>([
    [
      'a label with another value',
      { labels: { app: 'wbe' } },
      {},
      [{ kind: 'labelMismatch', labels: [{ key: 'app', wanted: 'web', found: 'wbe' }] }],
      'Pod p is not selected: app is wbe, wanted web.',
    ],
    [
      'a label under a similar key',
      { labels: { App: 'web' } },
      {},
      [
        {
          kind: 'labelMismatch',
          labels: [{ key: 'app', wanted: 'web', found: undefined, nearest: { key: 'App', value: 'web' } }],
        },
      ],
      'Pod p is not selected: app=web is missing (it has App=web).',
    ],
    [
      'another namespace',
      { namespace: 'other' },
      {},
      [{ kind: 'otherNamespace', namespace: 'other' }],
      'Pod p lives in namespace other; a Service selects pods of its own namespace.',
    ],
    [
      'a failed pod',
      { phase: 'Failed' },
      {},
      [{ kind: 'finished', phase: 'Failed' }],
      'Pod p has failed; finished pods get no traffic.',
    ],
    [
      'a pod without address',
      { ips: [], phase: 'Pending' },
      {},
      [{ kind: 'noIp', phase: 'Pending' }],
      'Pod p has no address yet (phase Pending).',
    ],
    [
      'a pod that is not ready',
      { ready: false },
      {},
      [{ kind: 'notReady', why: undefined, containers: [] }],
      'Pod p is not ready.',
    ],
    [
      'a pod on its way out that still answers',
      { deleting: true },
      {},
      [{ kind: 'servesWhileTerminating' }],
      'Pod p is terminating and still ready: it gets traffic only while no other pod is ready.',
    ],
    [
      'a pod of the other family',
      {},
      { spec: { ipFamilies: ['IPv6'] } },
      [{ kind: 'wrongFamily', wanted: ['IPv6'], found: ['IPv4'] }],
      'Pod p has no IPv6 address, only IPv4.',
    ],
    [
      'a pod on a Node nobody knows',
      { node: 'gone' },
      {},
      [{ kind: 'nodeUnknown', node: 'gone' }],
      'Node gone of pod p does not exist; its pods are left out until it does.',
    ],
  ])('says why not: %s', (_, story, owner, reasons, text) => {
    const explanation = explainOne(story, owner);
    expect(explanation).toEqual({ serves: false, reasons, text, fix: explanation.fix });
  });

  it('says that a pod has no node yet', () => {
    const unscheduled = pod({ name: 'p', ips: [], phase: 'Pending' });
    expect(explainOne(unscheduled)).toMatchObject({ serves: false, reasons: [{ kind: 'notScheduled' }] });
  });

  it('says that an old pod is neither ready nor staying', () => {
    expect(explainOne({ deleting: true, ready: false }).reasons).toEqual([
      { kind: 'terminating' },
      { kind: 'notReady', why: undefined, containers: [] },
    ]);
  });

  it('names the readiness gates that are not met once the containers are ready', () => {
    const gated = pod({ ...here, ready: false });
    gated.spec = { containers: [], ...gated.spec, readinessGates: [{ conditionType: 'lb/attached' }] };
    gated.status?.conditions?.push({ type: 'ContainersReady', status: 'True' });
    expect(explainOne(gated)).toEqual({
      serves: false,
      reasons: [{ kind: 'readinessGate', gates: ['lb/attached'] }],
      text: 'Pod p waits for its readiness gates: lb/attached not True. Its containers are ready.',
      fix: expect.stringContaining('conditions'),
    });
    gated.status?.conditions?.pop();
    expect(explainOne(gated).reasons).toEqual([{ kind: 'notReady', why: undefined, containers: [] }]);
  });

  it('names the containers that are not ready, and why', () => {
    const broken = pod({ ...here, ready: false });
    Object.assign(broken.status?.conditions?.[0] ?? {}, { message: 'containers with unready status: [main]' });
    Object.assign(broken.status ?? {}, {
      containerStatuses: [
        { name: 'main', ready: false },
        { name: 'ok', ready: true },
      ],
    });
    expect(explainOne(broken).text).toBe(
      'Pod p is not ready (container main): containers with unready status: [main].',
    );
  });

  const namedPort = { spec: { ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }] } };

  it('says that a pod serves without the named port, and which names it has', () => {
    const story = { ports: [{ name: 'wep', containerPort: 8080 }] };
    expect(explainOne(story, namedPort)).toMatchObject({
      serves: true,
      reasons: [{ kind: 'serves' }, { kind: 'portNameMissing', name: 'web', offered: ['wep'] }],
      text: 'Pod p serves svc at 10.0.0.1. Pod p has no port named web; it names wep.',
    });
  });

  it('sees that only the protocol differs', () => {
    const story = { ports: [{ name: 'web', containerPort: 8080, protocol: 'UDP' }] };
    expect(explainOne(story, namedPort).reasons?.[1]).toEqual({
      kind: 'portProtocolDiffers',
      name: 'web',
      wanted: 'TCP',
      found: 'UDP',
    });
  });

  it('knows publishNotReadyAddresses', () => {
    const owner = { spec: { publishNotReadyAddresses: true } };
    expect(explainOne({ ready: false, node: 'gone' }, owner)).toMatchObject({
      serves: true,
      reasons: [{ kind: 'serves' }, { kind: 'servesUnready' }],
    });
  });

  it('remarks on the host network, and on who shares the address', () => {
    const pods = ['a', 'b'].map((name) => pod({ name, node: 'n1', hostNetwork: true }));
    const [first] = explainPods({ service: service(), pods, nodes });
    expect(first?.reasons).toEqual([
      { kind: 'serves', addresses: ['10.0.0.1'] },
      { kind: 'hostNetwork', sharedWith: ['b'] },
    ]);
  });

  describe('with slices to look at', () => {
    const published = (ready: boolean) =>
      slice({
        name: 's',
        endpoints: [
          { addresses: ['10.0.0.1'], conditions: { ready }, targetRef: { kind: 'Pod', namespace: 'ns', name: 'p' } },
        ],
      });

    it('says that what should serve is not published yet', () => {
      expect(explainOne({}, {}, { slices: [] })).toMatchObject({ serves: false, reasons: [{ kind: 'notPublished' }] });
      const ofAnother = { ...published(true), metadata: { ...published(true).metadata, namespace: 'other' } };
      expect(explainOne({}, {}, { slices: [ofAnother] }).serves).toBe(false);
    });

    it('says that what should not serve is published still', () => {
      expect(explainOne({ ready: false }, {}, { slices: [published(true)] })).toMatchObject({
        serves: true,
        reasons: [{ kind: 'notReady' }, { kind: 'stillPublished' }],
      });
    });

    it('agrees with slices that are up to date', () => {
      expect(explainOne({}, {}, { slices: [published(true)] })).toMatchObject({
        serves: true,
        reasons: [{ kind: 'serves' }],
      });
      expect(explainOne({ ready: false }, {}, { slices: [published(false)] })).toMatchObject({
        serves: false,
        reasons: [{ kind: 'notReady' }],
      });
    });

    it('says that a full Endpoints object does not list a pod', () => {
      const full = endpoints({ annotations: { 'endpoints.kubernetes.io/over-capacity': 'truncated' }, subsets: [] });
      expect(explainOne({}, {}, { slices: [published(true)], endpoints: full }).reasons).toEqual([
        { kind: 'serves', addresses: ['10.0.0.1'] },
        { kind: 'overCapacity' },
      ]);
      expect(explainOne({ labels: {} }, {}, { endpoints: full }).reasons).toMatchObject([{ kind: 'labelMismatch' }]);
    });
  });
});

describe('explainService', () => {
  const summary = (owner: ServiceStory, pods: PodStory[] = [], extra: Partial<ExplainInputs> = {}) => {
    const { reasons, sentences } = explainService({ service: service(owner), pods: pods.map(pod), nodes, ...extra });
    return { reasons, text: sentences.map(({ text }) => text).join(' ') };
  };

  it('says how many serve', () => {
    expect(summary({}, [here, { ...here, name: 'q', ready: false }])).toEqual({
      reasons: [{ kind: 'healthy', serving: 1, matching: 2 }],
      text: '1 of 2 selected pods serve.',
    });
    expect(summary({}, [{ ...here, ready: false }]).reasons).toEqual([{ kind: 'nobodyReady', matching: 1 }]);
  });

  it('guesses what was meant when no pod matches', () => {
    const pods = [
      { ...here, labels: { app: 'Web' } },
      { ...here, name: 'q', labels: { app: 'database' } },
    ];
    expect(summary({}, pods)).toEqual({
      reasons: [{ kind: 'noPodMatches', selector: 'app=web', nearest: ['app=Web'] }],
      text: 'No pod in the namespace carries app=web. Close: app=Web.',
    });
    const { pods: explained } = explainService({ service: service(), pods: pods.map(pod), nodes });
    expect(explained.map(({ related }) => related)).toEqual([true, false]);
  });

  it('knows Services that have no pods of their own', () => {
    expect(summary({ spec: { type: 'ExternalName', externalName: 'example.com' } }).text).toBe(
      'svc is an alias for example.com; it has no endpoints of its own.',
    );
    expect(summary({ spec: { selector: null as never } }, [here]).reasons).toEqual([
      { kind: 'noSelector', published: 0 },
    ]);
    expect(summary({ spec: { ports: [] } }, [here]).reasons[0]).toEqual({ kind: 'noPorts' });
  });
});
