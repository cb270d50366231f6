/** Leaders that die, stop, or stand still, under churn; the audit log says who wrote when. */
import assert from 'node:assert/strict';
import { eventually } from '../rest.ts';
import type { Check } from '../suite.ts';
import {
  answeredAt,
  credentialOf,
  endpointWrites,
  interleaved,
  leaseWrites,
  receivedAt,
  type AuditEvent,
} from './audit.ts';
import type { Fixture } from './fixture.ts';
import { account, type Plane, type Replica } from './plane.ts';

interface Amounts {
  readonly kills: number;
  readonly stops: number;
}

const flags = ['--mode=adopt', '--allow-overlap', '--kube-api-qps=200', '--kube-api-burst=200'];

export async function checkFailover(check: Check, plane: Plane, fixture: Fixture, amounts: Amounts): Promise<void> {
  plane.audit.all();
  const history: AuditEvent[] = [];
  const leases: AuditEvent[] = [];
  const read = (): AuditEvent[] => {
    const news = plane.audit.news().filter(({ user }) => user.username === account);
    history.push(...endpointWrites(news));
    leases.push(...leaseWrites(news));
    return history;
  };
  await using pair = new Pair(plane);
  await pair.fill();
  const stop = new AbortController();
  const churning = fixture.churn(20, stop.signal);
  /** Ends the leader and waits for the first write of another; how long that took from `at`. */
  const hand = async (end: (leader: Replica) => number): Promise<number> => {
    const leader = await pair.leader();
    await pair.standby();
    await eventually('the leader to write', () =>
      read().some((one) => credentialOf(one) === leader.credential) ? true : undefined,
    );
    const at = end(leader);
    const first = await eventually(
      'the next leader to write',
      () => read().find((one) => receivedAt(one) > at && credentialOf(one) !== leader.credential),
      40,
    );
    return receivedAt(first) - at;
  };
  await check(
    `SIGKILL of the leader, ${amounts.kills} times: the Lease is taken within 16 s, the next writes soon after`,
    async () => {
      const times: number[] = [];
      const leaseTimes: number[] = [];
      for (let round = 0; round < amounts.kills; round++) {
        let killedAt = 0;
        const leader = await pair.leader();
        times.push(
          await hand((one) => {
            one.signal('SIGKILL');
            return (killedAt = Date.now());
          }),
        );
        const taken = leases.filter((one) => credentialOf(one) !== leader.credential && receivedAt(one) > killedAt);
        leaseTimes.push(Math.min(...taken.map(answeredAt)) - killedAt);
        await pair.fill();
      }
      tell('SIGKILL until the Lease is taken', leaseTimes);
      tell('SIGKILL until the first write of the next', times);
      assert.ok(Math.max(...leaseTimes) <= 16_000);
      // The barrier waits for a bookmark, which the server sends after one to two seconds.
      assert.ok(Math.max(...times) <= 19_000);
    },
  );
  await check(`SIGTERM, ${amounts.stops} times: the Lease is handed over, in at most a second`, async () => {
    const times: number[] = [];
    const leaseTimes: number[] = [];
    for (let round = 0; round < amounts.stops; round++) {
      const leader = await pair.leader();
      await hand((one) => {
        one.signal('SIGTERM');
        return Date.now();
      });
      assert.equal(await leader.exit(), 0, leader.output().slice(-2000));
      const last = Math.max(...history.filter((one) => credentialOf(one) === leader.credential).map(receivedAt));
      const next = Math.min(...history.filter((one) => receivedAt(one) > last).map(receivedAt));
      times.push(next - last);
      leaseTimes.push(handedOver(leases, leader.credential));
      await pair.fill();
    }
    tell('last write of one to the first of the next', times);
    tell('Lease given back until it is taken', leaseTimes);
    // Half a second is the goal; a machine that does ten other things at once takes its time.
    assert.ok(Math.max(...leaseTimes) <= 1000);
    assert.ok(Math.max(...times) <= 5000);
  });
  await check('F21 SIGSTOP for 25 s and SIGCONT: sends nothing more and exits 1', async () => {
    const leader = await pair.leader();
    let stoppedAt = 0;
    await hand((one) => {
      one.signal('SIGSTOP');
      return (stoppedAt = Date.now());
    });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, stoppedAt + 25_000 - Date.now())));
    leader.signal('SIGCONT');
    const at = Date.now();
    assert.equal(await leader.exit(), 1, leader.output().slice(-2000));
    const late = Date.now() - at;
    assert.deepEqual(
      read().filter((one) => credentialOf(one) === leader.credential && receivedAt(one) > stoppedAt + 1000),
      [],
    );
    assert.ok(late < 2000, `it took ${late} ms to exit`);
    await pair.fill();
  });
  await check('F24 a stranger takes the Lease: the leader exits 1', async () => {
    const leader = await pair.leader();
    await plane.rest.patch('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/fairlead-controllers', {
      spec: { holderIdentity: 'stranger' },
    });
    assert.equal(await leader.exit(5), 1);
    await pair.fill();
  });
  stop.abort();
  await churning;
  await check('no two ever wrote at once, says the audit log', () => {
    const writes = read();
    const writers = new Set(writes.map(credentialOf));
    console.log(`      ${writes.length} writes by ${writers.size} leaders, one after another`);
    assert.ok(writers.size > amounts.kills + amounts.stops);
    assert.deepEqual(interleaved(writes), []);
  });
}

/** From the answer to the last Lease write of one to that of the first by somebody else. */
function handedOver(leases: readonly AuditEvent[], credential: string): number {
  const last = Math.max(...leases.filter((one) => credentialOf(one) === credential).map(answeredAt));
  const others = leases.filter((one) => credentialOf(one) !== credential && receivedAt(one) >= last);
  return Math.min(...others.map(answeredAt)) - last;
}

function tell(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  console.log(`      ${what}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${sorted.at(-1)} ms (${sorted.length})`);
}

/** Two replicas, of which one leads. */
class Pair implements AsyncDisposable {
  readonly #plane: Plane;
  #replicas: Replica[] = [];

  constructor(plane: Plane) {
    this.#plane = plane;
  }

  /** Starts one for each that has ended. */
  async fill(): Promise<void> {
    this.#replicas = this.#replicas.filter((one) => !one.ended);
    while (this.#replicas.length < 2) {
      const replica = await this.#plane.replica(...flags);
      this.#replicas.push(replica);
      await replica.ready();
    }
  }

  leader(): Promise<Replica> {
    return eventually('a leader', () => this.#replicas.find((one) => one.leads && !one.ended), 40);
  }

  standby(): Promise<Replica> {
    return eventually('a standby', () => this.#replicas.find((one) => !one.leads && !one.ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#replicas.map((one) => one[Symbol.asyncDispose]()));
  }
}
