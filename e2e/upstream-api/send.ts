/** Sends the script to one server and writes down what it answered. */
import { Agent, request } from 'undici';
import type { Step } from './script.ts';

export interface Answer {
  readonly id: string;
  readonly code: number;
  /** The headers whose value is part of the behaviour. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, watch events as a list, or the text. */
  readonly body: unknown;
}

export interface Target {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  readonly nobodyToken: string;
}

/** The headers whose value is part of the behaviour. */
export const keptHeaders = ['content-type', 'warning', 'retry-after', 'location'] as const;

/** One server: takes a step, gives its answer. */
export type Ask = (step: Step) => Promise<Answer>;

export interface Connection extends AsyncDisposable {
  readonly ask: Ask;
}

export function connect(target: Target): Connection {
  const dispatcher = new Agent({ connect: { ca: target.ca }, allowH2: false });
  return {
    ask: (step) => send(target, dispatcher, step),
    [Symbol.asyncDispose]: () => dispatcher.close(),
  };
}

export async function sendScript(target: Target, steps: readonly Step[]): Promise<Answer[]> {
  await using connection = connect(target);
  const answers: Answer[] = [];
  for (const step of steps) {
    if (step.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, step.pauseMs));
    try {
      answers.push(await askUntil(connection.ask, step));
    } catch (error) {
      throw new Error(`no answer to: ${step.id}`, { cause: error });
    }
  }
  return answers;
}

const patienceMs = 30_000;

async function askUntil(ask: Ask, step: Step): Promise<Answer> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask(step);
    if (step.until === undefined || step.until(answer.code, answer.body) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function send(target: Target, dispatcher: Agent, step: Step): Promise<Answer> {
  const { id, method, path, body, accept = 'application/json', events } = step;
  const token = step.user === 'nobody' ? target.nobodyToken : target.token;
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    accept,
    'user-agent': 'script/1',
    ...(body === undefined ? {} : { 'content-type': step.contentType ?? 'application/json' }),
  };
  const response = await request(target.url + path, {
    method: method as 'GET',
    dispatcher,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.body.text();
  return {
    id,
    code: response.statusCode,
    headers: Object.fromEntries(
      keptHeaders.flatMap((name) => {
        const value = response.headers[name];
        return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(' | ') : value]];
      }),
    ),
    body: events === undefined ? parse(text) : text.trim().split('\n').slice(0, events).map(parse),
  };
}

/** JSON, or the text when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
