/**
 * Differential: 249 exchanges recorded with kube-apiserver 1.36.3 (testdata/README.md) are sent to the pure pipeline.
 * Code, reason, message, every cause in order, warnings and the whole stored object must agree.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Answer, type ClusterOptions, MemoryCluster } from './testdata/memory-cluster.ts';

interface Request {
  method: string;
  path: string;
  contentType?: string;
  body?: unknown;
  gates?: string;
}
interface Response {
  code: number;
  warnings?: string;
  body: unknown;
  dynamic?: string[];
}
interface Row {
  id: string;
  cluster: 'S' | 'D' | 'X' | 'S→D';
  setup: Request[];
  request: Request;
  response: Response;
  after?: { request: Request; response: Response }[];
}

const rows = readFileSync(join(import.meta.dirname, 'testdata/recorded-exchanges.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

/** Rows whose answer depends on HTTP or on state outside the pure functions: left to the API server's own e2e. */
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

/** Q5: upstream blames itself for a bad health-check port; here the client is told which field it is. */
const decided: Record<string, { code: number; cause: unknown }> = {
  B42: {
    code: 422,
    cause: {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 30080: provided port is already allocated',
      field: 'spec.healthCheckNodePort',
    },
  },
  B43: {
    code: 422,
    cause: {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
      field: 'spec.healthCheckNodePort',
    },
  },
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

/** Absent and empty look alike after encoding; versions are ours. */
function pruned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => pruned(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'resourceVersion' && !(key === 'parentRef' && name === 'group'))
    .map(([name, item]) => [name, pruned(item, name)] as const)
    .filter(
      ([, item]) => item !== '' && !(typeof item === 'object' && item !== null && Object.keys(item).length === 0),
    );
  return Object.fromEntries(entries);
}

/** Replaces what the server chose by the band it was chosen from. */
function masked(body: unknown, dynamic: readonly string[] = []): unknown {
  const copy = structuredClone(body);
  for (const path of dynamic) {
    const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
    const last = steps.pop() ?? '';
    const holder = steps.reduce((at, step) => at[step] as Record<string, unknown>, copy as Record<string, unknown>);
    holder[last] = bandName(holder[last]);
  }
  return copy;
}

function bandName(value: unknown): string {
  if (typeof value === 'number') return value >= 30_086 && value <= 32_767 ? 'dynp' : `outside: ${value}`;
  const text = String(value);
  const dynamic = /^10\.96\.([1-9]\d*)\.\d+$/.test(text) || /^fd00:10:96::[1-9a-f][0-9a-f]{2,3}$/.test(text);
  return dynamic ? 'dyn' : /^10\.96\.0\.([1-9]|1[0-6])$/.test(text) ? 'static band' : `outside: ${text}`;
}

const warningsOf = (text = ''): string[] =>
  [...text.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)]
    .map(([, quoted = '']) => quoted.replaceAll(String.raw`\"`, '"'))
    // The deprecation of the whole kind is the HTTP layer's word (F8).
    .filter((warning) => !warning.startsWith('v1 Endpoints is deprecated'));

const comparable = (answer: Answer | Response, dynamic?: readonly string[]): unknown => ({
  code: answer.code,
  body: pruned(masked(answer.body, dynamic)),
  warnings: typeof answer.warnings === 'object' ? answer.warnings : warningsOf(answer.warnings),
});

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
