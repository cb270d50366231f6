/** StatefulSets. Most of one is fixed once it exists. */
import type { FieldError } from '../../api/field-error.ts';
import type { StatefulSet } from '../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { validateClaimSpec } from '../core/persistentvolumeclaim.ts';
import { type Template, validateLastingTemplate, validatePodTemplateSpec } from '../core/pod/template.ts';
import { countOf, validateAtMostAll, validateCounts, validateIntOrPercent } from '../counts.ts';
import { sameValue } from '../equal.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { dnsLabelProblems } from '../formats/dns.ts';
import type { Loose } from '../loose.ts';
import { validateAnnotations, validateLabels } from '../metadata/labels.ts';
import { labelName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { readSelector, showSelector, validateOwnSelector, validateSelectsTemplate } from '../metadata/selector.ts';
import { validatePodAnnotations } from '../core/pod/annotations.ts';
import { validateCollisions, validateReplicaCounts } from './replicas.ts';

type Spec = Loose<NonNullable<StatefulSet['spec']>>;
type Strategy = NonNullable<Spec['updateStrategy']>;

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

export function validateStatefulSet(object: StatefulSet, context: ValidationContext = currentGates): FieldError[] {
  const spec: Spec = object.spec ?? {};
  const { serviceName = '', volumeClaimTemplates = [] } = spec;
  return [
    ...validateObjectMeta(object.metadata, true, labelName),
    ...validateStrategies(spec),
    ...volumeClaimTemplates.flatMap((claim, index) =>
      validateClaimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`),
    ),
    ...validateNumbers(spec),
    ...(serviceName === '' ? [] : invalidEach('spec.serviceName', serviceName, dnsLabelProblems(serviceName))),
    ...validateSelectorAndTemplate(spec, context, true),
  ];
}

/** What is stored may have been valid once only: a template that already was at fault is not looked at again. */
export function validateStatefulSetUpdate(
  next: StatefulSet,
  previous: StatefulSet,
  context: ValidationContext = currentGates,
): FieldError[] {
  const spec: Spec = next.spec ?? {};
  const before: Spec = previous.spec ?? {};
  const wasValid = validateExisting(before, context, true).length === 0;
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateExisting(spec, context, wasValid),
    ...(sameValue(fixedPart(spec), fixedPart(before)) ? [] : [refusal()]),
  ];
}

const validateExisting = (spec: Spec, context: ValidationContext, wholeTemplate: boolean): FieldError[] => [
  ...validateStrategies(spec),
  ...validateNumbers(spec),
  ...validateSelectorAndTemplate(spec, context, wholeTemplate),
];

function fixedPart(spec: Spec): object {
  const fixed: Spec = { ...spec };
  for (const name of changeable) delete fixed[name];
  return fixed;
}

function refusal(): FieldError {
  const fields =
    "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
  return forbidden('spec', `updates to statefulset spec for fields other than ${fields} are forbidden`);
}

function validateStrategies(spec: Spec): FieldError[] {
  const { podManagementPolicy: management = '', persistentVolumeClaimRetentionPolicy: retention } = spec;
  const field = 'spec.podManagementPolicy';
  const errors: FieldError[] = [];
  if (management === '') errors.push(required(field));
  else if (management !== 'OrderedReady' && management !== 'Parallel') {
    errors.push(invalid(field, json(management), "must be 'OrderedReady' or 'Parallel'"));
  }
  errors.push(...validateUpdateStrategy(spec.updateStrategy ?? {}));
  if (retention === undefined) return errors;
  return errors.concat(
    (['whenDeleted', 'whenScaled'] as const).flatMap((when) => {
      const choice = retention[when] ?? '';
      const at = `spec.persistentVolumeClaimRetentionPolicy.${when}`;
      return ['Retain', 'Delete'].includes(choice) ? [] : [notSupported(at, json(choice), ['Retain', 'Delete'])];
    }),
  );
}

function validateUpdateStrategy({ type = '', rollingUpdate }: Strategy): FieldError[] {
  const field = 'spec.updateStrategy';
  const at = `${field}.rollingUpdate`;
  const { partition = 0, maxUnavailable } = rollingUpdate ?? {};
  const shown = rollingUpdate && { Partition: partition, MaxUnavailable: maxUnavailable ?? null };
  switch (type) {
    case '':
      return [required(field)];
    case 'OnDelete':
      return shown ? [invalid(at, json(shown), "only allowed for updateStrategy 'RollingUpdate'")] : [];
    case 'RollingUpdate':
      return [
        ...validateCounts({ partition }, at, 'partition'),
        ...(maxUnavailable === undefined
          ? []
          : [
              ...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
              ...(countOf(maxUnavailable) === 0
                ? [invalid(`${at}.maxUnavailable`, json(maxUnavailable), 'cannot be 0')]
                : []),
              ...validateAtMostAll(maxUnavailable, `${at}.maxUnavailable`),
            ]),
      ];
    default: {
      const detail = "must be 'RollingUpdate' or 'OnDelete'";
      return [invalid(field, json({ Type: type, RollingUpdate: shown ?? null }), detail)];
    }
  }
}

const validateNumbers = (spec: Spec): FieldError[] => [
  ...validateCounts(spec, 'spec', 'replicas', 'minReadySeconds'),
  ...validateCounts(spec.ordinals, 'spec.ordinals', 'start'),
];

function validateSelectorAndTemplate(spec: Spec, context: ValidationContext, whole: boolean): FieldError[] {
  const { selector, template } = spec;
  const errors = validateOwnSelector(selector, 'spec.selector', 'statefulset');
  const matcher = readSelector(selector);
  const field = 'spec.template';
  if (matcher === undefined) errors.push(invalid('spec.selector', showSelector(selector), ''));
  else {
    const { labels, annotations } = template?.metadata ?? {};
    errors.push(
      ...validateSelectsTemplate(matcher, labels, field),
      ...(whole ? validatePodTemplateSpec(withClaims(spec), field, context) : []),
      // Labels and annotations are looked at twice.
      ...validateLabels(labels, `${field}.labels`),
      ...validateAnnotations(annotations, `${field}.annotations`),
      ...validatePodAnnotations(annotations, template?.spec?.nodeName ?? '', `${field}.annotations`),
    );
  }
  return [...errors, ...validateLastingTemplate(template, field, 'StatefulSet')];
}

/** The controller gives each Pod its hostname and the volumes of its claims. */
function withClaims({ template, volumeClaimTemplates = [] }: Spec): Template | undefined {
  const { hostname: _, subdomain: __, ...spec } = template?.spec ?? {};
  if (volumeClaimTemplates.length === 0) return { ...template, spec };
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = (spec.volumes ?? []).filter(({ name = '' }) => !names.has(name));
  return { ...template, spec: { ...spec, volumes: [...claims, ...others] } };
}

export function validateStatefulSetStatusUpdate(next: StatefulSet, previous: StatefulSet): FieldError[] {
  const status: Loose<NonNullable<StatefulSet['status']>> = next.status ?? {};
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
  return [
    ...validateCounts(status, 'status', 'replicas', ...parts, 'observedGeneration', 'collisionCount'),
    ...validateReplicaCounts(status, parts, 'status.readyReplicas'),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateCollisions(status, previous.status),
  ];
}
