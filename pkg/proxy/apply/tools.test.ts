import { describe, expect, it } from '@jest/globals';
import type { Runner } from './runner.ts';
import { missingHelpers, missingTools, nftablesTooOld, whyNoFamily } from './tools.ts';

const without =
  (...absent: string[]): Runner =>
  async (command) => ({ code: absent.includes(command) ? 127 : 0, stdout: '', stderr: '' });

describe('missingTools', () => {
  it('says what is missing and how to get it', async () => {
    expect(await missingTools(without(), 'ipvs')).toEqual([]);
    expect(await missingTools(without('nft'), 'nftables')).toEqual([
      'nft is not installed: nftables mode runs it. On Debian: apt-get install nftables.',
    ]);
    expect(await missingTools(without('ipset', 'ip'), 'ipvs')).toEqual([
      'ipset is not installed: ipvs mode runs it. On Debian: apt-get install ipset.',
      expect.stringContaining('apt-get install iproute2 (Fedora and others call the package iproute)'),
    ]);
    expect(await missingHelpers(without('conntrack'))).toHaveLength(1);
  });
});

describe('nftablesTooOld', () => {
  const nft =
    (version: string): Runner =>
    async () => ({ code: 0, stdout: `nftables v${version} (Lester Gooch #5)\n`, stderr: '' });

  it.each([
    ['1.0.1', '5.13.0', undefined],
    ['1.1.3', '6.18.44-fc', undefined],
    ['0.9.8', '6.1.0', 'nft is version 0.9.8'],
    ['1.0.6', '5.10.0-28-amd64', 'the kernel is 5.10.0-28-amd64'],
  ])('N1 nft %s on Linux %s', async (version, release, sentence) => {
    const answer = await nftablesTooOld(nft(version), release, {});
    expect(answer).toEqual(sentence === undefined ? undefined : expect.stringContaining(sentence));
  });

  it('N1 leaves the kernel alone when asked to', async () => {
    const env = { KUBE_PROXY_NFTABLES_SKIP_KERNEL_VERSION_CHECK: '1' };
    expect(await nftablesTooOld(nft('1.0.6'), '4.19.0', env)).toBeUndefined();
  });
});

describe('whyNoFamily', () => {
  it('G56 tells what the tool said', async () => {
    const run: Runner = async (command) => ({ code: command === 'ip6tables' ? 3 : 0, stdout: '', stderr: 'no ip6' });
    expect(await whyNoFamily(run, 'iptables', 'IPv4')).toBeUndefined();
    expect(await whyNoFamily(run, 'iptables', 'IPv6')).toBe('ip6tables -w 5 -t nat -S POSTROUTING: no ip6');
  });
});
