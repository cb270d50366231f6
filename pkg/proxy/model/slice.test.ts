import { describe, expect, it } from '@jest/globals';
import { mergeEndpoints, sameSlice, toSliceState, type SliceState } from './slice.ts';
import { draining, endpoint, slice, unready, type SliceInput } from './testdata/objects.ts';

const http = { portName: 'http', protocol: 'TCP' } as const;

const state = (input: SliceInput): SliceState => {
  const made = toSliceState(slice(input), 'IPv4');
  if (made === undefined) throw new Error('Not a slice of this family');
  return made;
};

const merged = (...inputs: SliceInput[]): string[] =>
  mergeEndpoints(inputs.map(state), http, 'n1').map(({ text, local }) => (local ? `${text} local` : text));

describe('toSliceState', () => {
  it.each([
    ['S8 of host names', { addressType: 'FQDN' }],
    ['of the other family', { addressType: 'IPv6' }],
    ['S9 with an empty Service label', { labels: { 'kubernetes.io/service-name': '' } }],
  ])('ignores a slice %s (G4)', (_, input) => {
    expect(toSliceState(slice(input), 'IPv4')).toBeUndefined();
  });

  it('S9 ignores a slice without a Service label', () => {
    const orphan = slice();
    orphan.metadata.labels = { constructor: 'x' };
    expect(toSliceState(orphan, 'IPv4')).toBeUndefined();
  });

  it('S25 G17 takes nil conditions as ready, serving, not terminating, and the first address only', () => {
    const bare = { addresses: ['10.244.1.1', '10.244.1.2'] };
    expect(state({ endpoints: [bare] }).endpoints).toEqual([
      {
        ip: '10.244.1.1',
        ready: true,
        serving: true,
        terminating: false,
        nodeName: '',
        zone: '',
        forZones: [],
        forNodes: [],
        topology: {},
      },
    ]);
  });

  it('G18 ignores nameless and numberless ports, and addresses of the other family', () => {
    const odd = state({
      ports: [{ protocol: 'TCP', port: 1 }, { name: 'a' }, { name: 'b', port: 0 }, { name: '', port: 2 }],
      endpoints: [endpoint('fd00::1'), { addresses: [] }, endpoint('junk')],
    });
    expect([odd.ports, odd.endpoints]).toEqual([[{ name: '', protocol: 'TCP', port: 2 }], []]);
  });
});

describe('mergeEndpoints', () => {
  it('S16 G20 orders by text, not by number', () => {
    expect(merged({ endpoints: [endpoint('10.244.2.9'), endpoint('10.244.2.10')] })).toEqual([
      '10.244.2.10:8080',
      '10.244.2.9:8080',
    ]);
  });

  it('S13 joins slices that give one port name different numbers', () => {
    const old = { name: 'web-1', endpoints: [endpoint('10.244.2.1')] };
    const young = {
      name: 'web-2',
      ports: [{ name: 'http', port: 9090 }],
      endpoints: [endpoint('10.244.2.2')],
    };
    expect(merged(old, young)).toEqual(['10.244.2.1:8080', '10.244.2.2:9090']);
  });

  it('S14 leaves ports of other names and protocols alone', () => {
    const other = {
      ports: [
        { name: 'admin', port: 1 },
        { name: 'http', protocol: 'UDP', port: 2 },
      ],
    };
    expect(merged({ ...other, endpoints: [endpoint('10.244.2.1')] })).toEqual([]);
  });

  it('S15 G19 counts an endpoint in two slices once: local, then ready, then serving wins', () => {
    const pick = (a: object, b: object): unknown =>
      mergeEndpoints(
        [
          state({ name: 'web-2', endpoints: [endpoint('10.244.2.1', b)] }),
          state({ name: 'web-1', endpoints: [endpoint('10.244.2.1', a)] }),
        ],
        http,
        'n1',
      ).map(({ local, ready, serving, zone }) => ({ local, ready, serving, zone }));
    expect(pick({}, { nodeName: 'n1', ...unready })).toEqual([{ local: true, ready: false, serving: false, zone: '' }]);
    expect(pick(draining, {})).toEqual([{ local: false, ready: true, serving: true, zone: '' }]);
    expect(pick(unready, draining)).toEqual([{ local: false, ready: false, serving: true, zone: '' }]);
    expect(pick({ zone: 'first' }, { zone: 'second' })).toMatchObject([{ zone: 'first' }]);
  });

  it('G17 knows what is on this node; a proxy without a name has nothing local', () => {
    const states = [state({ endpoints: [endpoint('10.244.1.1'), endpoint('10.244.2.1', { nodeName: '' })] })];
    expect(mergeEndpoints(states, http, 'n1').map(({ local }) => local)).toEqual([true, false]);
    expect(mergeEndpoints(states, http, '').map(({ local }) => local)).toEqual([false, false]);
  });
});

describe('sameSlice', () => {
  const base = { endpoints: [endpoint('10.244.1.1', { deprecatedTopology: { rack: 'r1' } })] };

  it('sees no difference in labels', () => {
    expect(sameSlice(state(base), state({ ...base, labels: { app: 'x' } }))).toBe(true);
  });

  it.each([
    ['address', { endpoints: [endpoint('10.244.1.2', { deprecatedTopology: { rack: 'r1' } })] }],
    ['condition', { endpoints: [endpoint('10.244.1.1', { ...draining, deprecatedTopology: { rack: 'r1' } })] }],
    [
      'hint',
      { endpoints: [{ ...base.endpoints[0], addresses: ['10.244.1.1'], hints: { forZones: [{ name: 'z' }] } }] },
    ],
    ['topology', { endpoints: [endpoint('10.244.1.1', { deprecatedTopology: { rack: 'r2' } })] }],
    ['topology key', { endpoints: [endpoint('10.244.1.1', { deprecatedTopology: { constructor: 'r1' } })] }],
    ['port', { ...base, ports: [{ name: 'http', port: 9090 }] }],
    ['owner', { ...base, service: 'other' }],
    ['length', { endpoints: [] }],
  ])('sees another %s', (_, input: SliceInput) => {
    expect(sameSlice(state(base), state(input))).toBe(false);
  });
});
