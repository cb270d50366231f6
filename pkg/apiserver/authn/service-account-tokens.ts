/** Service account tokens: ES256 JSON Web Tokens, signed and checked with the server's own key (SV2). */
import { sign, verify, type KeyObject } from 'node:crypto';
import type { Clock } from '../../clock/index.ts';
import type { UserInfo } from '../http/exchange.ts';

export interface TokenClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  readonly seconds: number;
}

export interface TokenKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The uid of the live account, or undefined when it is gone: a deleted account's tokens are void. */
export type AccountLookup = (namespace: string, name: string) => string | undefined;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class ServiceAccountTokens {
  readonly issuer: string;
  readonly #keys: TokenKeys;
  readonly #clock: Clock;
  readonly #lookup: AccountLookup;

  constructor(issuer: string, keys: TokenKeys, clock: Clock, lookup: AccountLookup) {
    this.issuer = issuer;
    this.#keys = keys;
    this.#clock = clock;
    this.#lookup = lookup;
  }

  sign({ namespace, name, uid, audiences, seconds }: TokenClaims): string {
    const now = Math.floor(this.#clock.now() / 1000);
    const payload = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: this.issuer,
      jti: crypto.randomUUID(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const text = `${encode({ alg: 'ES256', kid: 'fairlead' })}.${encode(payload)}`;
    const signature = sign('sha256', Buffer.from(text), { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }

  verify(token: string, audiences: readonly string[] = [this.issuer]): UserInfo | undefined {
    const [header = '', body = '', signature = '', ...rest] = token.split('.');
    if (signature === '' || rest.length > 0) return undefined;
    // The algorithm is the key's, whatever the token says of itself.
    const key = { key: this.#keys.publicKey, dsaEncoding: 'ieee-p1363' as const };
    if (!verify('sha256', Buffer.from(`${header}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = parseClaims(body);
    if (claims === undefined || claims.iss !== this.issuer) return undefined;
    const now = this.#clock.now() / 1000;
    if (claims.exp <= now || claims.nbf > now + 1) return undefined;
    if (!claims.aud.some((audience) => audiences.includes(audience))) return undefined;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    if (this.#lookup(namespace, serviceaccount.name) !== serviceaccount.uid) return undefined;
    return {
      username: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    };
  }
}

interface Claims {
  readonly iss: string;
  readonly exp: number;
  readonly nbf: number;
  readonly aud: readonly string[];
  readonly 'kubernetes.io': { readonly namespace: string; readonly serviceaccount: { name: string; uid: string } };
}

/** Only tokens that we signed get here, so the shape is ours. */
function parseClaims(body: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
  } catch {
    return undefined;
  }
}
