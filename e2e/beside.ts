/** The same script to a real control plane and to ours: how the two are reached, and how their answers are judged. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminToken, nobodyToken, usersFile, type RealControlPlane } from './peers.ts';
import { startServer } from './server.ts';
import type { Check } from './suite.ts';
import { reasonIn, type Known } from './upstream-api/known.ts';
import { differences } from './upstream-api/normalise.ts';
import type { Answer, Target } from './upstream-api/send.ts';

export const targetOf = ({ url, identity }: Pick<RealControlPlane, 'url' | 'identity'>): Target => ({
  url,
  ca: identity.ca.cert,
  token: adminToken,
  nobodyToken,
});

export interface OurTarget extends Target, AsyncDisposable {}

/** `fairlead apiserver` with the users of the real one. */
export async function startOurTarget(...flags: readonly string[]): Promise<OurTarget> {
  await using starting = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tokens-'));
  starting.defer(() => rmSync(folder, { recursive: true, force: true }));
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, usersFile, { mode: 0o600 });
  const server = starting.use(await startServer('apiserver', '--token-auth-file', tokens, ...flags));
  const owned = starting.move();
  return {
    url: server.url,
    ca: readFileSync(join(server.folder, 'pki/ca.crt'), 'utf8'),
    token: adminToken,
    nobodyToken,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** One check an answer; what the register holds may differ, and all that it holds has to. */
export async function compareAnswers(
  check: Check,
  theirs: readonly Answer[],
  ours: readonly Answer[],
  register: readonly Known[],
): Promise<void> {
  const knownReason = reasonIn(register);
  const met = new Set<string>();
  for (const [index, real] of theirs.entries()) {
    const found = differences(real, ours[index]);
    const why = knownReason(real.id);
    if (why !== undefined && found.length > 0) met.add(why);
    else await check(real.id, () => assert.deepEqual(found, []));
  }
  await check('every entry of the register still is a difference', () => {
    assert.deepEqual(
      register.filter(({ why }) => !met.has(why)),
      [],
    );
  });
}
