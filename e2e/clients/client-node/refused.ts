/** Errors of the client as the caller sees them, and what the server says it refused. */
import assert from 'node:assert/strict';
import type { Target } from '../target.ts';

/** What a rejected call told its caller: the code, and the reason in the Status. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { code, body } = error as { code?: number; body?: string };
    const { reason = '' } = JSON.parse(body ?? '{}') as { reason?: string };
    return `${code} ${reason}`;
  }
  throw new Error('the call was to be refused');
}

/** How the client calls itself. */
const agent = 'kubernetes-client-javascript';

export async function expectRefusals(target: Target, ...expected: readonly string[]): Promise<void> {
  assert.deepEqual(await target.refusals(agent), expected.toSorted(), 'refused requests');
}
