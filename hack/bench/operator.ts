/** What the author of an operator waits for: the cluster of a test, and the whole suite of examples/operator. */
import { join } from 'node:path';
import { startRealControlPlane } from '../../e2e/peers.ts';
import { root, runProgram } from '../../e2e/server.ts';
import { testCluster } from '../../examples/operator/test-cluster.ts';
import type { Figure } from './figure.ts';
import type { Effort } from './rounds.ts';
import { missingPeer } from './sides.ts';

export async function benchOperator(effort: Effort): Promise<Figure[]> {
  const starts: Readings = { ours: [], theirs: [] };
  const suites: Readings = { ours: [], theirs: [] };
  // Once unmeasured: code is compiled, the cache of the test runner filled.
  await startOurs();
  await timed(async () => runSuite());
  for (let round = 0; round < effort.rounds; round += 1) {
    starts.ours.push(await startOurs());
    suites.ours.push(await timed(async () => runSuite()));
    if (missingPeer() !== undefined) continue;
    const began = performance.now();
    await using plane = await startRealControlPlane();
    await using cluster = await withKubeconfig(plane.kubeconfig, testCluster);
    const started = performance.now() - began;
    starts.theirs.push(started);
    await cluster.namespace();
    suites.theirs.push(started + (await timed(async () => runSuite(plane.kubeconfig))));
  }
  const about = { unit: 'ms', better: 'lower' } as const;
  return [
    { bench: 'operator-start', what: 'a cluster for a test, its definition served', ...about, ...starts },
    { bench: 'operator-suite', what: 'the suite of examples/operator, cluster included', ...about, ...suites },
  ];
}

interface Readings {
  readonly ours: number[];
  readonly theirs: number[];
}

async function timed(action: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

async function startOurs(): Promise<number> {
  const began = performance.now();
  await using cluster = await testCluster();
  const started = performance.now() - began;
  await cluster.namespace();
  return started;
}

async function withKubeconfig<T>(path: string, action: () => Promise<T>): Promise<T> {
  process.env['EXAMPLE_KUBECONFIG'] = path;
  try {
    return await action();
  } finally {
    delete process.env['EXAMPLE_KUBECONFIG'];
  }
}

function runSuite(kubeconfig = ''): void {
  const args = [join(root, 'hack/test.ts'), 'examples/operator'];
  const { code, stdout, stderr } = runProgram(process.execPath, args, { env: { EXAMPLE_KUBECONFIG: kubeconfig } });
  if (code !== 0) throw new Error(`the suite failed:\n${stdout}${stderr}`);
}
