/** Histories of single objects that several clients read and change at once, through both servers. */
import type { Operation } from '../../pkg/testing/linearizability/check.ts';
import type { Tree } from '../rest.ts';
import { versionOf, type Api } from './api.ts';
import { configMaps } from './load.ts';

const clients = 4;

/** One object's history of `steps` operations a client. */
export async function recordHistory(apis: readonly Api[], name: string, steps: number): Promise<Operation[]> {
  const history: Operation[] = [];
  const path = `${configMaps}/${name}`;
  const valueOf = (object: Tree): string => String(object['data']?.['value']);
  let writes = 0;
  const ask = async (
    client: string,
    api: Api,
    kind: 'read' | 'patch' | 'put',
    known: Tree | undefined,
  ): Promise<Tree | undefined> => {
    writes += 1;
    const value = `${client}-${writes}`;
    const asked = performance.now();
    const record = (what: Operation['what']): void =>
      void history.push({ client, asked, told: performance.now(), what });
    if (kind === 'read') {
      const answer = await api.send('GET', path);
      if (answer.code !== 200 || !('body' in answer)) return known;
      record({ kind: 'read', version: versionOf(answer.body), value: valueOf(answer.body) });
      return answer.body;
    }
    const expected = known === undefined ? 0 : versionOf(known);
    const conditional = kind === 'put' && known !== undefined;
    const answer = conditional
      ? await api.send('PUT', path, { metadata: { name, resourceVersion: String(expected) }, data: { value } })
      : await api.send('PATCH', path, { data: { value } });
    if (answer.code === 200 && 'body' in answer) {
      record({ kind: 'write', version: versionOf(answer.body), value, ...(conditional ? { expected } : {}) });
      return answer.body;
    }
    if (answer.code === 409) record({ kind: 'refused', expected });
    else record({ kind: 'lost', value });
    return undefined;
  };
  const first = await create(apis, name, history);
  if (first === undefined) return [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      let known: Tree | undefined = first;
      for (let step = 0; step < steps; step += 1) {
        const api = apis[(client + step) % apis.length];
        if (api === undefined) return;
        const kind = (['read', 'put', 'read', 'patch'] as const)[(client * 7 + step * 3 + (step >> 2)) % 4] ?? 'read';
        known = await ask(`c${client}`, api, kind, known);
      }
    }),
  );
  return history;
}

async function create(apis: readonly Api[], name: string, history: Operation[]): Promise<Tree | undefined> {
  const asked = performance.now();
  const created = await apis[0]?.send('POST', configMaps, { metadata: { name }, data: { value: 'first' } });
  if (created?.code !== 201 || !('body' in created)) return undefined;
  const what = { kind: 'write', version: versionOf(created.body), value: 'first' } as const;
  history.push({ client: 'first', asked, told: performance.now(), what });
  return created.body;
}
