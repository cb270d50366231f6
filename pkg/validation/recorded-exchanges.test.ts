/**
 * Differential: 249 exchanges recorded with kube-apiserver 1.36.3 (testdata/README.md) are sent to the pure pipeline.
 * Code, reason, message, every cause in order, warnings and the whole stored object must agree.
 */
import { describe, expect, it } from '@jest/globals';
import { type ClusterOptions, MemoryCluster } from './testdata/memory-cluster.ts';
import { comparable, decided, type Row, rows } from './testdata/rows.ts';

/** Rows whose answer depends on HTTP or on state outside the pure functions: pkg/apiserver/recorded-rows.test.ts has them. */
const elsewhere: Record<string, string> = {
  B160: 'namespace lookup',
  B161: 'namespace lookup',
  B163: 'resourceVersion precondition',
  B164: 'uid precondition',
  B165: 'URL checks',
  B166: 'URL checks',
  B167: 'JSON decoding',
  B168: 'typed decoding',
  B169: 'typed decoding',
  B170: 'strict decoding',
  B171: 'content negotiation',
  B172: 'content negotiation',
  B173: 'content negotiation',
  B174: 'body limit',
  B175: 'routing',
  B177: 'field selectors',
  B178: 'query options',
  B179: 'query options',
  B180: 'server-side apply',
  B181: 'JSON patch',
  B183: 'quota admission',
  B184: 'authorization',
  B185: 'admission webhook',
  B186: 'admission webhook',
  B187: 'admission webhook',
  B188: 'admission plugin',
};

const ipv4Cidr = '10.96.0.0/16';
const nodePorts = { first: 30_000, last: 32_767 };

function optionsOf(cluster: Row['cluster']): ClusterOptions {
  // A fixed sequence: which addresses are chosen does not matter, that they are chosen again alike does.
  let state = 1;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  if (cluster === 'X') {
    const gates = { relaxedServiceNames: false };
    return { cidrs: ['10.96.0.0/24'], families: ['IPv4'], nodePorts: { first: 30_080, last: 30_089 }, gates, random };
  }
  return cluster === 'D'
    ? { cidrs: [ipv4Cidr, 'fd00:10:96::/112'], families: ['IPv4', 'IPv6'], nodePorts, random }
    : { cidrs: [ipv4Cidr], families: ['IPv4'], nodePorts, random };
}

const servicesPath = '/api/v1/namespaces/default/services';

function start(row: Row): MemoryCluster {
  const cluster = new MemoryCluster(optionsOf(row.cluster));
  const service = (name: string, spec: object): unknown => ({ metadata: { name }, spec });
  // G25 was recorded while the Service `kubernetes` was missing.
  if (row.id !== 'G25') {
    cluster.send('POST', servicesPath, service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ port: 443 }] }));
  }
  const taken = { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30_080 }] };
  cluster.send('POST', servicesPath, service('taken', taken));
  for (const { method, path, body, gates } of row.setup) {
    if (gates === 'StrictIPCIDRValidation=false') cluster.reconfigure({ gates: { strictIps: false } });
    const { code } = cluster.send(method, path, body);
    cluster.reconfigure({ gates: optionsOf(row.cluster).gates ?? {} });
    if (code >= 300) throw new Error(`${row.id}: set-up answered ${code}`);
  }
  if (row.cluster === 'S→D') {
    const { cidrs, families } = optionsOf('D');
    cluster.reconfigure({ cidrs, families });
  }
  return cluster;
}

describe('kube-apiserver 1.36.3', () => {
  const replayed = rows.filter(({ id }) => !Object.hasOwn(elsewhere, id));

  it.each(replayed.map((row) => [row.id, row.cluster, row] as const))('%s on cluster %s', (id, _, row) => {
    const cluster = start(row);
    const { method, path, body } = row.request;
    const answer = cluster.send(method, path, body);
    const decision = Object.hasOwn(decided, id) ? decided[id] : undefined;
    if (decision !== undefined) {
      const causes = (answer.body as { details: { causes: unknown[] } }).details.causes;
      expect({ code: answer.code, causes }).toEqual({ code: decision.code, causes: [decision.cause] });
      expect(row.response.code).toBe(500);
      return;
    }
    expect(comparable(answer, row.response.dynamic)).toEqual(comparable(row.response, row.response.dynamic));
    for (const { request, response } of row.after ?? []) {
      const next = cluster.send(request.method, request.path, request.body);
      expect(comparable(next, response.dynamic)).toEqual(comparable(response, response.dynamic));
    }
  });

  it('leaves to the API server exactly the rows that need one', () => {
    const ids = new Set(rows.map(({ id }) => id));
    expect(Object.keys(elsewhere).filter((id) => !ids.has(id))).toEqual([]);
    expect(replayed).toHaveLength(rows.length - Object.keys(elsewhere).length);
    const reasons = Object.entries(elsewhere).map(([id, reason]) => `${id} (${reason})`);
    process.stdout.write(`recorded exchanges left to the API server: ${reasons.join(', ')}\n`);
  });
});
