import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../api/types.ts';
import { carryOverMetadata } from './metadata.ts';
import { strategies } from './strategies.ts';
import type { Strategy } from './strategy.ts';

const v1 = { version: 'v1' };
const hooks = (key: string): Strategy => {
  const found = strategies.get(key);
  if (found === undefined) throw new Error(`no strategy for ${key}`);
  return found;
};
const object = (fields: Record<string, unknown>, name = 'a'): KubeObject => ({ ...fields, metadata: { name } });

describe('metadata on update', () => {
  it('V15: keeps what the server owns and fills an unconditional update', () => {
    const previous = {
      name: 'a',
      uid: 'u',
      generation: 3,
      creationTimestamp: 'c',
      deletionTimestamp: 'd',
      deletionGracePeriodSeconds: 5,
      resourceVersion: '9',
    };
    expect(
      carryOverMetadata({ name: 'a', generation: 7, creationTimestamp: 'x', labels: { l: '1' } }, previous),
    ).toEqual({ ...previous, labels: { l: '1' } });
    expect(carryOverMetadata({ name: 'a', generation: 7, resourceVersion: '8', uid: 'v' }, { name: 'a' })).toEqual({
      name: 'a',
      resourceVersion: '8',
      uid: 'v',
    });
  });
});

describe('Namespace', () => {
  const { default: fill, prepareCreate, prepareUpdate, subresources } = hooks('/Namespace');

  it('D15: carries its name as a label and starts Active', () => {
    const created = prepareCreate?.(fill?.(object({ spec: { finalizers: ['x.io/y'] } })) ?? object({}), v1);
    expect(created).toEqual({
      metadata: { name: 'a', labels: { 'kubernetes.io/metadata.name': 'a' } },
      spec: { finalizers: ['x.io/y', 'kubernetes'] },
      status: { phase: 'Active' },
    });
    expect(fill?.({ metadata: { generateName: 'a-' } })).toEqual({
      metadata: { generateName: 'a-' },
      status: { phase: 'Active' },
    });
  });

  it('moves finalizers only through finalize, the phase only through status', () => {
    const stored = object({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
    const next = object({ spec: { finalizers: [] }, status: { phase: 'Terminating' } });
    expect(prepareUpdate?.(next, stored, v1)).toEqual(stored);
    expect(subresources?.['status']?.(next, stored)).toEqual({ ...stored, status: { phase: 'Terminating' } });
    expect(subresources?.['finalize']?.(next, stored)).toEqual({ ...stored, spec: { finalizers: [] } });
  });
});

describe('Node', () => {
  const { default: fill, prepareCreate, prepareUpdate, subresources } = hooks('/Node');

  it('P24: offers what it has, and keeps the status it was created with', () => {
    const given = object({ spec: { configSource: {} }, status: { capacity: { cpu: '4' }, config: {} } });
    expect(prepareCreate?.(fill?.(given) ?? given, v1)).toEqual(
      object({ spec: {}, status: { capacity: { cpu: '4' }, allocatable: { cpu: '4' } } }),
    );
  });

  it('changes status only through status', () => {
    const stored = object({ spec: { podCIDR: 'x' }, status: { phase: 'a' } });
    const next = object({ spec: { podCIDR: 'y' }, status: { phase: 'b' } });
    expect(prepareUpdate?.(next, stored, v1)).toEqual({ ...next, status: stored['status'] });
    expect(subresources?.['status']?.(next, stored)).toEqual({ ...next, spec: stored['spec'] });
  });
});

describe('Secret and ServiceAccount', () => {
  it('turn plain text into data, which it replaces', () => {
    const given = object({
      data: { a: 'AA==', b: 'AA==' },
      stringData: JSON.parse('{"b":"é","__proto__":"p"}') as object,
    });
    const filled = hooks('/Secret').default?.(given);
    expect(filled?.['type']).toBe('Opaque');
    expect(Object.entries(filled?.['data'] ?? {})).toEqual([
      ['a', 'AA=='],
      ['b', 'w6k='],
      ['__proto__', 'cA=='],
    ]);
    expect(filled).not.toHaveProperty('stringData');
  });

  it('keep the type when an update leaves it out', () => {
    expect(hooks('/Secret').prepareUpdate?.(object({ type: '' }), object({ type: 't' }), v1)).toEqual(
      object({ type: 't' }),
    );
  });

  it('P24: reduce references to names', () => {
    const given = object({ secrets: [{ name: 's', namespace: 'n', uid: 'u' }, {}] });
    expect(hooks('/ServiceAccount').prepareCreate?.(given, v1)).toEqual(object({ secrets: [{ name: 's' }, {}] }));
  });
});

describe('ServiceCIDR and Endpoints', () => {
  const { prepareCreate, prepareUpdate, subresources } = hooks('networking.k8s.io/ServiceCIDR');

  it('take status from nobody but the controller', () => {
    const stored = object({ spec: { cidrs: ['10.0.0.0/24'] }, status: { conditions: [] } });
    const next: KubeObject = {
      spec: { cidrs: [] },
      status: { conditions: [{}] },
      metadata: { name: 'a', labels: { x: 'y' }, resourceVersion: '4' },
    };
    expect(prepareCreate?.(stored, v1)).toEqual(object({ spec: { cidrs: ['10.0.0.0/24'] } }));
    expect(prepareUpdate?.(next, stored, v1)).toEqual({ ...next, status: stored['status'] });
    expect(subresources?.['status']?.(next, stored)).toEqual({
      ...stored,
      status: next['status'],
      metadata: { name: 'a', resourceVersion: '4' },
    });
  });

  it('D14: Endpoints speak TCP', () => {
    const given = object({ subsets: [{ ports: [{ port: 1 }, { port: 2, protocol: 'UDP' }] }, {}] });
    expect(hooks('/Endpoints').default?.(given)).toEqual(
      object({
        subsets: [
          {
            ports: [
              { port: 1, protocol: 'TCP' },
              { port: 2, protocol: 'UDP' },
            ],
          },
          {},
        ],
      }),
    );
  });
});
