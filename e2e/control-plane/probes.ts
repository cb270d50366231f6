/** Probes, metrics and logs as monitoring reads them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { peerPath } from '../peers.ts';
import type { Check, Skip } from '../suite.ts';
import type { Plane } from './plane.ts';

const promtool = process.env['FAIRLEAD_PROMTOOL'] ?? peerPath('promtool');

export async function checkProbes(check: Check, skip: Skip, plane: Plane): Promise<void> {
  await using replica = await plane.replica('--mode=observe');
  await replica.ready();
  const health = await replica.port('health');
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`http://127.0.0.1:${health}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  await check('OB1 /livez, /readyz and /healthz, verbose, single and with exclusions', async () => {
    assert.deepEqual(await ask('/livez'), { status: 200, text: 'ok' });
    assert.deepEqual(await ask('/livez/ping'), { status: 200, text: 'ok' });
    const checks = ['ping', 'informer-sync', 'shutdown'].map((name) => `[+]${name} ok`);
    assert.equal((await ask('/readyz?verbose')).text, [...checks, 'readyz check passed', ''].join('\n'));
    const { status, text } = await ask('/healthz?verbose&exclude=workers&exclude=nothing');
    assert.equal(status, 200);
    assert.match(text, /\[\+\]workers excluded: ok\n.*\nhealthz check passed\n$/);
    assert.match(text, /^warn: some health checks cannot be excluded: no matches for "nothing"$/m);
  });
  await check('DP10 /configz tells what is in force', async () => {
    const { mode } = JSON.parse(await replica.scrape('/configz')) as { mode: string };
    assert.equal(mode, 'observe');
  });
  await check('log lines are JSON, or text', async () => {
    for (const line of replica.output().trim().split('\n')) assert.equal(typeof JSON.parse(line), 'object');
    await using text = await plane.replica('--mode=observe', '--logging-format=text');
    await text.ready();
    assert.match(text.output(), /Serving probes and metrics/);
    assert.ok(!text.output().startsWith('{'));
  });
  if (!existsSync(promtool)) {
    skip('promtool is not there: put it into .peers/bin or name it in FAIRLEAD_PROMTOOL (Debian: prometheus)');
    return;
  }
  await check('promtool finds nothing in /metrics that Prometheus could not read', async () => {
    const input = await replica.scrape('/metrics');
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input, encoding: 'utf8' });
    // 3: remarks about names, and upstream's names are what they are.
    assert.ok(status === 0 || status === 3, stdout + stderr);
    console.log(`      ${input.split('\n').filter((line) => line.startsWith('# TYPE')).length} families`);
  });
}
