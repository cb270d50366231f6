/** The real kube-controller-manager does its work through our API server, and finds nothing to complain about. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startTarget, targetName, type Target } from '../clients/target.ts';
import { startControllerManager, type ControllerManager } from '../controller-manager.ts';
import { missingPeers } from '../peers.ts';
import type { Check, Suite } from '../suite.ts';
import { Namespace } from './cluster.ts';
import { expectedRefusals, expectedTroubles } from './expected.ts';
import { troubles } from './klog.ts';
import { checkWorks } from './works.ts';

const controllers = [
  'namespace',
  'garbage-collector',
  'endpoints',
  'endpointslice',
  'endpointslice-mirroring',
  'deployment',
  'replicaset',
  'serviceaccount',
  'root-ca-certificate-publisher',
];

const seconds = Number(process.env['FAIRLEAD_KCM_SECONDS'] ?? 60);
const nodes = ['node-a', 'node-b', 'node-c'];

export const suite: Suite = {
  about: `kube-controller-manager 1.36 against ${targetName}, for ${seconds} s`,
  missing: () => missingPeers('kube-controller-manager'),
  async run(check) {
    const until = Date.now() + seconds * 1000;
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-kcm-'));
    await using target = await startTarget({ manager: false });
    await using manager = await startControllerManager({
      kubeconfig: target.kubeconfig,
      folder,
      controllers,
      flags: [`--root-ca-file=${caFile(target.kubeconfig, folder)}`],
    });
    for (const name of nodes) await target.rest.post('/api/v1/nodes', { metadata: { name } });
    const namespace = (name: string): Namespace => new Namespace(target.rest, name, nodes);
    await checkWorks(check, namespace('team'), namespace('other'));
    await check(`round after round until ${seconds} s are over`, async () => {
      for (let round = 1; Date.now() < until; round += 1) await liveAndDie(namespace(`round-${round}`));
    });
    await checkComplaints(check, target, manager);
    rmSync(folder, { recursive: true, force: true });
  },
};

async function liveAndDie(namespace: Namespace): Promise<void> {
  await namespace.make();
  await namespace.until('an account', async () => (await namespace.get('serviceaccounts', 'default')) !== undefined);
  await namespace.deploy('web', 3);
  await namespace.serve('web');
  await namespace.until('three ready endpoints', async () => (await namespace.ready('web')) === 3);
  await namespace.patch('deployments', 'web', { spec: { replicas: 1 } });
  await namespace.until('one ready endpoint', async () => (await namespace.ready('web')) === 1);
  await namespace.end();
  await namespace.until('nothing', async () => !(await namespace.exists()));
}

async function checkComplaints(check: Check, target: Target, manager: ControllerManager): Promise<void> {
  await check('it still runs', () => assert.equal(manager.ended, false));
  await check('its log has no warning or error that a real server would not cause', () => {
    const unexpected = troubles(manager.log()).filter(
      ({ name }) => !expectedTroubles.some((known) => known.test(name)),
    );
    assert.deepEqual(unexpected, []);
  });
  await check('it was refused nothing that a real server would not refuse', async () => {
    const refused = await target.refusals('kube-controller-manager');
    assert.deepEqual(
      refused.filter((refusal) => isNews(refusal, expectedRefusals)),
      [],
    );
  });
}

const isNews = (text: string, known: readonly RegExp[]): boolean => !known.some((pattern) => pattern.test(text));

function caFile(kubeconfig: string, folder: string): string {
  const { clusters } = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: { 'certificate-authority-data': string } }[];
  };
  const path = join(folder, 'ca.crt');
  writeFileSync(path, Buffer.from(clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64'));
  return path;
}
