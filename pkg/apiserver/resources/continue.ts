/** L6, L7: the opaque token between the pages of a list. */
import { parseJson } from '../../api/schema/index.ts';
import { badRequest } from '../../api/status.ts';

export interface Continue {
  /** Snapshot of the first page; -1: go on at the latest version. */
  readonly revision: number;
  /** First key of the next page, relative to the resource. */
  readonly start: string;
}

export function formatContinue({ revision, start }: Continue): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

const invalidToken = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);

export function parseContinue(token: string): Continue {
  let value: unknown;
  try {
    value = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  } catch (error) {
    throw invalidToken(error instanceof Error ? error.message : String(error));
  }
  const { v, rv, start } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (v !== 'meta.k8s.io/v1') throw invalidToken('server does not recognize this encoded version');
  if (typeof rv !== 'number' || rv === 0 || !Number.isSafeInteger(rv))
    throw invalidToken('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '') throw invalidToken('encoded start key empty (version meta.k8s.io/v1)');
  if (start.split('/').some((part) => part === '..' || part === '.'))
    throw invalidToken('encoded start key is not a clean path');
  return { revision: rv, start };
}
