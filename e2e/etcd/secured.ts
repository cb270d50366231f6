/** An etcd that wants certificates and a password. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { loadIdentity } from '../../pkg/apiserver/authn/certificates.ts';
import { freePort, peerPath, stop } from '../peers.ts';
import { eventually } from '../rest.ts';
import { startServer } from '../server.ts';
import type { Check } from '../suite.ts';
import { Api } from './api.ts';
import { configMaps } from './load.ts';

export async function securedEtcd(check: Check): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-etcd-tls-'));
  const identity = loadIdentity({ names: ['localhost'], addresses: ['127.0.0.1'], now: Date.now() });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const [ca, cert, key] = [
    file('ca.crt', identity.ca.cert),
    file('etcd.crt', identity.serving.cert),
    file('etcd.key', identity.serving.key),
  ];
  const [clientCert, clientKey] = [file('client.crt', identity.admin.cert), file('client.key', identity.admin.key)];
  const [client, peer] = await Promise.all([freePort(), freePort()]);
  const [url, peerUrl] = [`https://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  const flags = [
    ['--data-dir', join(folder, 'data'), '--log-level', 'error', '--cert-file', cert, '--key-file', key],
    // Its JSON gateway, which the set-up goes through, is a client of etcd itself.
    ['--client-cert-file', clientCert, '--client-key-file', clientKey],
    ['--trusted-ca-file', ca, '--client-cert-auth', '--listen-client-urls', url, '--advertise-client-urls', url],
    [
      '--listen-peer-urls',
      peerUrl,
      '--initial-advertise-peer-urls',
      peerUrl,
      '--initial-cluster',
      `default=${peerUrl}`,
    ],
  ].flat();
  const etcd = spawn(peerPath('etcd'), flags, { stdio: 'ignore' });
  const agent = new Agent({ connect: { ca: identity.ca.cert, cert: identity.admin.cert, key: identity.admin.key } });
  const ask = async (path: string, body: object): Promise<void> => {
    const answer = await request(`${url}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      dispatcher: agent,
    });
    assert.equal(answer.statusCode, 200, `${path}: ${await answer.body.text()}`);
  };
  const tls = ['--etcd-servers', url, '--etcd-cafile', ca, '--etcd-certfile', clientCert, '--etcd-keyfile', clientKey];
  const works = async (...more: readonly string[]): Promise<void> => {
    await using server = await startServer('apiserver', ...tls, ...more);
    const api = new Api(server);
    const { code } = await api.send('POST', configMaps, { metadata: { generateName: 'secured-' } });
    await api.close();
    assert.equal(code, 201);
  };
  try {
    await eventually(
      'etcd with TLS',
      () =>
        ask('maintenance/status', {}).then(
          () => true,
          () => undefined,
        ),
      30,
    );
    await check('DS8: over TLS with a client certificate', () => works());
    await check('… and not without one', () =>
      assert.rejects(startServer('apiserver', '--etcd-servers', url, '--etcd-cafile', ca), /cannot be used/),
    );
    await ask('auth/user/add', { name: 'root', password: 'root' });
    await ask('auth/user/grant', { user: 'root', role: 'root' });
    await ask('auth/user/add', { name: 'fairlead', password: 'secret' });
    await ask('auth/role/add', { name: 'registry' });
    const grant = (from: string, to: string) =>
      ask('auth/role/grant', {
        name: 'registry',
        perm: { permType: 'READWRITE', key: base64(from), range_end: base64(to) },
      });
    await grant('/registry', '/registrz');
    await grant('compact_rev_key', '');
    await ask('auth/user/grant', { user: 'fairlead', role: 'registry' });
    await ask('auth/enable', {});
    const right = file('right', 'secret\n');
    await check('… as a user who may touch nothing but our keys', () =>
      works('--etcd-username', 'fairlead', '--etcd-password-file', right),
    );
    const wrong = file('wrong', 'guess');
    await check('… and says so when the password is wrong', () =>
      assert.rejects(
        startServer('apiserver', ...tls, '--etcd-username', 'fairlead', '--etcd-password-file', wrong),
        /cannot be used.*(authentication|password)/s,
      ),
    );
  } finally {
    await agent.close();
    await stop(etcd);
    rmSync(folder, { recursive: true, force: true });
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
