import { describe, expect, it } from '@jest/globals';
import { isStatusError } from '../../api/status.ts';
import { fieldSet } from '../fields/field-set.ts';
import type { JsonObject } from '../json/json-object.ts';
import { deepFreeze, golden, plain } from '../testdata/golden.ts';
import { apiVersionOf, kindOf, typeOf } from '../testdata/kinds.ts';
import { applyServerSide } from './apply-server-side.ts';
import { conflictError } from './conflicts.ts';
import { updateManagedFields } from './update-managed-fields.ts';

/** One write; the live object of each is the result of the one before, with a uid. */
interface Step {
  readonly op: 'update' | 'apply';
  readonly manager: string;
  readonly subresource?: string;
  readonly force?: boolean;
  readonly reset?: readonly (readonly string[])[];
  readonly new: JsonObject;
  readonly out?: JsonObject;
  readonly err?: string;
  readonly code?: number;
  readonly causes?: readonly string[];
}

interface Sequence {
  readonly name?: string;
  readonly kind: string;
  readonly steps: readonly Step[];
}

const clock = (step: number): string => `2020-01-01T00:00:${String(step + 1).padStart(2, '0')}Z`;

function write(kind: string, step: Step, live: JsonObject | undefined, now: string): JsonObject {
  const common = {
    type: typeOf(kind),
    apiVersion: apiVersionOf(kind),
    manager: step.manager,
    subresource: step.subresource ?? '',
    now,
    resetFields: fieldSet(...(step.reset ?? [])),
  };
  if (step.op === 'update') return updateManagedFields({ ...common, liveObject: live, newObject: step.new });
  const force = step.force === true;
  const result = applyServerSide({ ...common, kind: kindOf(kind), live, applied: step.new, force });
  if ('object' in result) return result.object;
  throw conflictError(result.conflicts);
}

function refused(run: () => unknown): unknown {
  try {
    return { out: run() };
  } catch (error) {
    if (!isStatusError(error)) throw error;
    const causes = error.status.details?.causes?.map(({ message, field }) => `${message ?? ''} ${field ?? ''}`);
    return { code: error.code, lines: error.message.split('\n').sort(), causes: causes?.sort() };
  }
}

/** Go goes through maps in any order, so lines and causes come in any order. */
const refusal = ({ err = '', code = 500, causes }: Step): unknown => ({
  code,
  lines: err.split('\n').sort(),
  causes: causes === undefined ? undefined : [...causes].sort(),
});

const fieldsV1 = (object: JsonObject): unknown => {
  const { metadata } = object as { metadata?: { managedFields?: readonly { fieldsV1: unknown }[] } };
  return metadata?.managedFields?.map((entry) => JSON.stringify(entry.fieldsV1));
};

const stored = (object: JsonObject | undefined): JsonObject | undefined =>
  object === undefined
    ? undefined
    : deepFreeze({ ...object, metadata: { ...(object['metadata'] as object), uid: 'u' } });

describe('sequences of writes by several managers', () => {
  it.each(
    (golden('write-sequences') as readonly Sequence[]).map((each, index) => ({
      name: `random sequence ${index}`,
      ...each,
    })),
  )('$name ($kind)', ({ kind, steps }) => {
    let live: JsonObject | undefined;
    for (const [index, step] of steps.entries()) {
      const now = clock(index);
      if (step.out === undefined && step.op === 'apply') {
        expect(refused(() => write(kind, step, live, now))).toEqual(refusal(step));
        continue;
      }
      const object = write(kind, step, live, now);
      // What upstream cannot tell apart it stores without a record.
      expect(plain(object)).toEqual(step.out ?? plain(object));
      expect(fieldsV1(object)).toEqual(step.out === undefined ? undefined : fieldsV1(step.out));
      live = stored(step.out ?? live);
    }
  });
});
