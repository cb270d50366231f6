/** The objects that a binding hands to its policy as `params`. */
import type { AdmissionPolicy, AdmissionPolicyBinding } from '../../../api/admission.ts';
import type { KubeObject } from '../../../api/types.ts';
import type { Resource, ResourceVersion } from '../../registry/resource.ts';
import type { Attributes } from '../admission.ts';
import { selectorOf } from './matches.ts';
import { namespaceOf } from './view.ts';

/** The policy or the binding is at fault, not the request. */
export class ParamError extends Error {
  readonly fault: 'policy' | 'binding';

  constructor(fault: ParamError['fault'], message: string) {
    super(message);
    this.fault = fault;
  }
}

/** One null where no parameters are used; none at all where they are missing and that is allowed. Throws ParamError. */
export function paramsFor(
  { spec = {} }: AdmissionPolicy,
  binding: AdmissionPolicyBinding,
  attributes: Attributes,
): readonly (KubeObject | null)[] {
  const { paramKind } = spec;
  if (paramKind === undefined) return [null];
  const { core } = attributes.scope;
  const { apiVersion = '', kind = '' } = paramKind;
  const slash = apiVersion.indexOf('/');
  const resource = core.registry.byKind(apiVersion.slice(0, Math.max(slash, 0)), kind);
  const version = resource?.versions.find(
    (one) => one.version === apiVersion.slice(slash + 1) && one.unusable === undefined,
  );
  if (resource === undefined || version === undefined) {
    const why = `failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`;
    throw new ParamError('policy', why);
  }
  const reference = binding.spec?.paramRef;
  if (reference === undefined) return [null];
  const place = placeOf(resource, reference.namespace ?? '', attributes);
  const { name = '', selector } = reference;
  const found =
    name === '' ? selected(attributes, resource, place, selector) : named(attributes, resource, place + name);
  if (found.length === 0 && reference.parameterNotFoundAction === 'Deny') {
    throw new ParamError('binding', 'no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found.map((object) => asVersion(object, version, apiVersion, kind));
}

/** The beginning of the keys of the parameters. */
function placeOf({ namespaced }: Resource, asked: string, attributes: Attributes): string {
  if (!namespaced) {
    if (asked === '') return '';
    throw new ParamError('binding', 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const namespace = asked === '' ? namespaceOf(attributes) : asked;
  if (namespace !== '') return `${namespace}/`;
  throw new ParamError(
    'binding',
    'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
  );
}

function named({ scope }: Attributes, resource: Resource, key: string): KubeObject[] {
  const entry = scope.core.objects.get(resource, key);
  return entry === undefined ? [] : [entry.parse()];
}

function selected(
  { scope }: Attributes,
  resource: Resource,
  place: string,
  spec: Parameters<typeof selectorOf>[0],
): KubeObject[] {
  const selector = selectorOf(spec);
  const entries = scope.core.objects.cache(resource).current().iterate('', place);
  return Array.from(entries, ([, entry]) => entry).flatMap((entry) =>
    selector.matches(entry.labels) ? [entry.parse()] : [],
  );
}

const asVersion = (object: KubeObject, version: ResourceVersion, apiVersion: string, kind: string): KubeObject => ({
  ...(version.fromStorage?.(object) ?? object),
  apiVersion,
  kind,
});
