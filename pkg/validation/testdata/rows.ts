/** The recorded exchanges of README.md, and how an answer of ours is held against one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An answer of ours; warnings as texts. */
export interface Answer {
  readonly code: number;
  readonly body: unknown;
  readonly warnings?: readonly string[];
}

export interface Request {
  method: string;
  path: string;
  contentType?: string;
  body?: unknown;
  accept?: string;
  user?: string;
  gates?: string;
}
export interface Response {
  code: number;
  warnings?: string;
  body: unknown;
  dynamic?: string[];
}
export interface Row {
  id: string;
  cluster: 'S' | 'D' | 'X' | 'S→D';
  setup: Request[];
  request: Request;
  response: Response;
  after?: { request: Request; response: Response }[];
}

export const rows = readFileSync(join(import.meta.dirname, 'recorded-exchanges.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

/** Q5: upstream blames itself for a bad health-check port; here the client is told which field it is. */
export const decided: Record<string, { code: number; cause: unknown }> = {
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

export const comparable = (answer: Answer | Response, dynamic?: readonly string[]): unknown => ({
  code: answer.code,
  body: pruned(masked(answer.body, dynamic)),
  warnings: typeof answer.warnings === 'object' ? answer.warnings : warningsOf(answer.warnings),
});
