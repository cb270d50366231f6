/**
 * The server's own certificate authority (S2, SV1): made at first start, kept in the data directory, leaves renewed
 * when four fifths of their life are over. Files are written under a temporary name and renamed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
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

export function loadIdentity(options: IdentityOptions): Identity {
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
  const cert = new X509Certificate(pair.cert);
  const from = Date.parse(cert.validFrom);
  const to = Date.parse(cert.validTo);
  if (now > from + (to - from) * 0.8) return undefined;
  return isGood === undefined || isGood(cert) ? pair : undefined;
}

function tokenKeys(files: Files): TokenKeys {
  const pem = files.text('sa.key', () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
