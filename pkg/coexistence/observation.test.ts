import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import { Observation } from './observation.ts';
import type { WithheldWrite } from './withholding-client.ts';

const there: KubeObject = {
  metadata: { namespace: 'ns', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false } }],
};
const update = (address: string): WithheldWrite => ({
  verb: 'update',
  type: endpointSlices,
  object: { ...there, endpoints: [{ addresses: [address], conditions: { ready: true } }] },
  because: 'endpointsChanged',
});

/** One sync of the key at that time, with what it would have written. */
function sync(observation: Observation, seconds: number, ...writes: WithheldWrite[]) {
  observation.begin('ns/web');
  for (const write of writes) observation.withheld(write);
  return observation.end('ns/web', seconds * 1000);
}

const observing = (): Observation => new Observation(() => there, 10_000);

describe('Observation (D7)', () => {
  it('counts a difference once it has stood for the grace, and says it once', () => {
    const observation = observing();
    expect(sync(observation, 0, update('10.0.0.2'))).toEqual({ kind: 'inFlight' });
    expect(observation.inFlight).toBe(1);
    const difference = {
      verb: 'update',
      kind: 'EndpointSlice',
      name: 'web-1',
      because: 'endpointsChanged',
      paths: ['endpoints[0].addresses[0]', 'endpoints[0].conditions.ready'],
    };
    const verdict = sync(observation, 10, update('10.0.0.2'));
    expect(verdict).toEqual({ kind: 'different', differences: [difference], isNew: true });
    expect(sync(observation, 11, update('10.0.0.2'))).toMatchObject({ kind: 'different', isNew: false });
    expect(observation.differences()).toEqual(new Map([['ns/web', [difference]]]));
  });

  it('does not count what somebody else writes in the meantime, nor what keeps changing', () => {
    const observation = observing();
    sync(observation, 0, update('10.0.0.2'));
    expect(sync(observation, 1)).toEqual({ kind: 'settled', reported: false });
    for (let at = 0; at < 30; at += 5) {
      expect(sync(observation, at, update(`10.0.0.${at}`))).toEqual({ kind: 'inFlight' });
    }
    expect(sync(observation, 40)).toEqual({ kind: 'settled', reported: false });
    expect(sync(observation, 41)).toEqual({ kind: 'same' });
  });

  it('knows the Service of an object of which only the name is said', () => {
    const observation = observing();
    const removal: WithheldWrite = {
      verb: 'delete',
      type: endpointSlices,
      object: { metadata: { namespace: 'ns', name: 'web-1' } },
      because: 'surplus',
    };
    expect(sync(observation, 0, removal).kind).toBe('inFlight');
    const create: WithheldWrite = { ...removal, verb: 'create', type: endpoints };
    observation.begin('ns/web-1');
    observation.withheld(create);
    expect(observation.end('ns/web-1', 0).kind).toBe('inFlight');
  });

  it('keeps what it knew when a sync fails', () => {
    const observation = observing();
    sync(observation, 0, update('10.0.0.2'));
    observation.begin('ns/web');
    observation.abandon('ns/web');
    expect(sync(observation, 10, update('10.0.0.2')).kind).toBe('different');
  });
});
