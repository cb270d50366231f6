import { describe, expect, it } from '@jest/globals';
import { array, assert, boolean, constantFrom, property, record, subarray, uniqueArray } from 'fast-check';
import { planServers } from './plan.ts';
import { FakeIpvs } from './testdata/fake-ipvs.ts';

const reals = ['10.244.1.1:8080', '10.244.1.2:8080', '10.244.2.1:8080'];

const servers = uniqueArray(
  record({
    protocol: constantFrom('TCP' as const, 'UDP' as const),
    address: constantFrom('10.96.0.1:80', '10.96.0.2:80'),
    scheduler: constantFrom('rr', 'mh'),
    persistenceSeconds: constantFrom(0, 10),
    hashesPort: boolean(),
    realServers: subarray(reals),
  }),
  { selector: ({ protocol, address }) => `${protocol} ${address}` },
);

const busy = array(record({ address: constantFrom('10.96.0.1:80', '10.96.0.2:80'), real: constantFrom(...reals) }));

describe('planServers', () => {
  it('never says what the kernel would refuse, and has nothing more to say once it was heard', () => {
    assert(
      property(array(record({ wanted: servers, busy }), { maxLength: 8 }), (rounds) => {
        const fake = new FakeIpvs();
        let draining: ReadonlySet<string> = new Set();
        for (const round of rounds) {
          const plan = planServers(round.wanted, fake.observed(), { family: 'IPv4', draining });
          fake.run(plan.lines);
          draining = plan.draining;
          const again = planServers(round.wanted, fake.observed(), { family: 'IPv4', draining });
          expect(again).toEqual({ lines: [], draining });
          for (const server of round.wanted) {
            const made = fake
              .observed()
              .find((each) => each.protocol === server.protocol && each.address === server.address);
            const serving = [...(made?.realServers ?? [])].filter(([, { weight }]) => weight > 0).map(([real]) => real);
            expect(serving.sort()).toEqual([...server.realServers].sort());
          }
          for (const { address, real } of round.busy) fake.connect(address, real, 1);
        }
      }),
    );
  });
});
