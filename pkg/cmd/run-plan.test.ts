import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { services } from '../api/resources.ts';
import { start } from '../testing/index.ts';
import type { PlanFlags } from './plan.ts';
import { runPlan } from './run-plan.ts';

jest.setTimeout(20_000);

const manifests = `
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: fixed}, spec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: bad}, spec: {clusterIP: 1.2.3.4, ports: [{port: 80}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: i}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}], conditions: [{type: Ready, status: "True"}]}
`;

let folder = '';
let flags: PlanFlags;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-plan-'));
  const file = join(folder, 'all.yaml');
  writeFileSync(file, manifests);
  flags = {
    filename: [file],
    serviceClusterIpRange: ['10.96.0.0/16'],
    serviceNodePortRange: '30000-32767',
    clusterDomain: 'cluster.local',
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('fairlead plan --proxy-mode', () => {
  it('shows what the proxy of a node would write', async () => {
    const { output } = await runPlan({ ...flags, proxyMode: 'nftables' });
    expect(output).toContain('Rules on node n1, mode nftables');
    expect(output).toContain('add element ip kube-proxy no-endpoint-services { 10.96.0.9 . tcp . 80');
    const { output: lines } = await runPlan({ ...flags, proxyMode: 'iptables' });
    expect(lines).toContain('  + -A KUBE-SERVICES');
    await expect(runPlan({ ...flags, proxyMode: 'userspace' })).rejects.toThrow('no rules to plan');
  });
});

describe('fairlead plan (I8)', () => {
  it('says what is given or refused, written and resolvable, and shows ranges for what is chosen', async () => {
    const { output, exitCode } = await runPlan(flags);
    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      'Services',
      '  default/web  clusterIP one of 10.96.0.0/16, nodePort one of 30000-32767',
      '  default/fixed  clusterIP 10.96.0.9',
      expect.stringMatching(/^ {2}default\/bad {2}refused: .*1\.2\.3\.4/),
      '',
      'Writes of the controllers',
      '  create endpoints default/web  (endpointsMissing)',
      expect.stringMatching(/^ {2}create endpointslices default\/web-… /),
      '',
      'Names',
      '  web.default.svc.cluster.local. A one of 10.96.0.0/16',
      '  web.default.svc.cluster.local. SRV 0 100 80 web.default.svc.cluster.local.',
      '  10-0-0-1.web.default.svc.cluster.local. A 10.0.0.1',
      '  10-0-0-1.web.default.svc.cluster.local. SRV 0 100 80 10-0-0-1.web.default.svc.cluster.local.',
      '  fixed.default.svc.cluster.local. A 10.96.0.9',
      '  fixed.default.svc.cluster.local. SRV 0 100 80 fixed.default.svc.cluster.local.',
      '',
    ]);
  });

  it('gives the objects as JSON', async () => {
    const { output } = await runPlan({ ...flags, output: 'json' });
    const { writes } = JSON.parse(output) as { writes: unknown[] };
    expect(writes[1]).toMatchObject({
      kind: 'create',
      resource: 'endpointslices',
      object: { endpoints: [{ addresses: ['10.0.0.1'], nodeName: 'n1' }] },
    });
  });

  it('sees what a live cluster has given already, and writes nothing', async () => {
    const held = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'held' } };
    const objects = [{ ...held, spec: { clusterIP: '10.96.0.9', ports: [{ port: 80 }] } }];
    await using cluster = await start({ controllers: false, objects });
    const { output } = await runPlan({ ...flags, kubeconfig: cluster.kubeconfigPath });
    expect(output).toMatch(/default\/fixed {2}refused: .*already allocated/);
    const { items } = await cluster.client.list(services, { namespace: 'default' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['held', 'kubernetes']);
  });

  it('refuses to plan nothing', async () => {
    const { filename: _, ...rest } = flags;
    await expect(runPlan(rest)).rejects.toThrow('expected manifests');
  });
});
