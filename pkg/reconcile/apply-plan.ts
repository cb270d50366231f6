/** Carries out a plan: one request a write, in order; what failed is said once, at the end. */
import { isStatusError } from '../api/status.ts';
import type { KubeObject } from '../api/types.ts';
import type { Client } from '../client/index.ts';
import { aggregate } from '../steps/index.ts';
import type { EventStep, Plan, WriteStep } from '../steps/index.ts';
import { SyncError } from './sync-error.ts';
import { WithheldError } from './withheld-error.ts';

export interface ApplyOptions<Item, Because extends string> {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** A write succeeded; `result` is the server's answer, absent after a deletion. */
  written(step: WriteStep<Item, Because>, result: Item | undefined): void;
  event?(step: EventStep<Because>): void;
  /** What the user reads before the server's words; nothing by default. */
  failureText?(step: WriteStep<Item, Because>): string;
  /** A write was refused, and is about to be part of the SyncError. */
  failed?(step: WriteStep<Item, Because>, text: string): void;
}

/** How far it got. */
export interface Applied {
  readonly requeueAfterMs: number | undefined;
}

/**
 * Throws a SyncError when something failed or the plan says that something is left undone. A namespace that is being
 * deleted takes nothing new and is no failure; the rest of the chain is pointless then (E25, S28). What should be
 * deleted and is gone already is deleted (H21).
 */
export async function applyPlan<Item extends KubeObject, Because extends string>(
  plan: Plan<Item, Because>,
  options: ApplyOptions<Item, Because>,
): Promise<Applied> {
  const ended = new Set<string>();
  const problems = plan.failure === undefined ? [] : [plan.failure];
  const errors: unknown[] = [];
  let requeueAfterMs: number | undefined;
  for (const step of plan.steps) {
    if (step.kind === 'event') {
      options.event?.(step);
    } else if (step.kind === 'requeueAfter') {
      requeueAfterMs = Math.min(step.delayMs, requeueAfterMs ?? step.delayMs);
    } else if (!ended.has(step.chain)) {
      options.signal.throwIfAborted();
      try {
        options.written(step, await write(step, options));
      } catch (error) {
        // The rest of the chain is still to be looked at: a client that withholds one write withholds all.
        if (error instanceof WithheldError) continue;
        ended.add(step.chain);
        if (step.kind === 'create' && isNamespaceTerminating(error)) continue;
        const text = `${options.failureText?.(step) ?? ''}${textOf(error)}`;
        options.failed?.(step, text);
        problems.push(text);
        errors.push(error);
      }
    }
  }
  if (problems.length > 0) throw new SyncError(aggregate(problems), errors);
  return { requeueAfterMs };
}

async function write<Item extends KubeObject, Because extends string>(
  step: WriteStep<Item, Because>,
  { client, signal }: ApplyOptions<Item, Because>,
): Promise<Item | undefined> {
  const { because } = step;
  if (step.kind === 'create') return client.create(step.resource, step.object, { signal, because });
  if (step.kind === 'update') {
    const { subresource } = step;
    const part = subresource === undefined ? {} : { subresource };
    return client.update(step.resource, step.object, { signal, because, ...part });
  }
  const { namespace, name = '' } = step.object.metadata;
  const key = namespace === undefined ? { name } : { namespace, name };
  try {
    await client.delete(step.resource, key, { preconditions: step.precondition, because, signal });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
  return undefined;
}

function isNamespaceTerminating(error: unknown): boolean {
  if (!isStatusError(error, 'Forbidden')) return false;
  return (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}

/** Errors from elsewhere may belong to another realm, so no `instanceof`. */
function textOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
