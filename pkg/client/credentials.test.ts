import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, symlink, mkdir, writeFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import { CachedCredentials } from './cached-credentials.ts';
import type { Credentials } from './credentials.ts';
import { inClusterServer, isInCluster, loadInCluster } from './in-cluster.ts';

function cached(load: (refused: boolean) => Promise<Credentials>) {
  const clock = new VirtualClock();
  const errors: string[] = [];
  const log = { ...silentLogger, error: (_: unknown, message: string) => void errors.push(message) };
  return { clock, errors, credentials: new CachedCredentials({ clock, log, load }) };
}

describe('CachedCredentials', () => {
  it('CL15 looks again after a minute, and callers share one look', async () => {
    let loads = 0;
    const { clock, credentials } = cached(() => Promise.resolve({ authorization: `Bearer ${++loads}` }));
    await Promise.all([credentials.current(), credentials.current()]);
    await clock.advance(59_999);
    expect(await credentials.current()).toEqual({ authorization: 'Bearer 1' });
    await clock.advance(1);
    expect(await credentials.current()).toEqual({ authorization: 'Bearer 2' });
  });

  it('F8 drops what the server refused, once, and says so once', async () => {
    const loads: boolean[] = [];
    const { clock, credentials, errors } = cached((refused) => {
      loads.push(refused);
      return Promise.resolve({});
    });
    await credentials.current();
    await clock.advance(10);
    credentials.reject(clock.monotonic());
    credentials.reject(clock.monotonic());
    await credentials.current();
    credentials.reject(5);
    await credentials.current();
    expect(loads).toEqual([false, true]);
    expect(errors).toEqual(['Server did not accept the credentials, loading them anew']);
  });

  it('F56 keeps the old set while a new one cannot be had; without an old one it fails', async () => {
    let broken = true;
    const { clock, credentials, errors } = cached(() =>
      broken ? Promise.reject(new Error('token is empty')) : Promise.resolve({ authorization: 'Bearer 1' }),
    );
    await expect(credentials.current()).rejects.toThrow('token is empty');
    broken = false;
    await credentials.current();
    broken = true;
    await clock.advance(60_000);
    expect(await credentials.current()).toEqual({ authorization: 'Bearer 1' });
    expect(errors).toEqual(['Credentials could not be loaded, the old ones stay in use']);
  });
});

describe('in-cluster', () => {
  it('CL18, F59 brackets IPv6 and says what is missing', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    expect(inClusterServer({ env })).toBe('https://[fd00::1]:443');
    expect(inClusterServer({ env: { ...env, KUBERNETES_SERVICE_HOST: '10.0.0.1' } })).toBe('https://10.0.0.1:443');
    expect(isInCluster({ env: {} })).toBe(false);
    expect(() => inClusterServer({ env: {} })).toThrow('KUBERNETES_SERVICE_HOST is not set');
    const noPort = { env: { KUBERNETES_SERVICE_HOST: 'x' } };
    expect(() => inClusterServer(noPort)).toThrow('KUBERNETES_SERVICE_PORT is not set');
  });

  it('CL15 sees the swap of a mounted volume, and names a file that is missing or empty', async () => {
    const mount = await mkdtemp(join(tmpdir(), 'mount-'));
    try {
      for (const version of ['1', '2']) {
        await mkdir(join(mount, version));
        await writeFile(join(mount, version, 'token'), `token-${version}\n`);
        await writeFile(join(mount, version, 'ca.crt'), `ca-${version}\n`);
      }
      const data = join(mount, 'data');
      await symlink('1', data);
      expect(await loadInCluster({ mount: data })).toEqual({ ca: 'ca-1', authorization: 'Bearer token-1' });
      await symlink('2', `${data}.new`);
      await rename(`${data}.new`, data);
      expect(await loadInCluster({ mount: data })).toEqual({ ca: 'ca-2', authorization: 'Bearer token-2' });
      await writeFile(join(data, 'token'), '');
      await expect(loadInCluster({ mount: data })).rejects.toThrow('data/token is empty');
      await rm(join(data, 'ca.crt'));
      await expect(loadInCluster({ mount: data })).rejects.toThrow('data/ca.crt cannot be read');
    } finally {
      await rm(mount, { recursive: true });
    }
  });
});
