/** Differential: recorded random writes of Services (testdata/README.md) through the pure pipeline. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '../api/service.ts';
import type { Service, ServiceCIDR } from '../api/types.ts';
import { completeServiceOnRead } from '../defaulting/service-read.ts';
import { formatIp, type IpFamily, parseIpTolerant } from '../ip/index.ts';
import { NodePortIndex, nodePortPool, ServiceIpIndex } from './index.ts';
import { createService, type ServiceOutcome, updateService, updateServiceStatus } from './service-pipeline.ts';
import type { AllocationWorld, Claim } from './world.ts';

interface Row {
  cluster: 'S' | 'D';
  op: 'post' | 'put' | 'status';
  request: Service;
  previous?: Service;
  taken: { ips: string[]; ports: number[] };
  answer: { code: number; body?: unknown; warnings?: string[]; status?: unknown };
}

const rows = readFileSync(join(import.meta.dirname, 'testdata/random-writes.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

function worldOf(row: Row): AllocationWorld {
  const dual = row.cluster === 'D';
  const families: IpFamily[] = dual ? ['IPv4', 'IPv6'] : ['IPv4'];
  const kubernetes: ServiceCIDR = {
    metadata: { name: 'kubernetes' },
    spec: { cidrs: dual ? ['10.96.0.0/16', 'fd00:10:96::/112'] : ['10.96.0.0/16'] },
  };
  const addresses = new ServiceIpIndex();
  const ports = new NodePortIndex();
  for (const text of row.taken.ips) {
    const ip = parseIpTolerant(text);
    if (ip !== undefined) addresses.claim(ip, 'other/service');
  }
  for (const port of row.taken.ports) ports.claim(port, 'other/service');
  if (row.previous !== undefined) {
    addresses.add(row.previous);
    ports.add(row.previous);
  }
  let state = 42;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const nodePorts = nodePortPool([{ first: 30_000, last: 32_767 }]);
  return { families, cidrs: [kubernetes], addresses, ports, nodePorts, random };
}

function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    item === null ? [] : [[key, withoutNulls(item)]],
  );
  return Object.fromEntries(entries) as T;
}

/** A second write of an existing name ends at 409, which is for the storage to say. */
function run(row: Row): ServiceOutcome {
  const request = withoutNulls(row.request);
  const named = { ...request, metadata: { ...request.metadata, namespace: row.previous?.metadata.namespace ?? 'n' } };
  if (row.op === 'post' || row.previous === undefined) return createService(named, worldOf(row));
  const stored = { ...row.previous, metadata: { ...row.previous.metadata, resourceVersion: '1' } };
  return row.op === 'status' ? updateServiceStatus(named, stored) : updateService(named, stored, worldOf(row));
}

/** Chosen values by their order of appearance, so that sharing stays visible. */
function masked(service: Service, take: readonly Claim[]): Service {
  const chosen = new Set(
    take.flatMap((claim) => {
      if (claim.how === 'static') return [];
      return [claim.kind === 'clusterIP' ? formatIp(claim.ip) : claim.port];
    }),
  );
  const names = new Map<unknown, string>();
  const name = <T>(value: T): T => {
    if (!chosen.has(value as string | number)) return value;
    if (!names.has(value)) names.set(value, `dyn#${names.size}`);
    return names.get(value) as T;
  };
  const { clusterIP, clusterIPs, ports, healthCheckNodePort } = specOf(service);
  const spec = {
    ...specOf(service),
    ...(clusterIP === undefined ? {} : { clusterIP: name(clusterIP) }),
    ...(clusterIPs === undefined ? {} : { clusterIPs: clusterIPs.map(name) }),
    ...(ports === undefined
      ? {}
      : { ports: ports.map((port) => (port.nodePort ? { ...port, nodePort: name(port.nodePort) } : port)) }),
    ...(healthCheckNodePort === undefined ? {} : { healthCheckNodePort: name(healthCheckNodePort) }),
  };
  return { ...service, spec };
}

const explicitPorts = new Set([30_000, 30_001, 30_002, 30_003, 32_767, 32_768]);

/** The same substitutions the recording made in messages. */
const anonymous = (status: unknown): unknown =>
  JSON.parse(
    JSON.stringify(status)
      .replaceAll(/10\.96\.[1-9]\d*\.\d+/g, 'DYN4')
      .replaceAll(/fd00:10:96::(?!ffff\b)[0-9a-f]{3,4}\b/g, 'DYN6')
      .replaceAll(/\b3[0-2]\d{3}\b/g, (port) => (explicitPorts.has(Number(port)) ? port : 'DYNP')),
  );

/** Absent, empty and zero look alike after encoding; identity is left out. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => !['resourceVersion', 'namespace', 'uid', 'creationTimestamp'].includes(key))
    .map(([key, item]: [string, unknown]) => [key, pruned(item)] as const)
    .filter(([key, item]) => {
      if (item === '' || (key.endsWith('odePort') && item === 0)) return false;
      if (key === 'publishNotReadyAddresses' && item === false) return false;
      return !(typeof item === 'object' && item !== null && Object.keys(item).length === 0);
    });
  return Object.fromEntries(entries);
}

describe('random writes recorded with kube-apiserver 1.36.3', () => {
  it.each(['post', 'put', 'status'] as const)('%s: every answer is the same', (op) => {
    const chosen = rows.filter((row) => row.op === op && row.answer.code !== 409);
    const ours = chosen.map((row) => {
      const outcome = run(row);
      if (outcome.kind === 'refused') {
        return { code: outcome.error.code, status: anonymous(outcome.error.status) };
      }
      const service = completeServiceOnRead(masked(outcome.service, outcome.take), 'IPv4');
      return {
        code: row.answer.code < 300 ? row.answer.code : 200,
        body: pruned(service),
        warnings: [...new Set(outcome.warnings)],
      };
    });
    const theirs = chosen.map(({ answer }) =>
      answer.body === undefined
        ? { code: answer.code, status: answer.status }
        : { code: answer.code, body: pruned(answer.body), warnings: answer.warnings },
    );
    expect(ours).toEqual(theirs);
    expect(chosen.length).toBeGreaterThan(20);
  });
});
