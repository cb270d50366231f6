import { describe, expect, it } from '@jest/globals';
import type { FieldError } from '../../api/field-error.ts';
import type { Event, Namespace, Secret, Service } from '../../api/types.ts';
import { currentGates } from '../context.ts';
import { validateEvent, validateEventUpdate } from './event.ts';
import { validateNamespaceFinalize, validateNamespaceStatusUpdate } from './namespace.ts';
import { validateSecretUpdate } from './secret.ts';
import { validateTopologyKeys } from './service/traffic.ts';

const lines = (errors: readonly FieldError[]): string[] => errors.map(({ field, message }) => `${field}: ${message}`);
const metadata = {
  name: 'x',
  namespace: 'n',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
};

describe('T23 topologyKeys', () => {
  const check = (keys: string[], on = true, policy?: string): string[] => {
    const spec = { topologyKeys: keys, ...(policy === undefined ? {} : { externalTrafficPolicy: policy }) };
    const service: Service = { metadata: { name: 's' }, spec };
    return lines(validateTopologyKeys(service, { ...currentGates, topologyKeys: on }));
  };

  it('are not looked at while switched off', () => {
    expect(check(['bad key', '*', 'x'], false)).toEqual([]);
  });

  it('are distinct label keys, the star last', () => {
    expect(check(['kubernetes.io/hostname', '*'])).toEqual([]);
    expect(check(['*', 'a', 'a'])).toEqual([
      'spec.topologyKeys[0]: Invalid value: "*": "*" must be the last value specified',
      'spec.topologyKeys[2]: Duplicate value: "a"',
    ]);
    expect(check(['a b'])).toHaveLength(1);
    expect(check(Array.from({ length: 17 }, (_, index) => `k${index}`))).toEqual([
      'spec.topologyKeys: Too many: 17: must have at most 16 items',
    ]);
  });

  it('do not go with local external traffic', () => {
    expect(check(['a'], true, 'Local')).toEqual([
      'spec.topologyKeys: Forbidden: may not be specified when `externalTrafficPolicy=Local`',
    ]);
  });
});

describe('a Namespace', () => {
  const namespace = (phase: string, dying: boolean, finalizers: string[] = []): Namespace => ({
    metadata: {
      name: 'x',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(dying ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}),
    },
    spec: { finalizers },
    status: { phase },
  });

  it.each([
    ['Active', false, []],
    ['Terminating', true, []],
    ['Active', true, ["may only be 'Terminating' if `deletionTimestamp` is not empty"]],
    ['Terminating', false, ["may only be 'Active' if `deletionTimestamp` is empty"]],
  ])('is %s while dying is %j', (phase, dying, problems) => {
    const next = namespace(phase, dying);
    expect(lines(validateNamespaceStatusUpdate(next, next))).toEqual(
      problems.map((problem) => `status.Phase: Invalid value: "${phase}": ${problem}`),
    );
  });

  it('is finalized with well-formed finalizers only', () => {
    const before = namespace('Terminating', true, ['kubernetes']);
    expect(validateNamespaceFinalize(namespace('Terminating', true), before)).toEqual([]);
    const after = lines(validateNamespaceFinalize(namespace('Terminating', true, ['a b']), before));
    expect(after[0]).toMatch(/^spec\.finalizers\[0\]: Invalid value: "a b": name part must consist/);
  });
});

describe('an Event through events.k8s.io', () => {
  const event: Event = {
    metadata,
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'n' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingComponent: 'a.b/c',
    reportingInstance: 'i',
    action: 'a',
    reason: 'r',
    type: 'Normal',
  };

  it('is complete', () => {
    expect(validateEvent(event, true)).toEqual([]);
    const { eventTime: _, ...early } = event;
    expect(lines(validateEvent({ ...early, type: 'Odd', count: 2, series: { count: 1 } }, true))).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'eventTime: Required value',
      'type: Invalid value: "": has invalid value: Odd',
      'count: Invalid value: "": needs to be unset',
    ]);
  });

  it('names its reporter as that API does, and keeps within bounds', () => {
    const wrong = { ...event, reportingComponent: '', action: 'a'.repeat(129), message: 'm'.repeat(1025) };
    expect(lines(validateEvent(wrong, true)).slice(0, 1)).toEqual(['reportingController: Required value']);
    expect(lines(validateEvent(wrong, true)).slice(-2)).toEqual([
      'action: Invalid value: "": can have at most 128 characters',
      'message: Invalid value: "": can have at most 1024 characters',
    ]);
  });

  it('changes in its series only', () => {
    const later = { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' };
    expect(validateEventUpdate({ ...event, series: later }, event, true)).toEqual([]);
    expect(lines(validateEventUpdate({ ...event, action: 'b' }, event, true))).toEqual([
      'action: Invalid value: "b": field is immutable',
    ]);
    expect(validateEventUpdate({ ...event, action: 'b' }, event)).toEqual([]);
  });
});

describe('a Secret', () => {
  const secret = (change: Partial<Secret> = {}): Secret => ({
    metadata,
    type: 'Opaque',
    data: { a: 'AA==' },
    ...change,
  });

  it('keeps its type, and everything once it is immutable', () => {
    expect(validateSecretUpdate(secret({ data: {} }), secret())).toEqual([]);
    expect(lines(validateSecretUpdate(secret({ type: 'x' }), secret()))).toEqual([
      'type: Invalid value: "x": field is immutable',
    ]);
    const before = secret({ immutable: true });
    expect(lines(validateSecretUpdate(secret({ data: {} }), before))).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});
