/** Jobs. Their selector is made by the server and holds the Job's own uid. */
import type { FieldError } from '../../api/field-error.ts';
import type { Job } from '../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { sameValue } from '../equal.ts';
import { invalid, json, required } from '../errors.ts';
import { dnsLabelProblems } from '../formats/dns.ts';
import { entriesOf, validateLabelSelector, valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { readSelector, showSelector, validateSelectorKept, validateSelectsTemplate } from '../metadata/selector.ts';
import { showFailurePolicy, showSuccessPolicy } from './job-policies.ts';
import { type JobSpec, validateJobSpec } from './job-spec.ts';

export const jobLabels = {
  uid: 'batch.kubernetes.io/controller-uid',
  name: 'batch.kubernetes.io/job-name',
  legacyUid: 'controller-uid',
  legacyName: 'job-name',
} as const;

export const validateJob = (object: Job, context: ValidationContext = currentGates): FieldError[] =>
  validateWhole(object, context, true);

function validateWhole(object: Job, context: ValidationContext, prefixed: boolean): FieldError[] {
  const spec: JobSpec = object.spec ?? {};
  return [
    ...validateObjectMeta(object.metadata, true, subdomainName),
    ...validateGenerated(object, prefixed),
    ...validateSpec(spec, context),
    ...validateHostnames(object),
  ];
}

function validateSpec(spec: JobSpec, context: ValidationContext): FieldError[] {
  const { selector, template } = spec;
  const matcher = readSelector(selector);
  return [
    ...validateJobSpec(spec, 'spec', context),
    ...(selector === undefined ? [required('spec.selector')] : validateLabelSelector(selector, 'spec.selector')),
    ...(matcher === undefined ? [] : validateSelectsTemplate(matcher, template?.metadata?.labels, 'spec.template')),
  ];
}

/** Unless the client wanted to select by hand, the template must carry what the server put there. */
function validateGenerated({ metadata, spec }: Job, prefixed: boolean): FieldError[] {
  if (spec?.manualSelector === true || spec?.selector === undefined) return [];
  const { uid = '', name = '' } = metadata;
  const labels = spec.template?.metadata?.labels;
  const expected: [string, string][] = [
    [jobLabels.legacyUid, uid],
    [jobLabels.legacyName, name],
    ...(prefixed
      ? ([
          [jobLabels.uid, uid],
          [jobLabels.name, name],
        ] satisfies [string, string][])
      : []),
  ];
  const errors = expected.flatMap(([key, value]) => {
    const field = `spec.template.metadata.labels[${key}]`;
    const actual = valueOf(labels, key);
    if (actual === value) return [];
    return actual === undefined
      ? [required(field, `must be '${value}'`)]
      : [invalid(field, json(Object.fromEntries(entriesOf(labels))), `must be '${value}'`)];
  });
  const generated = readSelector(spec.selector)?.matches(Object.fromEntries(expected)) ?? true;
  return [
    ...(uid === '' ? [required('metadata.uid')] : []),
    ...errors,
    ...(generated ? [] : [invalid('spec.selector', showSelector(spec.selector), '`selector` not auto-generated')]),
  ];
}

/** The Pods of an indexed Job are called after it, with their index. */
function validateHostnames({ metadata, spec }: Job): FieldError[] {
  const { name = '' } = metadata;
  const { completionMode, completions = 0 } = spec ?? {};
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const last = `${name}-${completions - 1}`;
  return dnsLabelProblems(last).length === 0
    ? []
    : [invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`)];
}

export function validateJobUpdate(next: Job, previous: Job, context: ValidationContext = currentGates): FieldError[] {
  const after: JobSpec = next.spec ?? {};
  const before: JobSpec = previous.spec ?? {};
  const labels = before.template?.metadata?.labels;
  const prefixed = valueOf(labels, jobLabels.name) !== undefined && valueOf(labels, jobLabels.uid) !== undefined;
  return [
    ...validateWhole(next, context, prefixed),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(after, context),
    ...validateCompletions(after, before),
    ...validateSelectorKept(after.selector, before.selector, 'spec.selector'),
    ...validateTemplateKept(after, before, mayMove(previous)),
    ...kept(after, before, 'completionMode'),
    ...kept(after, before, 'podFailurePolicy'),
    ...kept(after, before, 'backoffLimitPerIndex'),
    ...kept(after, before, 'managedBy'),
    ...kept(after, before, 'successPolicy'),
  ];
}

function kept(after: JobSpec, before: JobSpec, name: keyof JobSpec): FieldError[] {
  const shown = json(show(after, name));
  return sameValue(after[name], before[name]) ? [] : [invalid(`spec.${name}`, shown, immutable)];
}

/** Policies are shown with the internal types' field names. */
function show(spec: JobSpec, name: keyof JobSpec): unknown {
  if (name === 'podFailurePolicy') return spec.podFailurePolicy && showFailurePolicy(spec.podFailurePolicy);
  return name === 'successPolicy' ? spec.successPolicy && showSuccessPolicy(spec.successPolicy) : spec[name];
}

/** An indexed Job grows and shrinks as long as all its Pods run at once. */
function validateCompletions(after: JobSpec, before: JobSpec): FieldError[] {
  const { completions, parallelism } = after;
  if (completions === before.completions) return [];
  const field = 'spec.completions';
  if (after.completionMode !== 'Indexed') return [invalid(field, json(completions), immutable)];
  return completions === undefined || completions === parallelism
    ? []
    : [invalid(field, completions, 'can only be modified in tandem with spec.parallelism')];
}

/** Suspended, with no Pod left: where and how large it runs may still be decided. */
function mayMove({ spec, status }: Job): boolean {
  const stopped = status?.conditions?.some(({ type, status: state }) => type === 'Suspended' && state === 'True');
  return spec?.suspend === true && (status?.startTime === undefined || stopped === true) && !status?.active;
}

/** Upstream shows the whole template as a Go struct; here it is the object as clients know it. */
function validateTemplateKept(after: JobSpec, before: JobSpec, movable: boolean): FieldError[] {
  const shape = movable ? withoutPlacement : (template: JobSpec['template']): unknown => template;
  if (sameValue(shape(after.template), shape(before.template))) return [];
  return [invalid(movable ? 'spec.template.spec' : 'spec.template', json(after.template), immutable)];
}

function withoutPlacement(template: JobSpec['template']): unknown {
  const { nodeSelector: _, tolerations: __, schedulingGates: ___, affinity, ...spec } = template?.spec ?? {};
  const { nodeAffinity: ____, ...others } = affinity ?? {};
  const sizeless = (containers: typeof spec.containers): unknown =>
    containers?.map(({ resources: _____, ...container }) => container);
  return {
    ...spec,
    affinity: others,
    containers: sizeless(spec.containers),
    initContainers: sizeless(spec.initContainers),
  };
}
