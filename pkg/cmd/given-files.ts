/** Files and folders that a flag names, read or made; where that fails, the sentence names the flag. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KeyPair } from '../apiserver/index.ts';
import { ConfigError } from './config-error.ts';

/** The text of the file, or undefined without the flag. */
export function readGiven(flag: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : orSay(`${flag} ${path} cannot be read`, () => readFileSync(path, 'utf8'));
}

/** Makes the data directory if it is not there, for us alone to read. */
export function makeDataDir(path: string): string {
  const dataDir = resolve(path);
  orSay(`--data-dir ${path} cannot be used`, () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }));
  return dataDir;
}

/** A serving certificate and its key; both or neither. */
export function readServing(certFile: string | undefined, keyFile: string | undefined): KeyPair | undefined {
  const cert = readGiven('--tls-cert-file', certFile);
  const key = readGiven('--tls-private-key-file', keyFile);
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigError('--tls-cert-file and --tls-private-key-file go together; only one of them is given.');
  const matches = orSay('the serving certificate or its key is not PEM', () =>
    new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)),
  );
  if (!matches) throw new ConfigError(`${keyFile} is not the key of the certificate in ${certFile}.`);
  return { cert, key };
}

/** Authorities of client certificates, as PEM. */
export function readClientCa(path: string | undefined): string | undefined {
  const pem = readGiven('--client-ca-file', path);
  if (pem !== undefined) orSay(`--client-ca-file ${path} holds no certificate`, () => new X509Certificate(pem));
  return pem;
}

/** Does it, or says what for it failed. */
export function orSay<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ConfigError(`${what}: ${(error as Error).message}`);
  }
}
