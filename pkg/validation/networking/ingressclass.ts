/** IngressClasses. */
import type { FieldError } from '../../api/field-error.ts';
import type { IngressClass } from '../../api/workloads.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required, tooLong } from '../errors.ts';
import { dnsLabelProblems } from '../formats/dns.ts';
import { domainPathErrors } from '../formats/domain-path.ts';
import { byteLength } from '../formats/text.ts';
import type { Loose } from '../loose.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateTypedReference } from './references.ts';

type Parameters = NonNullable<NonNullable<Loose<IngressClass>['spec']>['parameters']>;

const longestController = 250;
const scopes = ['Cluster', 'Namespace'];

export function validateIngressClass(object: IngressClass): FieldError[] {
  const { controller = '', parameters } = object.spec ?? {};
  const field = 'spec.controller';
  return [
    ...validateObjectMeta(object.metadata, false, subdomainName),
    ...(byteLength(controller) > longestController ? [tooLong(field, longestController)] : []),
    ...domainPathErrors(controller, field),
    ...(parameters === undefined ? [] : validateParameters(parameters, 'spec.parameters')),
  ];
}

function validateParameters(parameters: Parameters, field: string): FieldError[] {
  const { scope, namespace } = parameters;
  const at = `${field}.namespace`;
  const errors = validateTypedReference(parameters, field);
  if (scope === undefined) return [...errors, required(`${field}.scope`)];
  if (!scopes.includes(scope)) return [...errors, notSupported(`${field}.scope`, json(scope), scopes)];
  if (scope === 'Cluster') {
    return namespace === undefined ? errors : [...errors, forbidden(at, "`parameters.scope` is set to 'Cluster'")];
  }
  return namespace === undefined
    ? [...errors, required(at, "`parameters.scope` is set to 'Namespace'")]
    : [...errors, ...invalidEach(at, namespace, dnsLabelProblems(namespace))];
}

export function validateIngressClassUpdate(next: IngressClass, previous: IngressClass): FieldError[] {
  const { controller = '' } = next.spec ?? {};
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...(controller === (previous.spec?.controller ?? '') ? [] : [invalid('spec.controller', controller, immutable)]),
    ...validateIngressClass(next),
  ];
}
