import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface TlsServer extends AsyncDisposable {
  readonly url: string;
  readonly ca: string;
  /** TCP connections accepted so far. */
  connections(): number;
  /** Breaks every connection now. */
  cut(): void;
}

/** A certificate for 127.0.0.1 that is its own authority. */
export async function selfSigned(): Promise<{ cert: string; key: string }> {
  const pem = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { cert: pem.cert, key: pem.private };
}

/** HTTPS on a free loopback port. */
export async function startTlsServer(listener: RequestListener): Promise<TlsServer> {
  const { cert, key } = await selfSigned();
  const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, listener);
  let connections = 0;
  server.on('secureConnection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    ca: cert,
    connections: () => connections,
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
