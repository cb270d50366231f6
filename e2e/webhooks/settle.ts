/** The script for one webhook server, and what that server's address and chance leave in the answers, taken out. */
import { settled } from '../crd/compare.ts';
import type { Step } from '../upstream-api/script.ts';
import type { Answer } from '../upstream-api/send.ts';
import { normalise } from '../upstream-api/normalise.ts';
import { portWord, words } from './hooks.ts';
import type { WebhookServer } from './server.ts';

/** The words of the script replaced by what the server at hand has. */
export function addressed(step: Step, server: WebhookServer): Step {
  if (step.body === undefined) return step;
  const text = JSON.stringify(step.body)
    .replaceAll(words.place, server.place)
    .replaceAll(words.plain, server.plain)
    .replaceAll(words.ca, server.caBundle)
    .replaceAll(words.foreign, server.foreignCa)
    .replaceAll(`"port":${portWord}`, `"port":${server.port}`);
  return { ...step, body: JSON.parse(text) as unknown };
}

/** And back. */
export function unaddressed(answer: Answer, server: WebhookServer): Answer {
  const text = JSON.stringify(answer)
    .replaceAll(server.place, words.place)
    .replaceAll(server.plain, words.plain)
    .replaceAll(server.caBundle, words.ca)
    .replaceAll(server.foreignCa, words.foreign)
    .replaceAll(`"port":${server.port}`, `"port":${portWord}`)
    .replaceAll(/(127\.0\.0\.1|localhost|\.svc):\d{5}/g, '$1:PORT')
    // Of a TCP connection that a server ended, the client's end.
    .replaceAll(/127\.0\.0\.1:\d+->/g, '127.0.0.1:PORT->')
    .replaceAll(/expected response\.uid=\\"[^"]*\\"/g, 'expected response.uid=\\"UID\\"')
    .replaceAll(/(lookup [\w.-]+)(?: on [\d.:]+)?: [^"\\]*/g, '$1: REFUSED')
    .replaceAll(/gen-[a-z0-9]{5}/g, 'gen-RANDOM');
  return settled(JSON.parse(text) as Answer);
}

/** A review as two servers must send it. */
export const told = (review: unknown): unknown => {
  const { body } = normalise({
    id: '',
    code: 0,
    headers: {},
    body: JSON.parse(JSON.stringify(review).replaceAll(/gen-[a-z0-9]{5}/g, 'gen-RANDOM')),
  });
  return settled({ id: '', code: 0, headers: {}, body }).body;
};

/** H12: a server that read an old version asks again, as often as it likes. */
export const lastOf = ({ id }: { readonly id: string }, asked: readonly unknown[]): readonly unknown[] =>
  id === 'delete collection' ? asked : asked.slice(-1);
