/**
 * What the upstream reconciler is asked: Services with a past. `node cases.ts ask | oracle | node cases.ts keep FILE`
 * rewrites the golden; see README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { EndpointSlice } from '../../../pkg/api/types.ts';
import { planEndpointSlices } from '../../../controllers/endpointslice/index.ts';
import { applyToObjects } from '../../../pkg/steps/index.ts';
import { nodes, pods, services, strangeSlices } from '../../../pkg/testing/build/arbitrary.ts';

const cases = fc
  .record({
    service: services,
    before: fc.record({ service: services, pods: pods(18) }),
    pods: pods(18),
    strange: fc.oneof(fc.constant<EndpointSlice[]>([]), strangeSlices()),
    max: fc.constantFrom(1, 2, 3, 5, 100),
    triggerTime: fc.constantFrom('', '2026-01-01T08:00:00Z'),
  })
  .map(({ before, strange, max, ...rest }) => {
    const options = { maxEndpointsPerSlice: max };
    const { steps } = planEndpointSlices({ ...before, slices: strange, nodes, options });
    return { ...rest, nodes, max, slices: applyToObjects(strange, steps) };
  });

const [, , verb, file] = process.argv;
const asked = fc.sample(cases, { numRuns: 400, seed: 20260101 }).map((each) => JSON.stringify(each));
if (verb === 'ask') {
  process.stdout.write(`${asked.join('\n')}\n`);
} else if (verb === 'keep' && file !== undefined) {
  const answers = readFileSync(0, 'utf8').trimEnd().split('\n');
  const lines = asked.map((given, at) => `{"given":${given},"upstream":${answers[at]}}`);
  writeFileSync(file, gzipSync(lines.join('\n'), { level: 9 }));
} else {
  throw new Error('say ask, or keep FILE');
}
