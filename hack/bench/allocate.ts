/** Creates of Services by 16 clients while ever more of them are there; and the allocator alone. */
import { request } from 'undici';
import { ipAddressFor } from '../../pkg/allocator/index.ts';
import { encodeProtobuf, schemaOf } from '../../pkg/api/schema/index.ts';
import { formatIp, ipOfNumber } from '../../pkg/ip/index.ts';
import { benchAllocator } from './allocator.ts';
import type { Figure } from './figure.ts';
import { services } from './objects.ts';
import { alternate, type Effort } from './rounds.ts';
import { ratePerSecond, runJob } from './run-job.ts';
import { startBoth, type Side } from './sides.ts';

/** Services that are there, and how many more each round creates. */
const levels = [
  { present: 0, count: 200 },
  { present: 2000, count: 200 },
  { present: 10_000, count: 150 },
  { present: 50_000, count: 60 },
] as const;

const range = '10.96.0.0/12';
const firstNumber = (10 << 24) + (96 << 16) + 4096;
const clients = 16;

export async function benchAllocate(effort: Effort): Promise<Figure[]> {
  const figures = benchAllocator(effort);
  await using sides = await startBoth({ serviceCidr: range });
  let filled = 0;
  for (const { present, count } of effort.quick ? levels.slice(0, 2) : levels) {
    for (const side of [sides.ours, sides.theirs]) {
      if (side === undefined || present === filled) continue;
      const start = performance.now();
      await fill(side, filled, present);
      console.log(`  ${present} Services after ${Math.round((performance.now() - start) / 1000)} s`);
    }
    filled = present;
    const about = {
      bench: `allocate-${present}`,
      what: `creates of Services, 16 clients, ${present.toLocaleString('en-US')} present`,
      unit: 'ops/s',
      better: 'higher',
    } as const;
    figures.push(
      await alternate(about, sides, effort.rounds, (side, round) => creates(side, count, `r${present}-${round}`)),
    );
  }
  return figures;
}

/** What was created is deleted again, so that the next round finds as many as this one did. */
async function creates(side: Side, count: number, prefix: string): Promise<number> {
  const rate = await ratePerSecond(side, { kind: 'create', of: 'services', clients, count, prefix });
  await runJob(side, { kind: 'delete', of: 'services', clients, count, prefix });
  console.log(`  ${prefix}: ${Math.round(rate)} creates/s`);
  return rate;
}

/** Ours is filled by clients. Upstream would take an hour, so its Services and addresses are written into its etcd. */
async function fill(side: Side, from: number, to: number): Promise<void> {
  if (side.etcd === undefined) {
    await runJob(side, {
      kind: 'create',
      of: 'services',
      clients,
      count: Math.floor((to - from) / 1.1),
      prefix: `f${to}`,
    });
    return;
  }
  let next = from;
  const writer = async (etcd: string): Promise<void> => {
    while (next < to) {
      const n = next++;
      for (const [key, value] of stored(n)) await put(etcd, key, value);
    }
  };
  await Promise.all(Array.from({ length: clients }, () => writer(side.etcd ?? '')));
}

/** In protobuf, as upstream itself would have written them: JSON costs it more to read. */
function stored(n: number): [string, Uint8Array][] {
  const name = `f-${n}`;
  const ip = ipOfNumber('IPv4', BigInt(firstNumber + n));
  const address = formatIp(ip);
  const record = ipAddressFor(ip, { namespace: 'default', name });
  const identity = (): object => ({ uid: crypto.randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' });
  const { kind, apiVersion, metadata, spec } = services.make(name) as {
    kind: string;
    apiVersion: string;
    metadata: object;
    spec: object;
  };
  const given = { clusterIP: address, clusterIPs: [address], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const defaults = { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' };
  const service = {
    kind,
    apiVersion,
    metadata: { ...metadata, namespace: 'default', ...identity() },
    spec: { ...spec, ...given, ...defaults },
    status: { loadBalancer: {} },
  };
  const stamped = { ...record, metadata: { ...record.metadata, ...identity() } };
  return [
    [`/registry/ipaddresses/${address}`, encoded('networking.k8s.io', 'IPAddress', stamped)],
    [`/registry/services/specs/default/${name}`, encoded('', 'Service', service)],
  ];
}

function encoded(group: string, kind: string, object: object): Uint8Array {
  const schema = schemaOf(group, 'v1', kind);
  if (schema === undefined) throw new Error(`no schema for ${kind}`);
  return encodeProtobuf(schema, { ...object });
}

async function put(etcd: string, key: string, value: Uint8Array): Promise<void> {
  const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');
  const { statusCode, body } = await request(`${etcd}/v3/kv/put`, {
    method: 'POST',
    body: JSON.stringify({ key: base64(key), value: base64(value) }),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`etcd answered ${statusCode} to ${key}`);
}
