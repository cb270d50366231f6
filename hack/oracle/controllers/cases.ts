/**
 * What the upstream controllers are asked: `node cases.ts endpoints ask | oracle endpoints |
 * node cases.ts endpoints keep FILE` rewrites a golden, `mirroring` likewise; see README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Endpoints, EndpointSlice } from '../../../pkg/api/types.ts';
import { planEndpoints } from '../../../controllers/endpoints/index.ts';
import { planMirror } from '../../../controllers/endpointslicemirroring/index.ts';
import { mirrorManager } from '../../../pkg/endpoints/index.ts';
import { applyToObjects } from '../../../pkg/steps/index.ts';
import { handwritten, pods, services, strangeSlices } from '../../../pkg/testing/build/arbitrary.ts';
import { service } from '../../../pkg/testing/build/objects.ts';

const names = { namespace: 'ns', name: 'svc' };

const endpointsCases = fc
  .record({
    service: services,
    pods: pods(12),
    past: fc.oneof(fc.constant(undefined), handwritten, fc.record({ service: services, pods: pods(12) })),
    samePast: fc.boolean(),
  })
  .map(({ past, samePast, ...now }) => {
    if (past === undefined) return now;
    if ('metadata' in past) return { ...now, current: past };
    const { steps } = planEndpoints({ ...names, ...(samePast ? now : past), current: undefined });
    return { ...now, current: applyToObjects<Endpoints>([], steps)[0] };
  });

const byHand = service({ spec: { selector: null as never } });

const mirroringCases = fc
  .record({
    current: handwritten,
    before: fc.oneof(fc.constant(undefined), handwritten),
    strange: strangeSlices(mirrorManager),
    max: fc.constantFrom(1, 3, 1000),
  })
  .map(({ current, before, strange, max }) => {
    const inputs = { ...names, service: byHand, maxEndpointsPerSubset: max };
    const { steps } = planMirror({ ...inputs, endpoints: before ?? current, slices: strange });
    return { service: byHand, current, max, slices: applyToObjects<EndpointSlice>(strange, steps) };
  });

const [, , which, verb, file] = process.argv;
const cases: fc.Arbitrary<unknown> = which === 'endpoints' ? endpointsCases : mirroringCases;
const asked = fc.sample(cases, { numRuns: 300, seed: 20260101 }).map((each) => JSON.stringify(each));
if (verb === 'ask') {
  process.stdout.write(`${asked.join('\n')}\n`);
} else if (verb === 'keep' && file !== undefined) {
  const answers = readFileSync(0, 'utf8').trimEnd().split('\n');
  const lines = asked.map((given, at) => `{"given":${given},"upstream":${answers[at]}}`);
  writeFileSync(file, gzipSync(lines.join('\n'), { level: 9 }));
} else {
  throw new Error('say endpoints or mirroring, then ask, or keep FILE');
}
