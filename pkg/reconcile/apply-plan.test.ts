import { describe, expect, it } from '@jest/globals';
import { endpoints } from '../api/resources.ts';
import { failure, forbidden, modifiedConflict, notFound } from '../api/status.ts';
import type { Endpoints } from '../api/types.ts';
import type { Step } from '../steps/index.ts';
import { endpoints as object } from '../testing/build/objects.ts';
import { ObservedClient } from '../testing/build/observed-client.ts';
import { MemoryClient } from '../testing/build/memory-client.ts';
import { VirtualClock } from '../clock/index.ts';
import { applyPlan } from './apply-plan.ts';
import { decideSyncRetry, SyncError } from './sync-error.ts';

const { signal } = new AbortController();

const create = (name: string, chain = 'one'): Step<Endpoints> => ({
  kind: 'create',
  resource: endpoints,
  object: object({ name }),
  because: 'test',
  chain,
});
const remove = (name: string, chain = 'one'): Step<Endpoints> => ({
  kind: 'delete',
  resource: endpoints,
  object: object({ name }),
  precondition: {},
  because: 'test',
  chain,
});
const say: Step<Endpoints> = {
  kind: 'event',
  object: object(),
  type: 'Normal',
  reason: 'R',
  message: 'm',
  because: 'test',
};

async function apply(client: ObservedClient, steps: Step<Endpoints>[], failure?: string) {
  const told: string[] = [];
  const error = await applyPlan(
    { steps, ...(failure === undefined ? {} : { failure }) },
    {
      client,
      signal,
      written: ({ kind, object }) => told.push(`${kind} ${object.metadata.name}`),
      event: ({ reason }) => told.push(reason),
      failureText: ({ kind }) => `could not ${kind}: `,
    },
  ).catch((reason: unknown) => reason);
  return { told, error };
}

const client = (): ObservedClient => new ObservedClient(new MemoryClient(new VirtualClock()));
const noDisk = failure(500, 'InternalError', 'no disk');

describe('applyPlan', () => {
  it('takes the steps in order', async () => {
    const { told, error } = await apply(client(), [create('a'), say, remove('a')]);
    expect(told).toEqual(['create a', 'R', 'delete a']);
    expect(error).toEqual({ requeueAfterMs: undefined });
  });

  it('skips the rest of a chain that failed, and nothing else (S28, X25)', async () => {
    const observed = client();
    observed.refuse('POST', endpoints, noDisk);
    const { told, error } = await apply(observed, [create('a'), create('b'), say, create('c', 'two')]);
    expect(told).toEqual(['R', 'create c']);
    expect(error).toEqual(new SyncError('could not create: no disk', [noDisk]));
  });

  it('takes a namespace on its way out for no failure, and does not go on in that chain', async () => {
    const observed = client();
    observed.refuse('POST', endpoints, forbidden(endpoints, 'a', '', [{ reason: 'NamespaceTerminating' }]));
    const { told, error } = await apply(observed, [create('a'), create('b'), create('c', 'two')]);
    expect(told).toEqual(['create c']);
    expect(error).toEqual({ requeueAfterMs: undefined });
  });

  it('H21 takes what is gone for deleted', async () => {
    const { told } = await apply(client(), [remove('a')]);
    expect(told).toEqual(['delete a']);
  });

  it('fails when something was left undone, after all steps, and says everything once', async () => {
    const observed = client();
    observed.refuse('POST', endpoints, noDisk, 2);
    const { error } = await apply(observed, [create('a'), create('b', 'two')], 'left undone');
    expect(error).toEqual(new SyncError('[left undone, could not create: no disk]', [noDisk, noDisk]));
  });

  it('hands back the shortest wait', async () => {
    const wait = (delayMs: number): Step<Endpoints> => ({ kind: 'requeueAfter', delayMs, because: 'test' });
    expect((await apply(client(), [wait(5000), wait(1000)])).error).toEqual({ requeueAfterMs: 1000 });
  });
});

describe('decideSyncRetry (C5)', () => {
  const kindOf = (...errors: unknown[]) => decideSyncRetry(new SyncError('text', errors)).kind;

  it('is soon for a conflict, later for a refusal, and the later of both for both', () => {
    expect(kindOf(modifiedConflict(endpoints, 'a'))).toBe('stale');
    expect(kindOf(notFound(endpoints, 'a'))).toBe('backoff');
    expect(kindOf(modifiedConflict(endpoints, 'a'), noDisk)).toBe('backoff');
    expect(kindOf(failure(429, 'TooManyRequests', ''))).toBe('after');
    expect(kindOf()).toBe('backoff');
  });

  it('leaves other errors to the queue', () => {
    expect(decideSyncRetry(noDisk).kind).toBe('backoff');
    expect(decideSyncRetry(modifiedConflict(endpoints, 'a')).kind).toBe('stale');
  });
});
