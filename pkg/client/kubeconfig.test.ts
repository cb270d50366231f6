import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodes } from '../api/resources.ts';
import { connect } from './connect.ts';
import { Kubeconfig } from './kubeconfig.ts';
import { startTlsServer } from './testdata/tls-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(user: string, cluster = 'server: https://10.0.0.1:6443'): Promise<string> {
  const path = join(folder, 'config');
  const text = `apiVersion: v1
kind: Config
current-context: main
clusters: [{ name: c, cluster: { ${cluster} } }]
users: [{ name: u, user: { ${user} } }]
contexts:
- { name: main, context: { cluster: c, user: u, namespace: team-a } }
- { name: plain, context: { cluster: c, user: u } }
- { name: broken, context: { cluster: gone, user: u } }
`;
  await writeFile(path, text);
  return path;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('Kubeconfig', () => {
  it('reads certificates, inline and from files beside it', async () => {
    await writeFile(join(folder, 'ca.pem'), 'CA');
    const path = await write(
      `client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')}`,
      'server: https://10.0.0.1:6443, certificate-authority: ca.pem, tls-server-name: kubernetes',
    );
    const config = await Kubeconfig.load({ path });
    expect([config.server, config.namespace, config.insecure]).toEqual(['https://10.0.0.1:6443', 'team-a', false]);
    const credentials = await config.credentials();
    expect(Object.entries(credentials).map(([name, value]) => [name, String(value)])).toEqual([
      ['ca', 'CA'],
      ['cert', 'CERT'],
      ['key', 'KEY'],
      ['serverName', 'kubernetes'],
    ]);
  });

  it('reads tokens, passwords, proxy and the insecure mark', async () => {
    const path = await write('token: abc', 'server: https://x, insecure-skip-tls-verify: true, proxy-url: http://p:1');
    const config = await Kubeconfig.load({ path, context: 'plain' });
    expect([config.namespace, config.insecure]).toEqual(['default', true]);
    expect(await config.credentials()).toEqual({ authorization: 'Bearer abc', insecure: true, proxy: 'http://p:1' });
    const basic = await Kubeconfig.load({ path: await write('username: a, password: b') });
    expect(await basic.credentials()).toEqual({ authorization: `Basic ${base64('a:b')}` });
  });

  it('DC13 trims a token file and sees it change', async () => {
    await writeFile(join(folder, 'token'), 'first\n');
    const user = `auth-provider: { name: tokenFile, config: { tokenFile: ${join(folder, 'token')} } }`;
    const config = await Kubeconfig.load({ path: await write(user) });
    expect(await config.credentials()).toEqual({ authorization: 'Bearer first' });
    await writeFile(join(folder, 'token'), 'second\n');
    expect(await config.credentials(true)).toEqual({ authorization: 'Bearer second' });
  });

  it('CL17, DC13 runs an exec plugin once, and again after a 401', async () => {
    const count = join(folder, 'count');
    const credential = '{"kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2999-01-01T00:00:00Z"}}';
    const exec = `apiVersion: client.authentication.k8s.io/v1, command: sh, args: ["-c", "echo x >> ${count}; echo '${credential.replaceAll('"', '\\"')}'"]`;
    const config = await Kubeconfig.load({ path: await write(`exec: { ${exec} }`) });
    expect(await config.credentials()).toEqual({ authorization: 'Bearer t' });
    await config.credentials();
    expect(await readFile(count, 'utf8')).toBe('x\n');
    await config.credentials(true);
    expect(await readFile(count, 'utf8')).toBe('x\nx\n');
  });

  it('says which contexts there are when the wanted one leads nowhere', async () => {
    const path = await write('token: abc');
    await expect(Kubeconfig.load({ path, context: 'nope' })).rejects.toThrow(
      'no cluster for context "nope". It knows: main, plain, broken.',
    );
    await expect(Kubeconfig.load({ path, context: 'broken' })).rejects.toThrow('"broken"');
  });
});

describe('connect', () => {
  it('talks to the server of a kubeconfig', async () => {
    await using server = await startTlsServer((request, response) =>
      response.end(JSON.stringify({ metadata: { name: request.headers.authorization } })),
    );
    const cluster = `server: "${server.url}", certificate-authority-data: ${base64(server.ca)}`;
    await using connection = await connect({ path: await write('token: abc', cluster) });
    const node = await connection.client({ component: 'test' }).get(nodes, { name: 'n' });
    expect([node.metadata.name, connection.namespace]).toEqual(['Bearer abc', 'team-a']);
  });
});
