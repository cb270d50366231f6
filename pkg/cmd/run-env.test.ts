import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../testing/index.ts';
import { parseManifests } from './load-manifests.ts';
import { runEnv } from './run-env.ts';

const pod = `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: i}]}
`;
const service = (more: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: redis-primary}
spec: {ports: [{port: 6379}]${more}}
`;

let folder = '';
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('fairlead env (I6)', () => {
  it('prints the variables of the Services in the manifests', async () => {
    const filename = [write('pod.yaml', pod), write('services.yaml', service(', clusterIP: 10.0.0.11'))];
    const { output, remarks, exitCode } = await runEnv('p', { dryRun: true, filename });
    expect(output.split('\n').slice(0, 3)).toEqual([
      'REDIS_PRIMARY_SERVICE_HOST=10.0.0.11',
      'REDIS_PRIMARY_SERVICE_PORT=6379',
      'REDIS_PRIMARY_PORT=tcp://10.0.0.11:6379',
    ]);
    expect([remarks, exitCode]).toEqual([[], 0]);
    const json = await runEnv(undefined, { filename, output: 'json' });
    expect(JSON.parse(json.output)).toMatchObject({
      pod: 'p',
      namespace: 'default',
      variables: expect.arrayContaining([{ name: 'REDIS_PRIMARY_SERVICE_PORT', value: '6379' }]),
    });
  });

  it('says why a Service without address is left out (E1)', async () => {
    const { output, remarks } = await runEnv('p', { filename: [write('both.yaml', pod + service(''))] });
    expect(output).toBe('');
    expect(remarks).toEqual([expect.stringContaining('redis-primary has no clusterIP')]);
  });

  it('refuses what cannot be answered', async () => {
    const filename = [write('pod.yaml', pod)];
    await expect(runEnv('other', { filename })).rejects.toThrow('expected one Pod other in the manifests, found 0.');
    await expect(runEnv('p', { dryRun: true })).rejects.toThrow('say with -f');
    await expect(runEnv(undefined, {})).rejects.toThrow('expected the name of a Pod');
  });

  it('asks a live cluster, the API server included (E2)', async () => {
    const team = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
    await using cluster = await start({ objects: [team, ...parseManifests(pod + service(''), 'test', 'team')] });
    await cluster.settled();
    const flags = { kubeconfig: cluster.kubeconfigPath, namespace: 'team' };
    const { output } = await runEnv('p', flags);
    expect(output).toMatch(/^KUBERNETES_SERVICE_HOST=10\.96\.0\.1$/m);
    expect(output).toMatch(/^REDIS_PRIMARY_PORT_6379_TCP_PROTO=tcp$/m);
    await expect(runEnv('q', flags)).rejects.toThrow('pods "q" not found');
  });
});
