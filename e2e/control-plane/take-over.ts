/** Observe beside upstream, adopt, publish the same alone, notice a rival, and give back. */
import assert from 'node:assert/strict';
import { eventually } from '../rest.ts';
import type { Check } from '../suite.ts';
import { endpointWrites, isWrite } from './audit.ts';
import type { Fixture } from './fixture.ts';
import { account, type Plane, type Replica } from './plane.ts';

interface Series {
  value(pattern: RegExp): number;
}

async function metricsOf(replica: Replica): Promise<Series> {
  const lines = (await replica.scrape('/metrics')).split('\n');
  return {
    value: (pattern) =>
      lines.filter((line) => pattern.test(line)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
  };
}

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function checkTakeOver(check: Check, plane: Plane, fixture: Fixture, syncs: number): Promise<void> {
  const ours = () => plane.audit.all().filter(({ user }) => user.username === account);
  let expected: string[] = [];
  {
    await using manager = await plane.manager(true);
    assert.equal(manager.ended, false);
    await eventually('upstream to publish', async () => ((await fixture.readyAddresses()) > 60 ? true : undefined), 60);
    await check(`observe: ${syncs} syncs beside upstream under churn, no difference that lasts, no write`, async () => {
      await using replica = await plane.replica('--mode=observe');
      await replica.ready();
      const stop = new AbortController();
      const churning = fixture.churn(20, stop.signal);
      await eventually(
        `${syncs} syncs`,
        async () => ((await metricsOf(replica)).value(/^observe_syncs_total/) >= syncs ? true : undefined),
        Math.max(60, syncs / 5),
      );
      stop.abort();
      const changes = await churning;
      await settle(12_000);
      const report = await replica.scrape('/observe');
      const metrics = await metricsOf(replica);
      assert.equal(metrics.value(/^observe_difference/), 0, report);
      assert.doesNotMatch(replica.output(), /Would be written otherwise/);
      assert.deepEqual(
        ours()
          .filter(isWrite)
          .filter((event) => event.objectRef?.resource !== 'selfsubjectaccessreviews'),
        [],
      );
      console.log(
        `      ${metrics.value(/^observe_syncs_total/)} syncs, ${changes} changes of Pods, ` +
          `${metrics.value(/^observe_settled_total/)} differences that upstream wrote away in time`,
      );
    });
    await check('adopt refuses while upstream writes, and says why (CX6)', async () => {
      await fixture.change();
      await settle(500);
      await using replica = await plane.replica('--mode=adopt');
      assert.equal(await replica.exit(), 1);
      assert.match(replica.output(), /--mode adopt refused: kube-controller-manager wrote .* ago/);
    });
    expected = await fixture.published();
    await check('order A: adopting with overlap writes nothing', async () => {
      plane.audit.all();
      await using replica = await plane.replica('--mode=adopt', '--allow-overlap');
      await eventually('leadership', () => (replica.leads ? true : undefined));
      await settle(5000);
      const writes = endpointWrites(plane.audit.news());
      assert.deepEqual(
        writes.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.name}`),
        [],
      );
      assert.deepEqual(await fixture.published(), expected);
    });
  }
  await using rest = await plane.manager(false);
  assert.equal(rest.ended, false);
  await check('with upstream off, changes are published and no endpoint is missing meanwhile', async () => {
    await using replica = await plane.replica('--mode=adopt', '--allow-overlap');
    await eventually('leadership', () => (replica.leads ? true : undefined));
    const stop = new AbortController();
    const churning = fixture.churn(20, stop.signal);
    plane.audit.all();
    const before = await fixture.names();
    const all = await fixture.addresses();
    let fewest = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < 50; sample++) {
      fewest = Math.min(fewest, await fixture.addresses());
      await settle(100);
    }
    stop.abort();
    await churning;
    await fixture.shrink();
    await eventually('three objects to go', async () =>
      (await fixture.names()).length <= before.length - 3 ? true : undefined,
    );
    assert.ok(endpointWrites(plane.audit.news()).length > 10);
    assert.equal(fewest, all, 'endpoints were missing at one moment');
  });
  await check('alone: what is published is what upstream publishes', async () => {
    // Upstream's verdict on exactly this state, then ours on an empty table.
    {
      await using manager = await plane.manager(true);
      await settle(4000);
      assert.equal(manager.ended, false);
    }
    expected = await fixture.published();
    await fixture.wipe();
    await using replica = await plane.replica('--mode=adopt', '--allow-overlap');
    await eventually(
      'the same objects',
      async () => (JSON.stringify(await fixture.published()) === JSON.stringify(expected) ? true : undefined),
      30,
    ).catch(async () => {
      const published = await fixture.published();
      const surplus = published.filter((one) => !expected.includes(one));
      assert.deepEqual(
        { surplus, missing: expected.filter((one) => !published.includes(one)) },
        { surplus: [], missing: [] },
      );
    });
    assert.equal(replica.ended, false);
  });
  await check('rollback: upstream takes everything back without a write', async () => {
    plane.audit.all();
    await using manager = await plane.manager(true);
    await settle(4000);
    assert.equal(manager.ended, false);
    const writes = endpointWrites(plane.audit.news());
    assert.deepEqual(
      writes.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`),
      [],
    );
  });
  await check('CX5: upstream comes back with another slice size; ours leaves it the field and says so', async () => {
    await using replica = await plane.replica('--mode=adopt', '--allow-overlap');
    await eventually('leadership', () => (replica.leads ? true : undefined));
    const all = await fixture.addresses();
    await using manager = await plane.manager(true, '--max-endpoints-per-slice=1');
    assert.equal(manager.ended, false);
    const stop = new AbortController();
    const churning = fixture.churn(20, stop.signal);
    await eventually(
      'the competition to be noticed',
      async () => ((await metricsOf(replica)).value(/^competing_services/) > 0 ? true : undefined),
      60,
    );
    await settle(10_000);
    plane.audit.all();
    let fewest = all;
    for (let sample = 0; sample < 20; sample++) {
      fewest = Math.min(fewest, await fixture.addresses());
      await settle(500);
    }
    stop.abort();
    await churning;
    const own = endpointWrites(plane.audit.news()).filter(({ user }) => user.username === account);
    console.log(`      ${own.length} writes of ours in 10 s of competition, 10 s after it was noticed`);
    const { body } = await plane.rest.get('/api/v1/namespaces/fixture/events?fieldSelector=reason=CompetingController');
    assert.ok(((body['items'] ?? []) as unknown as unknown[]).length > 0, 'no event CompetingController');
    assert.equal(fewest, all, 'endpoints were missing at one moment');
  });
}
