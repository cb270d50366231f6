/** CronJobs. */
import type { FieldError } from '../../api/field-error.ts';
import type { CronJob } from '../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { validateCounts } from '../counts.ts';
import { invalid, json, notSupported, required } from '../errors.ts';
import { byteLength, tooManyCharacters } from '../formats/text.ts';
import type { Loose } from '../loose.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { showSelector } from '../metadata/selector.ts';
import { validateJobSpec } from './job-spec.ts';
import { scheduleProblem } from './schedule.ts';

type Spec = Loose<NonNullable<CronJob['spec']>>;

/** A time stamp of eleven characters is added to make the names of its Jobs. */
const longestName = 52;
const policies = ['Allow', 'Forbid', 'Replace'];

export function validateCronJob(object: CronJob, context: ValidationContext = currentGates): FieldError[] {
  const { name = '' } = object.metadata;
  return [
    ...validateObjectMeta(object.metadata, true, subdomainName),
    ...validateSpec(object.spec ?? {}, undefined, context),
    ...(byteLength(name) > longestName ? [invalid('metadata.name', name, tooManyCharacters(longestName))] : []),
  ];
}

export const validateCronJobUpdate = (
  next: CronJob,
  previous: CronJob,
  context: ValidationContext = currentGates,
): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateSpec(next.spec ?? {}, previous.spec ?? {}, context),
];

function validateSpec(spec: Spec, before: Spec | undefined, context: ValidationContext): FieldError[] {
  const { schedule = '', timeZone, concurrencyPolicy = '', jobTemplate } = spec;
  const { selector, manualSelector } = jobTemplate?.spec ?? {};
  const job = 'spec.jobTemplate.spec';
  return [
    ...(schedule === ''
      ? [required('spec.schedule')]
      : validateSchedule(schedule, timeZone, before?.schedule?.includes('TZ') === true)),
    ...validateCounts(spec, 'spec', 'startingDeadlineSeconds'),
    ...(timeZone === undefined || timeZone === before?.timeZone ? [] : validateTimeZone(timeZone, 'spec.timeZone')),
    ...validatePolicy(concurrencyPolicy, 'spec.concurrencyPolicy'),
    ...validateJobSpec(jobTemplate?.spec ?? {}, job, context),
    ...(selector === undefined
      ? []
      : [invalid(`${job}.selector`, showSelector(selector), '`selector` will be auto-generated')]),
    ...(manualSelector === true ? [notSupported(`${job}.manualSelector`, true, ['nil', 'false'])] : []),
    ...validateCounts(spec, 'spec', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'),
  ];
}

/** The zone has a field of its own; in the schedule it is left alone where it already was. */
function validateSchedule(schedule: string, timeZone: string | undefined, zoneAllowed: boolean): FieldError[] {
  const field = 'spec.schedule';
  const problem = scheduleProblem(schedule);
  const errors = problem === undefined ? [] : [invalid(field, schedule, problem)];
  if (!schedule.includes('TZ')) return errors;
  if (!zoneAllowed) {
    return [...errors, invalid(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  }
  return timeZone === undefined
    ? errors
    : [...errors, invalid(field, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')];
}

function validatePolicy(policy: string, field: string): FieldError[] {
  if (policy === '') return [required(field)];
  return policies.includes(policy) ? [] : [notSupported(field, json(policy), policies)];
}

function validateTimeZone(zone: string, field: string): FieldError[] {
  if (zone === '') return [invalid(field, zone, 'timeZone must be nil or non-empty string')];
  const readable = zone
    .split('/')
    .every((part) => part !== '.' && part !== '..' && !part.startsWith('-') && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part));
  const unknown = invalid(field, zone, `unknown time zone ${zone}`);
  if (!readable) return [unknown];
  if (zone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(field, zone, detail), ...(zone === 'Local' ? [] : [unknown])];
  }
  return isKnownZone(zone) ? [] : [unknown];
}

/** By the engine's own copy of the time zone database. */
function isKnownZone(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}
