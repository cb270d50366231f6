/** What Jobs and the templates of CronJobs share. */
import type { FieldError } from '../../api/field-error.ts';
import { goQuote } from '../../api/schema/go-quote.ts';
import type { Job } from '../../api/workloads.ts';
import type { ValidationContext } from '../context.ts';
import { validatePodTemplateSpec } from '../core/pod/template.ts';
import { validateCounts } from '../counts.ts';
import { invalid, json, notSupported, required, tooLong } from '../errors.ts';
import { byteLength } from '../formats/text.ts';
import type { Loose } from '../loose.ts';
import { showSuccessPolicy, validateFailurePolicy, validateSuccessPolicy } from './job-policies.ts';
import { domainPathErrors } from '../formats/domain-path.ts';

export type JobSpec = Loose<NonNullable<Job['spec']>>;

const many = 100_000;
const most = 10_000;
const longestManager = 63;
const modes = ['NonIndexed', 'Indexed'];

export function validateJobSpec(spec: JobSpec, field: string, context: ValidationContext): FieldError[] {
  const { managedBy, completionMode, successPolicy } = spec;
  const errors = validateCounts(
    spec,
    field,
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  );
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (managedBy !== undefined) {
    errors.push(...domainPathErrors(managedBy, `${field}.managedBy`));
    if (byteLength(managedBy) > longestManager) errors.push(tooLong(`${field}.managedBy`, longestManager));
  }
  if (completionMode !== undefined && !modes.includes(completionMode)) {
    errors.push(notSupported(`${field}.completionMode`, json(completionMode), modes));
  }
  if (completionMode === 'Indexed') errors.push(...validateIndexed(spec, field));
  if ((completionMode ?? 'NonIndexed') === 'NonIndexed') errors.push(...validateNotIndexed(spec, field));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${field}.podFailurePolicy`));
  if (successPolicy) {
    errors.push(
      ...(completionMode === 'Indexed'
        ? validateSuccessPolicy(successPolicy, spec.completions ?? 0, `${field}.successPolicy`)
        : [
            invalid(
              `${field}.successPolicy`,
              json(showSuccessPolicy(successPolicy)),
              'requires indexed completion mode',
            ),
          ]),
    );
  }
  return [
    ...errors,
    ...validateReplacement(spec, `${field}.podReplacementPolicy`),
    ...validatePodTemplateSpec(spec.template, `${field}.template`, context),
    ...validateRestartPolicy(spec, `${field}.template.spec.restartPolicy`),
  ];
}

function validateIndexed(spec: JobSpec, field: string): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes: failures } = spec;
  const large = (completions ?? 0) > many && spec.backoffLimitPerIndex !== undefined;
  const refuse = (name: string, value: number, detail: string): FieldError =>
    invalid(`${field}.${name}`, value, `must be less than or equal to ${detail}`);
  const tight = `${most} when completions are above ${many} and used with backoff limit per index`;
  const errors: FieldError[] = [];
  if (completions === undefined) {
    errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  }
  if (parallelism > many) {
    errors.push(refuse('parallelism', parallelism, `${many} when completion mode is Indexed`));
  }
  if (failures !== undefined) {
    if (completions !== undefined && failures > completions) {
      errors.push(refuse('maxFailedIndexes', failures, 'completions'));
    }
    if (failures > many) errors.push(refuse('maxFailedIndexes', failures, `${many}`));
  }
  if (!large) return errors;
  if (failures === undefined) {
    errors.push(required(`${field}.maxFailedIndexes`, `must be specified when completions is above ${many}`));
  }
  if (parallelism > most) errors.push(refuse('parallelism', parallelism, tight));
  if (failures !== undefined && failures > most) errors.push(refuse('maxFailedIndexes', failures, tight));
  return errors;
}

const validateNotIndexed = (spec: JobSpec, field: string): FieldError[] =>
  (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((name) => {
    const value = spec[name];
    return value === undefined ? [] : [invalid(`${field}.${name}`, value, 'requires indexed completion mode')];
  });

function validateReplacement({ podReplacementPolicy, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const allowed = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  return podReplacementPolicy === undefined || allowed.includes(podReplacementPolicy)
    ? []
    : [notSupported(field, json(podReplacementPolicy), allowed)];
}

/** A Job's Pods must be able to end. */
function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === '' || policy === 'Always') {
    return [required(field, `valid values: ${goQuote('OnFailure')}, ${goQuote('Never')}`)];
  }
  if (policy !== 'OnFailure' && policy !== 'Never') {
    return [notSupported(field, json(policy), ['OnFailure', 'Never'])];
  }
  return podFailurePolicy !== undefined && policy !== 'Never'
    ? [invalid(field, json(policy), 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}
