/** Objects written into an etcd as kube-apiserver itself would have stored them: through its API they take an hour. */
import { request } from 'undici';
import { ipAddressFor } from '../../pkg/allocator/index.ts';
import { encodeProtobuf, schemaOf } from '../../pkg/api/schema/index.ts';
import { formatIp, ipOfNumber } from '../../pkg/ip/index.ts';

export type Stored = readonly [key: string, value: Uint8Array];

/** etcd takes 128 in one transaction. */
const together = 100;
const writers = 4;

export async function putIntoEtcd(etcd: string, entries: readonly Stored[]): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < entries.length) {
      const part = entries.slice(next, (next += together));
      const success = part.map(([key, value]) => ({ requestPut: { key: base64(key), value: base64(value) } }));
      await ask(etcd, 'txn', { success });
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
}

/** Everything whose key begins so. */
export async function deleteFromEtcd(etcd: string, prefix: string): Promise<void> {
  // The first key that no longer begins so: all prefixes here end in a slash.
  const end = `${prefix.slice(0, -1)}0`;
  await ask(etcd, 'deleterange', { key: base64(prefix), range_end: base64(end) });
}

/** In protobuf: JSON costs upstream more to read. */
export function stored(key: string, group: string, kind: string, object: object): Stored {
  const schema = schemaOf(group, 'v1', kind);
  if (schema === undefined) throw new Error(`no schema for ${kind}`);
  const identity = { uid: crypto.randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' };
  const { metadata } = object as { metadata: object };
  return [`/registry/${key}`, encodeProtobuf(schema, { ...object, metadata: { ...identity, ...metadata } })];
}

/** A Service with defaults and the cluster IP of that number, and the record of that address. */
export function storedService(namespace: string, service: object, number: number): Stored[] {
  const { metadata, spec, ...rest } = service as { metadata: { name: string }; spec: object };
  const ip = ipOfNumber('IPv4', BigInt(number));
  const address = formatIp(ip);
  const given = { clusterIP: address, clusterIPs: [address], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const defaults = { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' };
  const whole = {
    ...rest,
    metadata: { ...metadata, namespace },
    spec: { ...spec, ...given, ...defaults },
    status: { loadBalancer: {} },
  };
  const record = ipAddressFor(ip, { namespace, name: metadata.name });
  return [
    stored(`ipaddresses/${address}`, 'networking.k8s.io', 'IPAddress', record),
    stored(`services/specs/${namespace}/${metadata.name}`, '', 'Service', whole),
  ];
}

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

async function ask(etcd: string, what: 'txn' | 'deleterange', body: object): Promise<void> {
  const path = `${etcd}/v3/kv/${what}`;
  const answer = await request(path, { method: 'POST', body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
}
