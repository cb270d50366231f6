import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../apiserver/authn/x509.ts';

export interface TlsServer extends AsyncDisposable {
  readonly url: string;
  readonly ca: string;
  /** TCP connections accepted so far. */
  connections(): number;
  /** Breaks every connection now. */
  cut(): void;
}

/** A certificate for 127.0.0.1 under an authority of its own. */
export function selfSigned(): { ca: string; cert: string; key: string } {
  const now = Date.now();
  const validity = { notBefore: now - 60_000, notAfter: now + 3_600_000 };
  const ca = makeCertificate({ commonName: 'test-ca', usage: 'ca', ...validity });
  const leaf = { commonName: 'test', usage: 'server', addresses: ['127.0.0.1'], ...validity } as const;
  return { ca: ca.cert, ...makeCertificate(leaf, ca) };
}

/** HTTPS on a free loopback port. */
export async function startTlsServer(listener: RequestListener): Promise<TlsServer> {
  const { ca, cert, key } = selfSigned();
  const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, listener);
  let connections = 0;
  server.on('secureConnection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    ca,
    connections: () => connections,
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
