/**
 * `node hack/nightly.ts [RUNS]`: the properties of the endpoint controllers with more than a million cases in all instead
 * of the ten thousand of `npm test`, each property with its share, all recorded stories of upstream, and as many packets
 * for the DNS codec beside `dns-packet` and for the whole DNS server. Ends with the code of the tests.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const runs = Number(process.argv[2] ?? 1_200_000);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(`expected a number of cases, got ${process.argv[2]}`);
  process.exit(1);
}
const planners = ['endpoints', 'endpointslice', 'endpointslicemirroring', 'loadbalancer'].map(
  (name) => `controllers/${name}/plan.property.test.ts`,
);
const hours = 6;
const { status } = spawnSync(
  process.execPath,
  [
    join(import.meta.dirname, 'test.ts'),
    ...planners,
    'controllers/upstream-stories.test.ts',
    'pkg/dns/wire/fuzz.test.ts',
    'pkg/dns/server/responder.fuzz.test.ts',
    `--testTimeout=${hours * 3_600_000}`,
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      FAIRLEAD_PROPERTY_RUNS: String(runs),
      FAIRLEAD_STORIES: '1000',
      FUZZ_PACKETS: String(runs),
    },
  },
);
process.exit(status ?? 1);
