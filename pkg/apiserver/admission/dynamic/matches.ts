/** Whether a webhook's or a policy's rules are about a request. */
import type { AdmissionRule, LabelSelectorSpec } from '../../../api/admission.ts';
import { selectorFromSpec, type Selector } from '../../../api/labels/selector.ts';
import type { KubeObject } from '../../../api/types.ts';
import type { Attributes } from '../admission.ts';
import { equivalents, invocationOf, namespaceOf, nameOf, type GroupVersionResource, type Invocation } from './view.ts';

const starOr = (items: readonly string[] | undefined, wanted: string): boolean =>
  items?.some((item) => item === '*' || item === wanted) ?? false;

function ruleMatches(rule: AdmissionRule, attributes: Attributes, resource: GroupVersionResource): boolean {
  return (
    inScope(rule.scope ?? '*', attributes) &&
    starOr(rule.operations, attributes.operation) &&
    starOr(rule.apiGroups, resource.group) &&
    starOr(rule.apiVersions, resource.version) &&
    (rule.resources ?? []).some((text) => {
      const slash = text.indexOf('/');
      const [plural, sub] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
      return (
        (plural === '*' || plural === resource.resource) && (sub === '*' || sub === attributes.scope.info.subresource)
      );
    }) &&
    ((rule.resourceNames ?? []).length === 0 || (rule.resourceNames ?? []).includes(nameOf(attributes)))
  );
}

function inScope(scope: string, attributes: Attributes): boolean {
  const { group, resource } = attributes.scope.resource;
  const isNamespace = group === '' && resource === 'namespaces';
  const clusterWide = isNamespace || namespaceOf(attributes) === '';
  if (scope === '*') return true;
  return scope === 'Cluster' ? clusterWide : scope === 'Namespaced' && !clusterWide;
}

/** As it was requested, or else as an equivalent that one of the rules names; earlier rules first. */
export function invocationFor(
  rules: readonly AdmissionRule[],
  matchPolicy: string,
  attributes: Attributes,
): Invocation | undefined {
  const asked = invocationOf(attributes);
  if (rules.some((rule) => ruleMatches(rule, attributes, asked.resource))) return asked;
  if (matchPolicy !== 'Equivalent' || attributes.kind !== undefined) return undefined;
  const others = equivalents(attributes);
  for (const rule of rules) {
    const found = others.find(({ resource }) => ruleMatches(rule, attributes, resource));
    if (found !== undefined) return found;
  }
  return undefined;
}

export const selectorOf = (spec: LabelSelectorSpec | undefined): Selector => selectorFromSpec(spec ?? {});

const isEmpty = (selector: Selector): boolean => selector.requirements.length === 0;

/** Either of the two objects will do: what is about to get a label counts, and what is about to lose it. */
export function objectSelected(selector: Selector, { scope, object, previous, operation }: Attributes): boolean {
  if (isEmpty(selector)) return true;
  // A Scale has no labels.
  if (scope.subresource?.name === 'scale') return selector.matches({});
  const candidates = operation === 'DELETE' ? [previous] : [object, previous];
  return candidates.some((one) => one !== undefined && selector.matches(one.metadata.labels));
}

/** Cluster-scoped objects other than Namespaces are never exempt. Throws NotFound when there is no such namespace. */
export function namespaceSelected(selector: Selector, attributes: Attributes): boolean {
  const namespaces = attributes.scope.resource.resource === 'namespaces';
  const name = namespaceOf(attributes);
  if ((name === '' && !namespaces) || isEmpty(selector)) return true;
  const isOwn = namespaces && attributes.scope.info.subresource === '' && attributes.operation !== 'DELETE';
  return selector.matches((isOwn ? attributes.object : namespaceNamed(attributes, name))?.metadata.labels);
}

export function namespaceNamed({ scope }: Attributes, name: string): KubeObject | undefined {
  const resource = scope.core.registry.get('', 'namespaces');
  return resource && scope.core.objects.get(resource, name)?.parse();
}

const configuration: ReadonlySet<string> = new Set([
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
]);

/** D32: what says who is asked is asked of nobody, or a bad one could never be mended. */
export const isExempt = ({ scope }: Attributes): boolean =>
  scope.resource.group === 'admissionregistration.k8s.io' && configuration.has(scope.resource.resource);
