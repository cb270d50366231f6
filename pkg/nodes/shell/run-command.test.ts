import { describe, expect, it } from '@jest/globals';
import type { Pod, Service } from '../../api/types.ts';
import type { Surroundings } from './call.ts';
import { runCommand } from './run-command.ts';

const service = (name: string, created: string): Service => ({
  metadata: { name, namespace: 'default', creationTimestamp: created },
  spec: { clusterIP: '10.96.0.5', ports: [{ port: 80 }] },
});
const pod: Pod = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'c', env: [{ name: 'URL', value: 'http://$(EARLY_SERVICE_HOST)' }] }] },
  status: {
    podIP: '10.244.0.2',
    containerStatuses: [
      {
        name: 'c',
        image: '',
        imageID: '',
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: '2026-01-01T00:00:05Z' } },
      },
    ],
  },
};
const known = new Map([['early.default.svc.cluster.local', ['10.96.0.5']]]);
const world: Surroundings = {
  services: () => [service('early', '2026-01-01T00:00:00Z'), service('late', '2026-01-01T00:00:09Z')],
  clusterDomain: 'cluster.local',
  nameserver: () => '10.96.0.10',
  addressesOf: async (name) => known.get(name) ?? [],
  door: () => undefined,
};

async function run(...command: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = {
    stdout: (text: string) => (out += text),
    stderr: (text: string) => (err += text),
    stdin: async () => 'given',
    signal: new AbortController().signal,
  };
  return { code: await runCommand(world, pod, 'c', command, io), out, err };
}

describe('a command in a simulated container', () => {
  it('env: the Services that stood when the container started (E1), and values that refer to them (E14)', async () => {
    const { out } = await run('env');
    expect(out).toContain('EARLY_SERVICE_HOST=10.96.0.5\n');
    expect(out).toContain('URL=http://10.96.0.5\n');
    expect(out).not.toContain('LATE_');
    expect(await run('printenv', 'EARLY_SERVICE_PORT', 'NONE')).toEqual({ code: 1, out: '80\n', err: '' });
  });

  it.each([
    [['hostname'], 'web\n'],
    [['/bin/echo', 'a', 'b'], 'a b\n'],
    [['cat'], 'given'],
    [
      ['cat', '/etc/resolv.conf'],
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    ],
    [['sh', '-c', `echo '$A' "\${HOSTNAME}-x"; hostname`], '$A web-x\nweb\n'],
  ])('%j', async (command, out) => {
    expect(await run(...command)).toEqual({ code: 0, out, err: '' });
  });

  it('nslookup follows the search list', async () => {
    expect((await run('nslookup', 'early')).out).toContain(
      'Name:\tearly.default.svc.cluster.local\nAddress: 10.96.0.5\n',
    );
    expect(await run('nslookup', 'nobody')).toMatchObject({ code: 1 });
  });

  it.each([
    [['ls'], 127, /^ls: not found\. This container is simulated/],
    [['toString'], 127, /^toString: not found/],
    [['sh'], 127, /no interactive shell/],
    [['sh', '-c', 'env | grep A'], 2, /only plain commands/],
    [['sh', '-c', 'exit 3'], 3, /^$/],
    [['curl', 'http://nobody'], 6, /^curl: \(6\) Could not resolve host: nobody\n$/],
    [['curl', 'http://early:81/'], 7, /^curl: \(7\) Failed to connect to early port 81: Connection refused\n$/],
    [['wget', '-qO-', 'http://nobody'], 1, /^wget: bad address 'nobody'\n$/],
    [['cat', '/etc/passwd'], 1, /^cat: \/etc\/passwd: No such file/],
  ])('%j ends with %d', async (command, code, err) => {
    const ended = await run(...command);
    expect(ended.code).toBe(code);
    expect(ended.err).toMatch(err);
  });
});
