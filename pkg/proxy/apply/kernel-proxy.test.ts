import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import type { Family, NodeModel } from '../model/index.ts';
import { endpoint, service, slice } from '../model/testdata/objects.ts';
import { HandSource } from '../userspace/testdata/network.ts';
import type { BackEnd } from './back-end.ts';
import { startKernelProxy, type KernelProxyOptions, type SyncResult } from './kernel-proxy.ts';
import type { Runner } from './runner.ts';

/** A back end that notes what it is given. */
class NotedBackEnd implements BackEnd {
  readonly syncs: string[] = [];
  fail = false;
  intact = true;

  async sync(
    model: NodeModel,
    change?: { services: ReadonlySet<string> },
  ): Promise<Awaited<ReturnType<BackEnd['sync']>>> {
    this.syncs.push(change === undefined ? `full ${model.ports.length}` : `partial ${[...change.services].join(' ')}`);
    if (this.fail) throw new Error('refused');
    return { noLocalEndpoints: { internal: 0, external: 0 } };
  }

  async isIntact(): Promise<boolean> {
    return this.intact;
  }

  async cleanup(): Promise<void> {}
}

const quiet: Runner = async () => ({ code: 0, stdout: '', stderr: '' });

function running(more: Partial<KernelProxyOptions> = {}) {
  const clock = new VirtualClock();
  const backEnds: Record<Family, NotedBackEnd> = { IPv4: new NotedBackEnd(), IPv6: new NotedBackEnd() };
  const source = new HandSource([service()], [slice({ endpoints: [endpoint('10.244.1.11')] })]);
  const results: SyncResult[] = [];
  const failures: string[] = [];
  const proxy = startKernelProxy({
    source,
    nodeName: 'n1',
    backEnds,
    run: quiet,
    clock,
    onSync: (result) => results.push(result),
    onFailure: (family, error) => failures.push(`${family} ${error.message}`),
    ...more,
  });
  /** Moves time and lets what it set off come to rest. */
  const advance = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    for (let i = 0; i < 5; i++) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  return { proxy, source, backEnds, results, failures, advance };
}

describe('startKernelProxy', () => {
  it('S10 writes everything once both lists are there, then only changes, each family its own', async () => {
    const { proxy, source, backEnds, advance } = running();
    await using _ = proxy;
    await advance(0);
    source.sink?.sliceChanged(slice({ endpoints: [endpoint('10.244.2.12')] }));
    await advance(1000);
    expect([backEnds.IPv4.syncs, backEnds.IPv6.syncs]).toEqual([['full 1', 'partial shop/web'], ['full 0']]);
  });

  it('S10 G6 writes nothing before', async () => {
    const { proxy, backEnds, advance } = running({ source: { subscribe: () => () => {} } });
    await using _ = proxy;
    await advance(100_000);
    expect(backEnds.IPv4.syncs).toEqual([]);
  });

  it('S20 a change that means nothing here causes no sync', async () => {
    const { proxy, source, backEnds, advance } = running();
    await using _ = proxy;
    await advance(0);
    source.sink?.serviceChanged(service({ labels: { a: 'b' } }));
    source.sink?.nodeChanged({ metadata: { name: 'n2', labels: { x: 'y' } } });
    await advance(10_000);
    expect(backEnds.IPv4.syncs).toEqual(['full 1']);
  });

  it('S91 S102 a failure is told, tried again in full, and makes the proxy unwell when it lasts', async () => {
    const { proxy, source, backEnds, failures, advance } = running();
    await using _ = proxy;
    await advance(0);
    backEnds.IPv4.fail = true;
    source.sink?.serviceChanged(service({ spec: { clusterIP: '10.96.0.11' } }));
    await advance(1000);
    await advance(30_000);
    expect([backEnds.IPv4.syncs, failures.length]).toEqual([['full 1', 'partial shop/web', 'full 1'], 2]);
    await advance(30_000);
    expect(proxy.health.isHealthy()).toBe(false);
    backEnds.IPv4.fail = false;
    await advance(30_000);
    expect(proxy.health.isHealthy()).toBe(true);
  });

  it('S89 I68 looks for its rules every period and writes them again when they are gone', async () => {
    const { proxy, backEnds, advance } = running();
    await using _ = proxy;
    await advance(0);
    backEnds.IPv4.intact = false;
    await advance(30_000);
    await advance(0);
    expect(backEnds.IPv4.syncs).toEqual(['full 1', 'full 1']);
  });

  it('M5 C7 reports each sync, with flows that were cut only where UDP changed', async () => {
    const asked: string[] = [];
    const run: Runner = async (command, args) => {
      asked.push([command, ...args].join(' '));
      return { code: 0, stdout: '', stderr: '' };
    };
    const { proxy, source, results, advance } = running({ run });
    await using _ = proxy;
    await advance(0);
    const udp = { clusterIP: '10.96.0.12', ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] };
    source.sink?.serviceChanged(service({ name: 'dns', spec: udp }));
    await advance(1000);
    source.sink?.serviceChanged(service({ spec: { clusterIP: '10.96.0.13' } }));
    await advance(1000);
    expect(asked).toEqual(['conntrack -L -p udp -f ipv4']);
    expect(results.map(({ family, full }) => `${family}${full ? ' full' : ''}`)).toEqual([
      'IPv4 full',
      'IPv6 full',
      'IPv4',
      'IPv4',
    ]);
  });

  it('stops syncing and leaves the kernel as it is', async () => {
    const { proxy, source, backEnds, advance } = running();
    await advance(0);
    await proxy.stop();
    source.sink?.serviceChanged(service({ spec: { clusterIP: '10.96.0.11' } }));
    await advance(100_000);
    expect(backEnds.IPv4.syncs).toEqual(['full 1']);
  });
});
