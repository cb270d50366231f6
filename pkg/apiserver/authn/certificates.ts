/**
 * The server's own certificate authority (S2, SV1): made at first start, kept in the data directory, leaves renewed
 * when four fifths of their life are over. Files are written under a temporary name and renamed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenKeys } from './service-account-tokens.ts';

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

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

export async function loadIdentity(options: IdentityOptions): Promise<Identity> {
  const files = options.directory === undefined ? noFiles : fileStore(options.directory);
  const ca = (await kept(files, 'ca', options.now, undefined)) ?? files.put('ca', await makeCa(options.now));
  const serving =
    (await kept(files, 'apiserver', options.now, (cert) => covers(cert, ca, options))) ??
    files.put('apiserver', await makeServing(ca, options));
  const admin =
    (await kept(files, 'admin', options.now, (cert) => isIssuedBy(cert, ca))) ??
    files.put('admin', await issueClient(ca, 'kubernetes-admin', ['system:masters'], options.now));
  return { ca, serving, admin, tokenKeys: tokenKeys(files) };
}

/** A client certificate for a component: system:kube-proxy and the like. */
export async function issueClient(ca: KeyPair, user: string, groups: readonly string[], now: number): Promise<KeyPair> {
  const { generate } = await import('selfsigned');
  const attributes = [
    { name: 'commonName', value: user },
    ...groups.map((value) => ({ name: 'organizationName', value })),
  ];
  const made = await generate(attributes, {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 60_000),
    notAfterDate: new Date(now + year),
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

const day = 24 * 3600 * 1000;
const year = 365 * day;

async function makeCa(now: number): Promise<KeyPair> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'fairlead-ca' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 60_000),
    notAfterDate: new Date(now + 10 * year),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

async function makeServing(ca: KeyPair, { names, addresses, now }: IdentityOptions): Promise<KeyPair> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 60_000),
    notAfterDate: new Date(now + year),
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
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
async function kept(
  files: Files,
  name: string,
  now: number,
  isGood: ((cert: X509Certificate) => boolean) | undefined,
): Promise<KeyPair | undefined> {
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
