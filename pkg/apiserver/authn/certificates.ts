/**
 * The server's own certificate authority (S2, SV1): made at first start, kept in the data directory, leaves renewed
 * when four fifths of their life are over. Files are written under a temporary name and renamed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenKeys } from './service-account-tokens.ts';
import { makeCertificate, type KeyPair } from './x509.ts';

export type { KeyPair };

export interface Identity {
  readonly ca: KeyPair;
  readonly serving: KeyPair;
  /** user kubernetes-admin, group system:masters */
  readonly admin: KeyPair;
  readonly tokenKeys: TokenKeys;
}

export interface IdentityOptions {
  /** Absent: nothing is kept. */
  readonly directory?: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly now: number;
}

/** What is kept cannot be used; the message says what to do. Nothing was changed. */
export class IdentityError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityError';
  }
}

/**
 * Looks at what cannot be made anew without every client and every token noticing: the authority and the key of tokens.
 * Certificates that the authority signed are made again when something is wrong with them.
 */
export function checkIdentity(directory: string): void {
  const files = ['ca.crt', 'ca.key', 'sa.key'].map((name) => join(directory, name));
  const [cert = '', key = '', tokens = ''] = files;
  const advice = `Nothing was changed. Restore ${directory} from a backup, or remove it for a new authority: kubeconfigs and tokens given out so far are worthless then.`;
  const refuse = (what: string, cause?: unknown): never => {
    throw new IdentityError(`${what}. ${advice}`, { cause });
  };
  if (existsSync(cert) !== existsSync(key)) refuse(`of ${cert} and ${key} only one is there`);
  if (existsSync(cert)) {
    const matches = readOr(
      () => new X509Certificate(readFileSync(cert)).checkPrivateKey(privateKeyIn(key)),
      (cause) => refuse(`${cert} or ${key} is damaged: ${String(cause)}`, cause),
    );
    if (!matches) refuse(`${key} is not the key of ${cert}`);
  }
  if (existsSync(tokens)) {
    readOr(
      () => privateKeyIn(tokens),
      (cause) => refuse(`${tokens} is damaged: ${String(cause)}`, cause),
    );
  }
}

const privateKeyIn = (path: string): KeyObject => createPrivateKey(readFileSync(path));

function readOr<T>(read: () => T, refuse: (cause: unknown) => never): T {
  try {
    return read();
  } catch (cause) {
    return refuse(cause);
  }
}

export function loadIdentity(options: IdentityOptions): Identity {
  if (options.directory !== undefined) checkIdentity(options.directory);
  const files = options.directory === undefined ? noFiles : fileStore(options.directory);
  const ca = kept(files, 'ca', options.now, undefined) ?? files.put('ca', makeCa(options.now));
  const serving =
    kept(files, 'apiserver', options.now, (cert) => covers(cert, ca, options)) ??
    files.put('apiserver', makeServing(ca, options));
  const admin =
    kept(files, 'admin', options.now, (cert) => isIssuedBy(cert, ca)) ??
    files.put('admin', issueClient(ca, 'kubernetes-admin', ['system:masters'], options.now));
  return { ca, serving, admin, tokenKeys: tokenKeys(files) };
}

const day = 24 * 3600 * 1000;
const year = 365 * day;

/** A little earlier than now, for clients whose clock is behind. */
const validity = (now: number, length: number): { notBefore: number; notAfter: number } => ({
  notBefore: now - 60_000,
  notAfter: now + length,
});

/** A client certificate for a component: system:kube-proxy and the like. */
export function issueClient(ca: KeyPair, commonName: string, organizations: readonly string[], now: number): KeyPair {
  return makeCertificate({ commonName, organizations, usage: 'client', ...validity(now, year) }, ca);
}

const makeCa = (now: number): KeyPair =>
  makeCertificate({ commonName: 'fairlead-ca', usage: 'ca', ...validity(now, 10 * year) });

function makeServing(ca: KeyPair, { names, addresses, now }: IdentityOptions): KeyPair {
  return makeCertificate(
    { commonName: 'kube-apiserver', usage: 'server', names, addresses, ...validity(now, year) },
    ca,
  );
}

function isIssuedBy(cert: X509Certificate, ca: KeyPair): boolean {
  return cert.verify(new X509Certificate(ca.cert).publicKey);
}

/** A kept serving certificate is good only if it names everything that is wanted now. */
function covers(cert: X509Certificate, ca: KeyPair, { names, addresses }: IdentityOptions): boolean {
  return (
    isIssuedBy(cert, ca) &&
    names.every((name) => cert.checkHost(name) !== undefined) &&
    addresses.every((address) => cert.checkIP(address) !== undefined)
  );
}

// --- files ----------------------------------------------------------------------------------------------------------

interface Files {
  get(name: string): KeyPair | undefined;
  put(name: string, pair: KeyPair): KeyPair;
  text(name: string, make: () => string): string;
}

const noFiles: Files = { get: () => undefined, put: (_name, pair) => pair, text: (_name, make) => make() };

function fileStore(directory: string): Files {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(directory, name);
  const write = (name: string, content: string): void => {
    const temporary = path(`.${name}.new`);
    writeFileSync(temporary, content, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path(name));
  };
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  return {
    get: (name) =>
      existsSync(path(`${name}.crt`)) && existsSync(path(`${name}.key`))
        ? { cert: read(`${name}.crt`), key: read(`${name}.key`) }
        : undefined,
    put: (name, pair) => {
      write(`${name}.key`, pair.key);
      write(`${name}.crt`, pair.cert);
      return pair;
    },
    text: (name, make) => {
      if (!existsSync(path(name))) write(name, make());
      return read(name);
    },
  };
}

/** The stored pair, unless four fifths of its life are over or it is not good any more. */
function kept(
  files: Files,
  name: string,
  now: number,
  isGood: ((cert: X509Certificate) => boolean) | undefined,
): KeyPair | undefined {
  const pair = files.get(name);
  if (pair === undefined) return undefined;
  const cert = readCertificate(pair);
  if (cert === undefined) return undefined;
  const from = Date.parse(cert.validFrom);
  const to = Date.parse(cert.validTo);
  if (now > from + (to - from) * 0.8) return undefined;
  return isGood === undefined || isGood(cert) ? pair : undefined;
}

/** undefined: it, or its key, is damaged. */
function readCertificate({ cert, key }: KeyPair): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(cert);
    return certificate.checkPrivateKey(createPrivateKey(key)) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function tokenKeys(files: Files): TokenKeys {
  const pem = files.text('sa.key', () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
