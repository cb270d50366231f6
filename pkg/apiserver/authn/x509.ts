/**
 * Certificates of our own CA (ECDSA P-256, SHA-256). Written out here because the library for it costs 200 ms of the
 * 300 ms that a first start may take; the cryptography is node's, and tests hold the result to node's own reader.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import * as d from './der.ts';

/** PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly usage: 'ca' | 'server' | 'client';
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
}

const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Makes a key and a certificate for it; without an issuer it signs itself. */
export function makeCertificate(request: CertificateRequest, issuer?: KeyPair): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const signerPublic = issuer === undefined ? publicKey : createPublicKey(signer);
  const algorithm = d.sequence(d.objectId(oids.ecdsaWithSha256));
  const subject = nameOf(request);
  const body = d.sequence(
    d.explicit(0, d.integer(Uint8Array.of(2))),
    d.integer(serialNumber()),
    algorithm,
    issuer === undefined ? subject : subjectOf(issuer),
    d.sequence(d.time(request.notBefore), d.time(request.notAfter)),
    subject,
    spki(publicKey),
    d.explicit(3, d.sequence(...extensions(request, publicKey, signerPublic))),
  );
  const certificate = d.sequence(body, algorithm, d.bitString(sign('sha256', body, signer)));
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** 127 random bits: positive, and never the same twice. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function nameOf({ commonName, organizations = [] }: CertificateRequest): Uint8Array {
  const attribute = (oid: string, value: string): Uint8Array => d.set(d.sequence(d.objectId(oid), d.utf8String(value)));
  return d.sequence(
    ...organizations.map((value) => attribute(oids.organization, value)),
    attribute(oids.commonName, commonName),
  );
}

/** The issuer's name exactly as its certificate has it: the sixth part of the body. */
function subjectOf(issuer: KeyPair): Uint8Array {
  const { raw } = new X509Certificate(issuer.cert);
  const body = childrenOf(childrenOf(raw)[0] ?? raw);
  const subject = body[5];
  if (subject === undefined) throw new Error('the CA certificate has no subject');
  return subject;
}

/** The values inside a constructed value, each with its tag and length. */
function childrenOf(value: Uint8Array): Uint8Array[] {
  const children: Uint8Array[] = [];
  for (let at = headerLength(value); at < value.length;) {
    const rest = value.subarray(at);
    const end = headerLength(rest) + contentLength(rest);
    children.push(rest.subarray(0, end));
    at += end;
  }
  return children;
}

const headerLength = (value: Uint8Array): number => ((value[1] ?? 0) < 0x80 ? 2 : 2 + ((value[1] ?? 0) & 0x7f));

function contentLength(value: Uint8Array): number {
  const first = value[1] ?? 0;
  if (first < 0x80) return first;
  return value.subarray(2, headerLength(value)).reduce((length, byte) => length * 256 + byte, 0);
}

const spki = (key: KeyObject): Uint8Array => key.export({ type: 'spki', format: 'der' });
const keyId = (key: KeyObject): Uint8Array => createHash('sha1').update(spki(key)).digest();

function extensions(request: CertificateRequest, own: KeyObject, signer: KeyObject): Uint8Array[] {
  const extension = (oid: string, value: Uint8Array, critical = false): Uint8Array =>
    d.sequence(d.objectId(oid), ...(critical ? [d.boolean(true)] : []), d.octetString(value));
  const { usage, names = [], addresses = [] } = request;
  const isCa = usage === 'ca';
  const alternatives = [
    ...names.map((name) => d.implicit(2, Buffer.from(name))),
    ...addresses.map((address) => d.implicit(7, addressBytes(address))),
  ];
  const purpose = usage === 'server' ? oids.serverAuth : oids.clientAuth;
  return [
    extension(oids.basicConstraints, isCa ? d.sequence(d.boolean(true)) : d.sequence(), true),
    // Bits from the left: digitalSignature is 0, keyCertSign 5, cRLSign 6.
    extension(oids.keyUsage, isCa ? d.bitString(Uint8Array.of(0x86), 1) : d.bitString(Uint8Array.of(0x80), 7), true),
    ...(isCa ? [] : [extension(oids.extendedKeyUsage, d.sequence(d.objectId(purpose)))]),
    ...(alternatives.length === 0 ? [] : [extension(oids.subjectAltName, d.sequence(...alternatives))]),
    extension(oids.subjectKeyId, d.octetString(keyId(own))),
    extension(oids.authorityKeyId, d.sequence(d.implicit(0, keyId(signer)))),
  ];
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Uint8Array.from([...left, ...middle, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
