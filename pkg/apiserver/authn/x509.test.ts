import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from './x509.ts';

const day = 24 * 3600 * 1000;
const now = Date.UTC(2026, 10, 24, 12);
const validity = { notBefore: now, notAfter: now + 30 * day };
const ca = makeCertificate({ commonName: 'test-ca', usage: 'ca', ...validity });
const read = (cert: string): X509Certificate => new X509Certificate(cert);

describe('S2 certificates, as node reads them', () => {
  it('makes a CA that signs itself', () => {
    const cert = read(ca.cert);
    expect([cert.ca, cert.subject, cert.issuer]).toEqual([true, 'CN=test-ca', 'CN=test-ca']);
    expect(cert.verify(cert.publicKey)).toBe(true);
    expect(cert.checkIssued(cert)).toBe(true);
  });

  it('makes a serving certificate for names and addresses of both families', () => {
    const made = makeCertificate(
      {
        commonName: 'kube-apiserver',
        usage: 'server',
        names: ['localhost', 'kubernetes.default.svc'],
        addresses: ['127.0.0.1', '::1', 'fd00:10:96::1'],
        ...validity,
      },
      ca,
    );
    const cert = read(made.cert);
    expect(cert.verify(read(ca.cert).publicKey)).toBe(true);
    expect(cert.checkIssued(read(ca.cert))).toBe(true);
    expect(cert.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect(cert.checkHost('example.com')).toBeUndefined();
    for (const address of ['127.0.0.1', '::1', 'fd00:10:96::1']) expect(cert.checkIP(address)).toBe(address);
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(cert.ca).toBe(false);
  });

  it('S4 names user and groups in a client certificate', () => {
    const made = makeCertificate(
      { commonName: 'kubernetes-admin', organizations: ['system:masters', 'ops'], usage: 'client', ...validity },
      ca,
    );
    expect(read(made.cert).subject).toBe('O=system:masters\nO=ops\nCN=kubernetes-admin');
    expect(read(made.cert).keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('keeps to the second, on both sides of 2050', () => {
    for (const end of [Date.UTC(2049, 11, 31, 23, 59, 59), Date.UTC(2050, 0, 1)]) {
      const { cert } = makeCertificate({ commonName: 'x', usage: 'ca', notBefore: now, notAfter: end });
      expect([Date.parse(read(cert).validFrom), Date.parse(read(cert).validTo)]).toEqual([now, end]);
    }
  });

  it('never repeats a serial number, and keeps it positive', () => {
    const serials = Array.from(
      { length: 50 },
      () => read(makeCertificate({ commonName: 'x', usage: 'ca', ...validity }).cert).serialNumber,
    );
    expect(new Set(serials).size).toBe(50);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it('signs under a CA that another tool made, whatever its name is built of', () => {
    const other = makeCertificate({ commonName: 'x'.repeat(60), organizations: ['Ünïcode'], usage: 'ca', ...validity });
    const { cert } = makeCertificate({ commonName: 'leaf', usage: 'client', ...validity }, other);
    expect(read(cert).checkIssued(read(other.cert))).toBe(true);
    expect(read(cert).verify(read(other.cert).publicKey)).toBe(true);
  });
});
