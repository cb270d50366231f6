import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { start } from '../testing/index.ts';
import { parseManifests } from './load-manifests.ts';
import { runExplain } from './run-explain.ts';

jest.setTimeout(20_000);

const manifests = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: PodList
items:
- metadata: {name: good, labels: {app: web}}
  spec: {nodeName: n1, containers: [{name: c, image: i}]}
  status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}], conditions: [{type: Ready, status: "True"}]}
- metadata: {name: typo, labels: {app: wbe}}
  spec: {nodeName: n1, containers: [{name: c, image: i}]}
  status: {phase: Running, podIP: 10.0.0.2, podIPs: [{ip: 10.0.0.2}], conditions: [{type: Ready, status: "True"}]}
`;

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-explain-'));
  file = join(folder, 'all.yaml');
  writeFileSync(file, manifests);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('fairlead explain (I7)', () => {
  it('exits 0 for a Pod that serves and 3 for one that does not, from files', async () => {
    const good = await runExplain('web', 'good', { filename: [file] });
    expect(good.output).toContain('Pod good serves web at 10.0.0.1.');
    expect(good.exitCode).toBe(0);
    const typo = await runExplain('web', 'typo', { filename: [file] });
    expect(typo.output).toContain('Pod typo is not selected: app is wbe, wanted web.\n    → ');
    expect(typo.exitCode).toBe(3);
  });

  it('says which rules of a node lead to the Service, in words and as JSON', async () => {
    const rules = { filename: [file], proxyMode: 'nftables', node: 'n1' } as const;
    const told = await runExplain('web', undefined, rules);
    expect(told.output).toContain('Rules on node n1, mode nftables\n');
    const json = await runExplain('web', undefined, { ...rules, output: 'json' });
    expect(JSON.parse(json.output)).toMatchObject({ rules: { node: 'n1', mode: 'nftables' } });
    await expect(runExplain('web', undefined, { ...rules, node: 'n9' })).rejects.toThrow('there is no Node n9.');
  });

  it('gives the machine reasons as JSON', async () => {
    const { output, exitCode } = await runExplain('web', undefined, { filename: [file], output: 'json' });
    expect(JSON.parse(output)).toMatchObject({
      namespace: 'default',
      service: 'web',
      reasons: [{ kind: 'healthy', serving: 1, matching: 1 }],
      pods: [
        { pod: 'good', serves: true, reasons: [{ kind: 'serves' }] },
        { pod: 'typo', serves: false, reasons: [{ kind: 'labelMismatch' }] },
      ],
    });
    expect(exitCode).toBe(0);
  });

  it('refuses what is not there in one sentence', async () => {
    await expect(runExplain('nope', undefined, { filename: [file] })).rejects.toThrow('there is no Service nope');
    await expect(runExplain('web', 'nope', { filename: [file] })).rejects.toThrow('there is no Pod nope');
    await expect(runExplain('web', 'a', { filename: [join(folder, 'none')] })).rejects.toThrow('cannot be read');
    await expect(runExplain('web', 'a', { kubeconfig: join(folder, 'none') })).rejects.toThrow('no cluster to ask');
  });

  it('asks a live cluster, where the slices count', async () => {
    const objects = [
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
      ...parseManifests(manifests, 'test', 'default'),
    ];
    await using cluster = await start({ objects });
    await cluster.settled();
    const { output, exitCode } = await runExplain('web', 'good', { kubeconfig: cluster.kubeconfigPath });
    expect([output.split('\n')[0], exitCode]).toEqual(['Service default/web', 0]);
    const other = runExplain('web', 'good', { kubeconfig: cluster.kubeconfigPath, namespace: 'other' });
    await expect(other).rejects.toThrow('there is no Service web in namespace other');
  });
});

describe('parseManifests', () => {
  it('takes lists apart, fills in namespaces and defaults, and keeps hostile keys as data', () => {
    const text = `${manifests}---\napiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {__proto__: x}}\n---\n`;
    const [service, pod, , node] = parseManifests(text, 'f', 'ns');
    expect(service).toMatchObject({ metadata: { namespace: 'ns' }, spec: { type: 'ClusterIP' } });
    expect(pod).toMatchObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'good', namespace: 'ns' } });
    expect(node?.metadata.namespace).toBeUndefined();
    expect(Object.keys(node?.metadata.labels ?? {})).toEqual(['__proto__']);
  });

  it.each([
    ['a: [', 'f: '],
    ['just text', 'f: expected Kubernetes objects'],
    ['{apiVersion: v1, kind: Pod}', 'f: a Pod has no metadata.name'],
  ])('refuses %s', (text, sentence) => {
    expect(() => parseManifests(text, 'f', 'ns')).toThrow(sentence);
  });
});
