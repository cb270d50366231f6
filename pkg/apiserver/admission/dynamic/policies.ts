/** ValidatingAdmissionPolicy: rules in CEL, bound to requests and parameters by bindings (H20). */
import type { AdmissionPolicy, AdmissionPolicyBinding, MatchResources } from '../../../api/admission.ts';
import { failure } from '../../../api/status.ts';
import type { KubeObject } from '../../../api/types.ts';
import type { AdmissionPlugin, Attributes } from '../admission.ts';
import { invocationFor, isExempt, namespaceNamed, namespaceSelected, objectSelected, selectorOf } from './matches.ts';
import { judge, readyPolicy, type Decision } from './judge.ts';
import { ParamError, paramsFor } from './params.ts';
import { invocationOf, nameOf, namespaceOf, type Invocation } from './view.ts';

const group = 'admissionregistration.k8s.io';

interface Denial extends Decision {
  readonly policy: string;
  /** Empty: the policy itself is at fault. */
  readonly binding: string;
}

export class Policies implements AdmissionPlugin {
  readonly name = 'ValidatingAdmissionPolicy';
  readonly dynamic = true;

  validate(attributes: Attributes): void {
    const policies = stored(attributes, 'validatingadmissionpolicies');
    if (policies.length === 0 || isExempt(attributes)) return;
    const bindings: readonly AdmissionPolicyBinding[] = stored(attributes, 'validatingadmissionpolicybindings');
    const denials = policies.flatMap((policy) => {
      const bound = bindings.filter(({ spec }) => spec?.policyName === policy.metadata.name);
      return bound.length === 0 ? [] : applyPolicy(policy, bound, attributes);
    });
    const [first] = denials;
    if (first !== undefined) throw refusal(attributes, first);
  }
}

function stored<T extends KubeObject>({ scope }: Attributes, plural: string): T[] {
  const { registry, objects } = scope.core;
  const resource = registry.get(group, plural);
  if (resource === undefined || objects.cache(resource).size === 0) return [];
  return Array.from(objects.cache(resource).current().iterate(), ([, entry]) => entry.parse() as T);
}

/** What of a policy or a binding matches; an absent list of rules matches everything. */
function matching(match: MatchResources | undefined, attributes: Attributes): Invocation | undefined {
  if (match === undefined) return invocationOf(attributes);
  const { resourceRules = [], excludeResourceRules = [], matchPolicy = 'Exact' } = match;
  if (!namespaceSelected(selectorOf(match.namespaceSelector), attributes)) return undefined;
  if (!objectSelected(selectorOf(match.objectSelector), attributes)) return undefined;
  if (invocationFor(excludeResourceRules, matchPolicy, attributes) !== undefined) return undefined;
  return resourceRules.length === 0 ? invocationOf(attributes) : invocationFor(resourceRules, matchPolicy, attributes);
}

function applyPolicy(
  policy: AdmissionPolicy,
  bindings: readonly AdmissionPolicyBinding[],
  attributes: Attributes,
): Denial[] {
  const invocation = matching(policy.spec?.matchConstraints, attributes);
  if (invocation === undefined) return [];
  const ready = readyPolicy(policy);
  const denials: Denial[] = [];
  const annotations = new Map<string, Set<string>>();
  for (const binding of bindings) {
    if (matching(binding.spec?.matchResources, attributes) === undefined) continue;
    const names = { policy: policy.metadata.name ?? '', binding: binding.metadata.name ?? '' };
    let params: readonly (KubeObject | null)[];
    try {
      params = paramsFor(policy, binding, attributes);
    } catch (error) {
      if (!(error instanceof ParamError)) throw error;
      if (policy.spec?.failurePolicy === 'Ignore') continue;
      const atPolicy = error.fault === 'policy';
      const message = `failed to configure ${error.fault}: ${error.message}`;
      denials.push({ ...names, ...(atPolicy ? { binding: '' } : {}), denied: true, message, reason: '', index: 0 });
      if (atPolicy) break;
      continue;
    }
    const isNamespace = attributes.scope.resource.kind === 'Namespace' && attributes.scope.resource.group === '';
    const space = isNamespace ? '' : namespaceOf(attributes);
    const namespace = space === '' ? undefined : namespaceNamed(attributes, space);
    for (const param of params) {
      const { decisions, values, failures } = judge(ready, attributes, invocation, param, namespace);
      for (const decision of decisions) {
        if (decision.denied) denials.push(...act(decision, binding, names, attributes));
      }
      for (const [key, value] of values) annotations.set(key, (annotations.get(key) ?? new Set()).add(value));
      denials.push(...failures.map((failed) => ({ ...failed, ...names })));
    }
  }
  for (const [key, values] of annotations) {
    attributes.scope.audit.set(`${policy.metadata.name}/${key}`, [...values].join(', '));
  }
  return denials;
}

/** What the binding wants done with a failed validation. */
function act(
  decision: Decision,
  { spec }: AdmissionPolicyBinding,
  names: Pick<Denial, 'policy' | 'binding'>,
  { scope }: Attributes,
): Denial[] {
  const actions = spec?.validationActions ?? [];
  if (actions.includes('Warn')) {
    const { policy, binding } = names;
    scope.warnings.add(
      `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${decision.message}`,
    );
  }
  if (actions.includes('Audit')) {
    const { message, index: expressionIndex } = decision;
    scope.audit.set(
      'validation.policy.admission.k8s.io/validation_failure',
      JSON.stringify([{ message, ...names, expressionIndex, validationActions: actions }]),
    );
  }
  return actions.includes('Deny') ? [{ ...decision, ...names }] : [];
}

const codes = new Map([
  ['Forbidden', 403],
  ['Unauthorized', 401],
  ['RequestEntityTooLarge', 413],
]);

function refusal(attributes: Attributes, { policy, binding, message, reason }: Denial): Error {
  const { resource } = attributes.scope;
  const who = `ValidatingAdmissionPolicy '${policy}'${binding === '' ? '' : ` with binding '${binding}'`}`;
  const text = `${who} denied request: ${message}`;
  const { metadata } = attributes.object;
  const name = nameOf(attributes) || metadata.name || metadata.generateName || 'Unknown';
  const qualified = resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
  const given = reason === '' ? 'Invalid' : reason;
  return failure(codes.get(given) ?? 422, given, `${qualified} ${JSON.stringify(name)} is forbidden: ${text}`, {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.resource,
    causes: [{ message: text }],
  });
}
