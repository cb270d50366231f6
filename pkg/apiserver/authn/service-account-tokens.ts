/** Service account tokens: ES256 JSON Web Tokens, signed and checked with the server's own key (SV2). */
import { sign, verify, type KeyObject } from 'node:crypto';
import type { KubeObject } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import type { UserInfo } from '../http/exchange.ts';

/** An object that a token names by more than its name: a new one of that name is another. */
export interface Identified {
  readonly name: string;
  readonly uid: string;
}

/** With what a token lives and dies, beside its account; the node of a Pod is only told. */
export interface Binding {
  readonly pod?: Identified;
  readonly secret?: Identified;
  readonly node?: Identified;
}

export interface TokenClaims extends Identified {
  readonly namespace: string;
  readonly audiences: readonly string[];
  readonly seconds: number;
  readonly binding?: Binding;
}

export interface TokenKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** What may hold a token up. */
export type Holder = 'serviceaccounts' | 'pods' | 'secrets' | 'nodes';

/** The metadata of a living object, or undefined when it is gone: its tokens are void then. */
export type HolderLookup = (holder: Holder, namespace: string, name: string) => KubeObject['metadata'] | undefined;

/** An object being deleted holds its tokens a little longer, so that it can end in order. */
const deletionLeewayMs = 60_000;

const extraPrefix = 'authentication.kubernetes.io/';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class ServiceAccountTokens {
  readonly issuer: string;
  readonly #keys: TokenKeys;
  readonly #clock: Clock;
  readonly #lookup: HolderLookup;

  constructor(issuer: string, keys: TokenKeys, clock: Clock, lookup: HolderLookup) {
    this.issuer = issuer;
    this.#keys = keys;
    this.#clock = clock;
    this.#lookup = lookup;
  }

  sign({ namespace, name, uid, audiences, seconds, binding = {} }: TokenClaims): string {
    const now = Math.floor(this.#clock.now() / 1000);
    const payload = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: this.issuer,
      jti: crypto.randomUUID(),
      'kubernetes.io': { namespace, ...binding, serviceaccount: { name, uid } },
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
    if (!this.#isHeld(claims['kubernetes.io'])) return undefined;
    return userOf(claims);
  }

  #isHeld({ namespace, serviceaccount, pod, secret, node }: PrivateClaims): boolean {
    const lives = (holder: Holder, where: string, { name, uid }: Identified): boolean => {
      const metadata = this.#lookup(holder, where, name);
      if (metadata?.uid !== uid) return false;
      const deletion = metadata.deletionTimestamp;
      return deletion === undefined || Date.parse(deletion) + deletionLeewayMs > this.#clock.now();
    };
    if (!lives('serviceaccounts', namespace, serviceaccount)) return false;
    if (pod !== undefined) return lives('pods', namespace, pod);
    if (secret !== undefined) return lives('secrets', namespace, secret);
    return node === undefined || lives('nodes', '', node);
  }
}

function userOf({ jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: Claims): UserInfo {
  const told = { pod, node };
  const extra: Record<string, readonly string[]> = { [`${extraPrefix}credential-id`]: [`JTI=${jti}`] };
  for (const [what, holder] of Object.entries(told)) {
    if (holder === undefined) continue;
    extra[`${extraPrefix}${what}-name`] = [holder.name];
    extra[`${extraPrefix}${what}-uid`] = [holder.uid];
  }
  return {
    username: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra,
  };
}

interface PrivateClaims extends Binding {
  readonly namespace: string;
  readonly serviceaccount: Identified;
}

interface Claims {
  readonly iss: string;
  readonly exp: number;
  readonly nbf: number;
  readonly jti: string;
  readonly aud: readonly string[];
  readonly 'kubernetes.io': PrivateClaims;
}

/** Only tokens that we signed get here, so the shape is ours. */
function parseClaims(body: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
  } catch {
    return undefined;
  }
}
