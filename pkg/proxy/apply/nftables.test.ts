import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { ProxyTracker } from '../model/index.ts';
import { endpoint, n1, service, slice } from '../model/testdata/objects.ts';
import { FakeNft, namesIn } from '../nftables/render/testdata/fake-nft.ts';
import { NftablesBackEnd } from './nftables.ts';
import type { Runner } from './runner.ts';

/** nft before a table that refuses what nft refuses. */
function fakeTool(nft: FakeNft): { run: Runner; calls: string[]; broken: { next: boolean } } {
  const calls: string[] = [];
  const broken = { next: false };
  const run: Runner = async (command, args, input = '') => {
    calls.push([command, ...args].join(' '));
    if (args[0] === '-f') {
      if (broken.next) return { code: 1, stdout: '', stderr: 'Error: Could not process rule: File exists' };
      try {
        nft.run(input);
      } catch (error) {
        return { code: 1, stdout: '', stderr: (error as Error).message };
      }
      return { code: 0, stdout: '', stderr: '' };
    }
    if (args[0] === '-t') {
      const kind = (args[3] ?? '').slice(0, -1);
      const { chains, sets, maps } = namesIn(nft);
      const list = ({ chain: chains, set: sets, map: maps }[kind] ?? []).map((name) => ({
        [kind]: { family: 'ip', table: 'kube-proxy', name },
      }));
      const foreign = { [kind]: { family: 'ip', table: 'filter', name: 'service-x/y' } };
      return { code: 0, stdout: JSON.stringify({ nftables: [{ metainfo: {} }, foreign, ...list] }), stderr: '' };
    }
    return { code: nft.chains.has('services') ? 0 : 1, stdout: '', stderr: '' };
  };
  return { run, calls, broken };
}

function running() {
  const clock = new VirtualClock();
  const nft = new FakeNft('ip');
  const tool = fakeTool(nft);
  const tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
  const make = (): NftablesBackEnd => new NftablesBackEnd({ family: 'IPv4', run: tool.run, clock });
  const serviceChains = (): string[] => [...nft.chains.keys()].filter((name) => name.includes('/'));
  return { clock, nft, ...tool, tracker, make, serviceChains };
}

describe('NftablesBackEnd', () => {
  it('N40 writes everything first, then what changed', async () => {
    const { tracker, make, calls, nft } = running();
    const backEnd = make();
    tracker.applyService(service());
    await backEnd.sync(tracker.model(), tracker.checkout());
    expect(calls).toEqual(['nft -t -j list chains ip', 'nft -t -j list sets ip', 'nft -t -j list maps ip', 'nft -f -']);
    calls.length = 0;
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    const change = tracker.checkout();
    await backEnd.sync(tracker.model(), change);
    expect(calls).toEqual(['nft -f -']);
    expect(nft.containers.get('service-ips')?.elements.size).toBe(1);
  });

  it('N42 deletes emptied chains a second later', async () => {
    const { tracker, make, clock, serviceChains } = running();
    const backEnd = make();
    const sync = async (): Promise<void> => {
      const change = tracker.checkout();
      await backEnd.sync(tracker.model(), change);
    };
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    await sync();
    tracker.removeService({ namespace: 'shop', name: 'web' });
    await sync();
    await sync();
    expect(serviceChains()).toHaveLength(1);
    await clock.advance(1000);
    await sync();
    expect(serviceChains()).toEqual([]);
  });

  it('S91 N43 after a failure the next sync is full', async () => {
    const { tracker, make, broken, calls, nft } = running();
    const backEnd = make();
    await backEnd.sync(tracker.model());
    tracker.applyService(service());
    broken.next = true;
    const change = tracker.checkout();
    await expect(backEnd.sync(tracker.model(), change)).rejects.toThrow('File exists');
    broken.next = false;
    calls.length = 0;
    await backEnd.sync(tracker.model(), tracker.checkout());
    expect(calls[0]).toBe('nft -t -j list chains ip');
    expect(nft.containers.get('cluster-ips')?.elements.has('10.96.0.10')).toBe(true);
  });

  it('N41 S89 writes everything at once when somebody took elements out of the table', async () => {
    const { tracker, make, nft } = running();
    const backEnd = make();
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    tracker.checkout();
    await backEnd.sync(tracker.model());
    nft.run('flush map ip kube-proxy endpoints-tcp\nflush map ip kube-proxy service-ips\n');
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.12')] }));
    const change = tracker.checkout();
    await backEnd.sync(tracker.model(), change);
    const found = nft.containers.get('endpoints-tcp')?.elements.get('10.96.0.10 . 80 . 0')?.value;
    expect([found, nft.containers.get('service-ips')?.elements.size]).toEqual(['10.244.1.12 . 8080', 1]);
  });

  it('S93 N45 a new process takes over the table and clears what nobody needs', async () => {
    const { tracker, make, clock, serviceChains } = running();
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
    tracker.checkout();
    await make().sync(tracker.model());
    tracker.removeService({ namespace: 'shop', name: 'web' });
    tracker.checkout();
    const second = make();
    await second.sync(tracker.model());
    await clock.advance(1000);
    await second.sync(tracker.model(), tracker.checkout());
    expect(serviceChains()).toEqual([]);
  });

  it('S89 sees that somebody removed the table, and removes it itself', async () => {
    const { tracker, make, nft } = running();
    const backEnd = make();
    expect(await backEnd.isIntact()).toBe(false);
    await backEnd.sync(tracker.model());
    expect(await backEnd.isIntact()).toBe(true);
    await backEnd.cleanup();
    expect(nft.exists).toBe(false);
  });
});
