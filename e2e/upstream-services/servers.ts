/** A real control plane and ours with the same ranges. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminToken, nobodyToken, startRealControlPlane } from '../peers.ts';
import { startServer } from '../server.ts';
import { connect } from '../upstream-api/send.ts';
import type { Pair } from './compare.ts';
import { nodePortRange, rangesOf, type Cluster } from './scenario.ts';

export async function startPair(cluster: Cluster): Promise<Pair & AsyncDisposable> {
  const resources = new AsyncDisposableStack();
  const serviceCidr = rangesOf[cluster];
  const flags = [`--service-node-port-range=${nodePortRange}`];
  const real = resources.use(await startRealControlPlane({ serviceCidr, flags }));
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tokens-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, `${adminToken},admin,admin-uid,system:masters\n${nobodyToken},nobody,nobody-uid\n`);
  const ours = resources.use(
    await startServer(
      'apiserver',
      '--no-lifecycle',
      `--token-auth-file=${tokens}`,
      `--service-cluster-ip-range=${serviceCidr}`,
      `--service-node-port-range=${nodePortRange}`,
    ),
  );
  const target = (url: string, ca: string) => connect({ url, ca, token: adminToken, nobodyToken });
  const toReal = resources.use(target(real.url, real.identity.ca.cert));
  const toOurs = resources.use(target(ours.url, readFileSync(join(ours.folder, 'pki/ca.crt'), 'utf8')));
  return { real: toReal.ask, ours: toOurs.ask, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
