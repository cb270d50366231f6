import { describe, expect, it } from '@jest/globals';
import { applyConntrackSettings, isConntrackLiberal, type ConntrackSettings } from './conntrack-settings.ts';
import type { RunResult } from './runner.ts';

const defaults: ConntrackSettings = {
  maxPerCore: 32_768,
  min: 131_072,
  tcpEstablishedSeconds: 86_400,
  tcpCloseWaitSeconds: 3600,
  tcpBeLiberal: false,
  udpSeconds: 0,
  udpStreamSeconds: 0,
};

async function applied(settings: ConntrackSettings, cores: number, code = 0) {
  const set: string[] = [];
  const refused: string[] = [];
  const run = async (_command: string, args: readonly string[]): Promise<RunResult> => {
    set.push(args.at(-1) ?? '');
    return { code, stdout: '', stderr: 'permission denied' };
  };
  await applyConntrackSettings(run, settings, cores, (setting, why) => refused.push(`${setting}: ${why}`));
  return { set: set.map((each) => each.replace('net.netfilter.nf_conntrack_', '')), refused };
}

describe('applyConntrackSettings', () => {
  it('C10 C11 leaves alone what is zero, and gives few cores the minimum', async () => {
    const two = await applied(defaults, 2);
    expect(two.set).toEqual(['max=131072', 'tcp_timeout_established=86400', 'tcp_timeout_close_wait=3600']);
    const many = await applied({ ...defaults, tcpBeLiberal: true, udpSeconds: 30, tcpCloseWaitSeconds: 0 }, 8);
    expect(many.set).toEqual(['max=262144', 'tcp_timeout_established=86400', 'udp_timeout=30', 'tcp_be_liberal=1']);
    expect((await applied({ ...defaults, maxPerCore: 0 }, 8)).set[0]).toBe('tcp_timeout_established=86400');
  });

  it('C10 tells every refusal and goes on', async () => {
    const { refused } = await applied(defaults, 2, 255);
    expect(refused).toHaveLength(3);
    expect(refused[0]).toBe('net.netfilter.nf_conntrack_max=131072: permission denied');
  });
});

describe('isConntrackLiberal', () => {
  it.each([
    ['0\n', 0, false],
    ['1\n', 0, true],
    ['', 255, false],
  ])('I55 reads %j with status %d as %s', async (stdout, code, expected) => {
    expect(await isConntrackLiberal(async () => ({ code, stdout, stderr: '' }))).toBe(expected);
  });
});
