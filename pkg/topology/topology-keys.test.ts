import { describe, expect, it } from '@jest/globals';
import type { Endpoint, Service } from '../api/types.ts';
import { node, service } from '../testing/build/objects.ts';
import { hostnameLabel as hostname, topologyKeysAnnotation, zoneLabel as zone } from './names.ts';
import { endpointTopology, filterByTopology, resolveTopologyKeys, topologyKeysOf } from './topology-keys.ts';

const here: Endpoint = { addresses: ['10.0.0.1'], nodeName: 'n1', zone: 'z1' };
const near: Endpoint = { addresses: ['10.0.0.2'], nodeName: 'n2', zone: 'z1' };
const far: Endpoint = { addresses: ['10.0.0.3'], nodeName: 'n3', zone: 'z2' };
const thisNode = { [hostname]: 'n1', [zone]: 'z1' };

const pick = (keys: string[], endpoints: Endpoint[], labels?: Record<string, string>): readonly Endpoint[] =>
  filterByTopology(resolveTopologyKeys(keys, labels), endpoints, (endpoint) => endpointTopology(endpoint));

describe('topologyKeys (T24)', () => {
  it('SC-T-035 tries key after key, and then has nothing', () => {
    const keys = [hostname, zone];
    expect(pick(keys, [here, near, far], thisNode)).toEqual([here]);
    expect(pick(keys, [near, far], thisNode)).toEqual([near]);
    expect(pick(keys, [far], thisNode)).toEqual([]);
  });

  it('SC-T-036 takes everybody at the star', () => {
    expect(pick([hostname, '*'], [near, far], thisNode)).toEqual([near, far]);
    expect(pick(['*'], [far], thisNode)).toEqual([far]);
  });

  it('SC-T-037 has only the star to go by on a node without labels', () => {
    expect(pick(['*'], [near, far])).toEqual([near, far]);
    expect(pick([zone, '*'], [near, far], {})).toEqual([near, far]);
    expect(pick([zone], [near, far])).toEqual([]);
  });

  it('skips keys the node does not have', () => {
    expect(pick(['example.com/rack', zone], [near, far], thisNode)).toEqual([near]);
    expect(pick(['example.com/rack'], [near, far], thisNode)).toEqual([]);
  });

  it('does not restrict without keys', () => {
    expect(pick([], [near, far])).toEqual([near, far]);
  });

  it('resolves to data that names values (T29)', () => {
    expect(resolveTopologyKeys([hostname, 'rack', '*', zone], thisNode)).toEqual({
      kind: 'ordered',
      preferences: [{ key: hostname, value: 'n1' }, { key: '*' }],
    });
  });

  it('T27 asks the Node for labels that v1 slices do not carry', () => {
    const labels = node({ name: 'n3', labels: { rack: 'r7', constructor: 'x' } });
    expect(endpointTopology(far, labels).get('rack')).toBe('r7');
    expect(endpointTopology(far).get('rack')).toBeUndefined();
    expect(endpointTopology({ ...far, deprecatedTopology: { rack: 'r8' } }).get('rack')).toBe('r8');
    expect(endpointTopology({ addresses: [] }).size).toBe(0);
  });

  it('T28 reads the field or the annotation', () => {
    const withField = service();
    Object.assign(withField.spec ?? {}, { topologyKeys: [hostname, '*'] });
    expect(topologyKeysOf(withField)).toEqual([hostname, '*']);
    const annotated: Service = service({ annotations: { [topologyKeysAnnotation]: `${hostname}, *` } });
    expect(topologyKeysOf(annotated)).toEqual([hostname, '*']);
    expect(topologyKeysOf(service())).toEqual([]);
  });
});
