/**
 * Every exchange recorded with kube-apiserver 1.36.3 (pkg/validation/testdata), with set-up and follow-ups, to a whole
 * server: what pkg/validation replays on pure functions, and what needs paths, bodies, preconditions and admission.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { normalise } from '../../e2e/upstream-api/normalise.ts';
import { comparable, decided, rows, type Request, type Row } from '../validation/testdata/rows.ts';
import { admin, testServer, type TestServer } from '../testing/api-server.ts';

/** What these rows are about is not built, or is no option of the server. */
const absent: Record<string, string> = {
  B5: 'the gate for names is always on',
  B174: 'bytes of a body are counted by the listener',
  B183: 'a quota has to be counted first: upstream-quota.test.ts',
  B185: 'no webhooks',
  B186: 'no webhooks',
  B187: 'no webhooks',
  B188: 'no DenyServiceExternalIPs plugin',
  G25: 'the Service kubernetes cannot be missing',
  G57: 'a restart with other ranges',
};

const replayed = rows.filter(({ id, setup }) => !Object.hasOwn(absent, id) && !setup.some(({ gates }) => gates));

const clusters = {
  S: { serviceCidrs: ['10.96.0.0/16'], nodePortRange: '30000-32767' },
  D: { serviceCidrs: ['10.96.0.0/16', 'fd00:10:96::/112'], nodePortRange: '30000-32767' },
  X: { serviceCidrs: ['10.96.0.0/24'], nodePortRange: '30080-30089' },
};

const expanded = (text: string): string =>
  text.replaceAll(/@repeat:(.):(\d+)/g, (_, letter: string, count: string) => letter.repeat(Number(count)));

async function send(api: TestServer, { method, path, contentType, accept, user, body }: Request) {
  const text = body === undefined ? undefined : expanded(typeof body === 'string' ? body : JSON.stringify(body));
  const answer = await api.request(method, path, {
    headers: { 'content-type': contentType ?? 'application/json', accept: accept ?? 'application/json' },
    user: user === undefined ? admin : { username: user, groups: ['system:authenticated'] },
    ...(text === undefined ? {} : { body: text }),
  });
  const { headers, body: shown } = normalise({ id: '', code: answer.status, headers: {}, body: answer.body });
  const warnings = answer.headers['warning'] ?? [];
  return { code: answer.status, headers, warnings: [warnings].flat().join(', '), body: anonymous(shown) };
}

/** Without identity; what names the place in storage has a name of its own. */
function anonymous(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/\/registry\/[\w/.-]+/g, 'STORAGE-KEY');
  if (Array.isArray(value)) return value.map((item) => anonymous(item));
  if (typeof value !== 'object' || value === null) return value;
  const dropped = ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields'];
  const entries = Object.entries(value).filter(([name]) => !dropped.includes(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, anonymous(inner)]));
}

const taken = { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30_080 }] };
const services = '/api/v1/namespaces/default/services';

const setTaken = (api: TestServer) => api.post(services, { metadata: { name: 'taken' }, spec: taken });

/** Sends a row; whatever it has made or changed is gone afterwards. */
async function tryRow(api: TestServer, row: Row, check: (answers: Sent[]) => void): Promise<void> {
  const after = row.after ?? [];
  const requests = [...row.setup, row.request, ...after.map(({ request }) => request)];
  const answers: Sent[] = [];
  for (const request of requests) answers.push(await send(api, request));
  for (const [index, { method, path }] of requests.entries()) {
    const { code, body } = answers[index] as Sent;
    if (method === 'GET' || code >= 300) continue;
    const name = (body as { metadata?: { name?: string } }).metadata?.name ?? '';
    const one = method === 'POST' ? `${path}/${name}` : path.replace(/[/]status$|[?].*/g, '');
    await api.patch(one, 'merge', { metadata: { finalizers: null } });
    await api.delete(one);
  }
  await setTaken(api);
  for (const [index, { code, body }] of answers.slice(0, row.setup.length).entries()) {
    if (code >= 300) throw new Error(`set-up ${index} answered ${code}: ${JSON.stringify(body)}`);
  }
  check(answers.slice(row.setup.length));
}

type Sent = Awaited<ReturnType<typeof send>>;

describe.each(['S', 'D', 'X'] as const)('exchanges recorded with kube-apiserver 1.36.3 on cluster %s', (cluster) => {
  const mine = replayed.filter((row) => row.cluster === cluster);
  let api: TestServer;
  beforeAll(async () => {
    api = await testServer({ ...clusters[cluster], lifecycle: false });
    await setTaken(api);
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
  });

  it.each(mine.map((row) => [row.id, row] as const))('%s', async (id, row) => {
    await tryRow(api, row, (answers) => {
      const [answer] = answers;
      if (Object.hasOwn(decided, id)) {
        const { causes } = (answer as unknown as { body: { details: { causes: unknown[] } } }).body.details;
        expect({ code: answer?.code, causes }).toEqual({ code: decided[id]?.code, causes: [decided[id]?.cause] });
        return;
      }
      const expected = [row.response, ...(row.after ?? []).map(({ response }) => response)];
      expect(answers.map((ours, index) => comparable(ours, expected[index]?.dynamic))).toEqual(
        expected.map((theirs) => comparable(theirs, theirs.dynamic)),
      );
    });
  });
});

describe('exchanges recorded with kube-apiserver 1.36.3', () => {
  it('leaves out what it says it leaves out', () => {
    const gated = rows.filter(({ setup }) => setup.some(({ gates }) => gates)).map(({ id }) => id);
    const reasons = Object.entries(absent).map(([id, why]) => `${id} (${why})`);
    process.stdout.write(`exchanges not replayed: ${reasons.join(', ')}, ${gated.join(', ')} (a gate of the set-up)\n`);
    expect(replayed.length + Object.keys(absent).length + gated.length).toBe(rows.length);
  });
});
