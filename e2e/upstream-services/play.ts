/** Plays a scenario on one server. */
import { normalise } from '../upstream-api/normalise.ts';
import type { Step } from '../upstream-api/script.ts';
import type { Answer, Ask } from '../upstream-api/send.ts';
import { anonymous, namesOf } from './anonymous.ts';
import { edited, encode } from './encode.ts';
import type { Request, Scenario } from './scenario.ts';

/** The answers in order, without what the server was free to choose. */
export async function play(ask: Ask, scenario: Scenario, namespace: string): Promise<Answer[]> {
  const hide = anonymous(namesOf(scenario), namespace);
  const seen = new Map<string, unknown>();
  await created(ask, namespace);
  const answers: Answer[] = [];
  for (const [index, request] of scenario.requests.entries()) {
    const id = `${scenario.seed}.${index}`;
    const answer = await answered(ask, { id, method: request.method, ...wire(request, seen, namespace) });
    remember(request, answer, seen);
    answers.push(hide(normalise(answer), JSON.stringify(request).includes('dryRun')));
  }
  await cleared(ask, scenario, namespace);
  return answers;
}

/** A server that breaks off has answered, too. */
async function answered(ask: Ask, step: Step): Promise<Answer> {
  try {
    return await ask(step);
  } catch (error) {
    return {
      id: step.id,
      code: 0,
      headers: {},
      body: `connection broken: ${error instanceof Error ? error.message : ''}`,
    };
  }
}

function wire(
  { path, body, from, contentType }: Request,
  seen: ReadonlyMap<string, unknown>,
  namespace: string,
): { path: string; body?: string; contentType?: string } {
  const content = from === undefined ? body : edited(seen.get(from.live) ?? {}, from.edits);
  return {
    path: path.replaceAll('{ns}', namespace),
    ...(content === undefined ? {} : { body: encode(content, namespace) }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** What a client knows of an object: the last answer that was one. */
function remember({ method, path }: Request, { code, body }: Answer, seen: Map<string, unknown>): void {
  if (code >= 300 || typeof body !== 'object' || body === null || path.includes('dryRun')) return;
  const place = path.replace(/[?].*/, '').replace(/\/status$/, '');
  const name = (body as { metadata?: { name?: string } }).metadata?.name;
  seen.set(method === 'POST' ? `${place}/${name}` : place, body);
}

async function created(ask: Ask, name: string): Promise<void> {
  const { code } = await ask({ id: name, method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  if (code !== 201) throw new Error(`the namespace ${name} of a scenario could not be made: ${code}`);
}

/** Gives everything back, so that other scenarios may ask for the same ports and addresses. */
async function cleared(ask: Ask, { requests }: Scenario, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/services`;
  await ask({ id: namespace, method: 'DELETE', path });
  if (!JSON.stringify(requests).includes('inalizers') && !JSON.stringify(requests).includes('propagation')) return;
  const { body } = await ask({ id: namespace, method: 'GET', path });
  const { items = [] } = body as { items?: { metadata: { name: string } }[] };
  for (const { metadata } of items) {
    const release = { metadata: { finalizers: null } };
    const one = `${path}/${metadata.name}`;
    await ask({
      id: namespace,
      method: 'PATCH',
      path: one,
      body: release,
      contentType: 'application/merge-patch+json',
    });
  }
}
