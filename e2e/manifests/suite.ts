/** What is shipped: each overlay's golden, the chart against the overlays, and both against real servers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { chartTemplates, templates } from '../../hack/render-chart.ts';
import { missingPeers, peerPath, startRealControlPlane } from '../peers.ts';
import { root, startServer } from '../server.ts';
import type { Check, Suite } from '../suite.ts';

const overlays = ['observe', 'adopt', 'own', 'ha', 'dev'].map((name) => `overlays/${name}`);
const all = [...overlays, 'dns', 'proxy', 'monitoring'];
const chart = join(root, 'manifests/chart/fairlead');
const goldenOf = (folder: string): string => join(import.meta.dirname, 'golden', `${folder.replaceAll('/', '-')}.yaml`);
/** What the chart is told to be the same as an overlay. */
const values: Readonly<Record<string, readonly string[]>> = {
  'overlays/observe': [],
  'overlays/adopt': ['--set', 'mode=adopt'],
  'overlays/own': ['--set', 'mode=own'],
  'overlays/ha': ['--set', 'mode=adopt,replicas=2'],
};

export const suite: Suite = {
  about: 'kustomize overlays and Helm chart, goldens and dry runs on kube-apiserver and on fairlead apiserver',
  missing: () => missingPeers('kubectl-1.36', 'helm-1.36', 'etcd', 'kube-apiserver'),
  async run(check, skip) {
    await checkGoldens(check);
    await checkChart(check);
    {
      await using real = await startRealControlPlane();
      await checkServer(check, 'kube-apiserver', real.kubeconfig);
    }
    {
      await using own = await startServer('apiserver');
      await checkServer(check, 'fairlead apiserver', own.kubeconfig);
    }
    skip('monitoring is not sent to a server: ServiceMonitor needs the CRD of the Prometheus operator');
  },
};

async function checkGoldens(check: Check): Promise<void> {
  for (const folder of all) {
    await check(`kubectl kustomize manifests/${folder} gives its golden`, () => {
      const text = run('kubectl-1.36', ['kustomize', join(root, 'manifests', folder)]);
      if (process.env['FAIRLEAD_UPDATE_GOLDENS'] !== undefined) writeFileSync(goldenOf(folder), text);
      assert.ok(existsSync(goldenOf(folder)), 'no golden; FAIRLEAD_UPDATE_GOLDENS=1 writes it');
      assert.equal(text, readFileSync(goldenOf(folder), 'utf8'));
    });
  }
}

async function checkChart(check: Check): Promise<void> {
  await check('the chart was rendered from what the overlays are now (node hack/render-chart.ts)', () => {
    const rendered = chartTemplates();
    assert.deepEqual(readdirSync(templates).sort(), [...rendered.keys()].sort());
    for (const [name, text] of rendered) assert.equal(readFileSync(join(templates, name), 'utf8'), text);
  });
  for (const [folder, more] of Object.entries(values)) {
    await check(`helm template gives the objects of ${folder}`, () => {
      const helm = run('helm-1.36', ['template', 'fairlead', chart, '--namespace=kube-system', ...more]);
      const kustomize = run('kubectl-1.36', ['kustomize', join(root, 'manifests', folder)]);
      assert.deepEqual(objectsOf(helm), objectsOf(kustomize));
    });
  }
  await check('the chart refuses values that it does not know', () => {
    const words = ['template', 'fairlead', chart, '--set', 'mode=shadow'];
    const { status, stderr } = spawnSync(peerPath('helm-1.36'), words, { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /mode/);
  });
}

async function checkServer(check: Check, name: string, kubeconfig: string): Promise<void> {
  for (const folder of all.filter((one) => one !== 'monitoring')) {
    await check(`${name}: kubectl apply -k manifests/${folder} --dry-run=server`, () => {
      const words = ['apply', '-k', join(root, 'manifests', folder), '--dry-run=server', '--kubeconfig', kubeconfig];
      const text = run('kubectl-1.36', words);
      assert.doesNotMatch(text, /Warning/);
    });
  }
  await check(`${name}: helm install, upgrade and uninstall`, () => {
    const home = mkdtempSync(join(tmpdir(), 'fairlead-manifests-'));
    try {
      const helm = (...words: string[]): string =>
        run('helm-1.36', [...words, '--namespace=kube-system', '--kubeconfig', kubeconfig], { HOME: home });
      helm('install', 'fairlead', chart, '--set', 'mode=adopt,replicas=2');
      helm('upgrade', 'fairlead', chart, '--reuse-values', '--set', 'replicas=3');
      assert.match(helm('get', 'manifest', 'fairlead'), /--mode=adopt/);
      helm('uninstall', 'fairlead');
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
}

function run(program: string, words: readonly string[], env: Record<string, string> = {}): string {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(peerPath(program), words, options);
  assert.equal(status, 0, `${program} ${words.join(' ')}:\n${stderr}`);
  return stdout + stderr;
}

function objectsOf(text: string): unknown[] {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  return objects.filter((object) => object !== null).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf(object: unknown): string {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  return `${kind} ${metadata.name}`;
}
