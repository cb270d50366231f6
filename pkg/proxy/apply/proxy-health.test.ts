import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { ProxyHealth } from './proxy-health.ts';

describe('ProxyHealth', () => {
  const start = (): { health: ProxyHealth; clock: VirtualClock } => {
    const clock = new VirtualClock();
    return { health: new ProxyHealth(clock, 30_000), clock };
  };

  it('S102 H10 is well until a change has waited for two periods', async () => {
    const { health, clock } = start();
    await clock.advance(1_000_000);
    expect(health.isHealthy()).toBe(true);
    health.queued('IPv4');
    await clock.advance(30_000);
    health.queued('IPv4');
    await clock.advance(29_999);
    expect(health.isHealthy()).toBe(true);
    await clock.advance(1);
    expect([health.healthz().status, health.livez().status]).toEqual([503, 503]);
    health.updated('IPv4');
    expect(health.isHealthy()).toBe(true);
  });

  it('H10 each family has to keep up', async () => {
    const { health, clock } = start();
    health.queued('IPv4');
    health.queued('IPv6');
    health.updated('IPv4');
    await clock.advance(60_000);
    expect(health.isHealthy()).toBe(false);
  });

  it('S101 H11 H12 a node that is about to go takes no new traffic, but the proxy lives', () => {
    const { health } = start();
    const key = 'ToBeDeletedByClusterAutoscaler';
    health.nodeChanged({ metadata: { name: 'n1' }, spec: { taints: [{ key, effect: 'NoSchedule' }] } });
    expect([health.healthz().status, health.livez().status]).toEqual([503, 200]);
    health.nodeChanged({ metadata: { name: 'n1', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(health.healthz().status).toBe(503);
    health.nodeChanged({ metadata: { name: 'n1' } });
    expect(health.healthz().status).toBe(200);
  });

  it('H11 H12 tells when it was last well', async () => {
    const { health, clock } = start();
    health.updated('IPv4');
    health.queued('IPv4');
    await clock.advance(60_000);
    expect(JSON.parse(health.healthz().body)).toEqual({
      lastUpdated: '2026-01-01T00:00:00.000Z',
      currentTime: '2026-01-01T00:01:00.000Z',
      nodeEligible: true,
    });
    health.updated('IPv4');
    expect(JSON.parse(health.livez().body)).toEqual({
      lastUpdated: '2026-01-01T00:01:00.000Z',
      currentTime: '2026-01-01T00:01:00.000Z',
    });
  });
});
