/** Who is asking (S4–S6, SV2): the connection's certificate, then a bearer token, then nobody in particular. */
import { hash as hashOf, timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../../api/status.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

export const anonymous: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

const authenticatedGroup = 'system:authenticated';

const digest = (text: string): Buffer => hashOf('sha256', text, 'buffer');

export class Authenticator {
  readonly #static: readonly { readonly hash: Buffer; readonly user: UserInfo }[];
  readonly #accounts: ServiceAccountTokens;

  constructor(tokens: readonly StaticToken[], accounts: ServiceAccountTokens) {
    this.#static = tokens.map(({ token, user }) => ({ hash: digest(token), user }));
    this.#accounts = accounts;
  }

  /** Throws 401 for credentials that are presented and wrong; never falls back to anonymous then (S5). */
  authenticate(request: ApiRequest): UserInfo {
    if (request.peer !== undefined) return withGroup(request.peer);
    const header = request.headers.authorization;
    if (header === undefined || header === '') return anonymous;
    const [scheme = '', token = ''] = header.split(' ', 2);
    if (scheme.toLowerCase() !== 'bearer' || token === '') return anonymous;
    const user = this.tokenUser(token);
    if (user === undefined) throw unauthorized();
    return withGroup(user);
  }

  /** The owner of a token, for TokenReview too; `audiences` narrows which service account tokens count. */
  tokenUser(token: string, audiences?: readonly string[]): UserInfo | undefined {
    const hash = digest(token);
    for (const known of this.#static) if (timingSafeEqual(known.hash, hash)) return known.user;
    return this.#accounts.verify(token, audiences);
  }
}

export function withGroup(user: UserInfo): UserInfo {
  if (user.groups.includes(authenticatedGroup) || user.username === anonymous.username) return user;
  return { ...user, groups: [...user.groups, authenticatedGroup] };
}

/** Lines of `token,user,uid,"group1,group2"`, as --token-auth-file has them. */
export function parseTokenFile(text: string): StaticToken[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line, index) => {
      const [token = '', username = '', uid = '', groups = ''] = splitCsv(line);
      if (token === '' || username === '') {
        throw new Error(`token file, line ${index + 1}: expected token,user,uid[,"group1,group2"]`);
      }
      const names = groups.split(',').filter((group) => group !== '');
      return { token, user: { username, uid, groups: names } };
    });
}

function splitCsv(line: string): string[] {
  const cells: string[] = [''];
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) cells.push('');
    else cells[cells.length - 1] += char;
  }
  return cells.map((cell) => cell.trim());
}
