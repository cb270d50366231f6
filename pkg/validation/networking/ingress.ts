/** Ingresses: rules, backends and certificates. */
import type { FieldError } from '../../api/field-error.ts';
import type { Ingress } from '../../api/workloads.ts';
import { parseIpTolerant } from '../../ip/index.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { invalid, invalidEach, json, required } from '../errors.ts';
import { dns1035LabelProblems, dnsLabelProblems, dnsSubdomainProblems, wildcardProblems } from '../formats/dns.ts';
import { ipWarnings, legacyIpErrors } from '../formats/ips.ts';
import { portNameProblems, portNumberProblems } from '../formats/ports.ts';
import type { Loose } from '../loose.ts';
import { hasKey, valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { type Backend, validatePaths } from './ingress-paths.ts';
import { validateTypedReference } from './references.ts';

type Spec = Loose<NonNullable<Ingress['spec']>>;

const classAnnotation = 'kubernetes.io/ingress.class';
const noAddress = 'must be a DNS name, not an IP address';

export function validateIngress(object: Ingress, context: ValidationContext = currentGates): FieldError[] {
  const annotated = valueOf(object.metadata.annotations, classAnnotation);
  const named = object.spec?.ingressClassName;
  return [
    ...validateWhole(object, undefined, context),
    ...(annotated !== undefined && named !== undefined && annotated !== named
      ? [invalid(`annotations.${classAnnotation}`, annotated, 'must match `ingressClassName` when both are specified')]
      : []),
  ];
}

export const validateIngressUpdate = (
  next: Ingress,
  previous: Ingress,
  context: ValidationContext = currentGates,
): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateWhole(next, previous, context),
];

/** What was wrong before and is stored may stay: names of secrets, rules of wildcard hosts. */
function validateWhole(object: Ingress, previous: Ingress | undefined, context: ValidationContext): FieldError[] {
  const spec: Spec = object.spec ?? {};
  const before: Spec = previous?.spec ?? {};
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  const check = (backend: Backend | undefined, field: string): FieldError[] => validateBackend(backend, field, context);
  const wildcardsMayFail = (before.rules ?? []).some(
    ({ host = '', http }) => host.includes('*') && http !== undefined && validatePaths(http, '', check).length > 0,
  );
  const secretsMayFail = (before.tls ?? []).some(({ secretName = '' }) => secretProblems(secretName).length > 0);
  return [
    ...validateObjectMeta(object.metadata, true, subdomainName),
    ...(rules.length === 0 && defaultBackend === undefined
      ? [invalid('spec', json(spec.rules), 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(defaultBackend ? check(defaultBackend, 'spec.defaultBackend') : []),
    ...rules.flatMap(({ host = '', http }, index) => {
      const at = `spec.rules[${index}]`;
      const skipped = http === undefined || (host.includes('*') && wildcardsMayFail);
      return [...validateHost(host, `${at}.host`), ...(skipped ? [] : validatePaths(http, `${at}.http`, check))];
    }),
    ...tls.flatMap(({ hosts = [], secretName = '' }, index) => [
      ...hosts.flatMap((host, at) => invalidEach(`spec.tls[${index}].hosts[${at}]`, host, hostProblems(host))),
      ...(secretsMayFail ? [] : invalidEach(`spec.tls[${index}].secretName`, secretName, secretProblems(secretName))),
    ]),
    ...(ingressClassName === undefined
      ? []
      : invalidEach('spec.ingressClassName', ingressClassName, dnsSubdomainProblems(ingressClassName))),
  ];
}

const secretProblems = (name: string): string[] => (name === '' ? [] : dnsSubdomainProblems(name));
const hostProblems = (host: string): string[] =>
  host.includes('*') ? wildcardProblems(host) : dnsSubdomainProblems(host);

function validateHost(host: string, field: string): FieldError[] {
  if (host === '') return [];
  return [
    ...(parseIpTolerant(host) === undefined ? [] : [invalid(field, host, noAddress)]),
    ...invalidEach(field, host, hostProblems(host)),
  ];
}

function validateBackend(backend: Backend | undefined, field: string, context: ValidationContext): FieldError[] {
  const { resource, service } = backend ?? {};
  if (resource && service) return [invalid(field, '', 'cannot set both resource and service backends')];
  if (resource) return validateTypedReference(resource, `${field}.resource`);
  if (!service) return [invalid(field, '', 'resource or service backend is required')];
  const { name = '', port: { name: portName = '', number = 0 } = {} } = service;
  const at = `${field}.service`;
  const problems = context.relaxedServiceNames ? dnsLabelProblems(name) : dns1035LabelProblems(name);
  const errors = name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, problems);
  if (portName !== '' && number !== 0)
    return [...errors, invalid(field, '', 'cannot set both port name & port number')];
  if (portName !== '') return [...errors, ...invalidEach(`${at}.port.name`, portName, portNameProblems(portName))];
  return number === 0
    ? [...errors, required(field, 'port name or number is required')]
    : [...errors, ...invalidEach(`${at}.port.number`, number, portNumberProblems(number))];
}

const addressesOf = (object: Ingress): { ip?: string; hostname?: string }[] =>
  object.status?.loadBalancer?.ingress ?? [];

export function validateIngressStatusUpdate(
  next: Ingress,
  previous: Ingress,
  context: ValidationContext = currentGates,
): FieldError[] {
  const existing = addressesOf(previous).flatMap(({ ip }) => (ip ? [ip] : []));
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...addressesOf(next).flatMap(({ ip = '', hostname = '' }, index) => {
      const field = `status.loadBalancer.ingress[${index}]`;
      const problems = hostname === '' ? [] : dnsSubdomainProblems(hostname);
      const isAddress = hostname !== '' && parseIpTolerant(hostname) !== undefined;
      return [
        ...(ip === '' ? [] : legacyIpErrors(`${field}.ip`, ip, context.strictIps, existing)),
        ...invalidEach(`${field}.hostname`, hostname, problems),
        ...(isAddress ? [invalid(`${field}.hostname`, hostname, noAddress)] : []),
      ];
    }),
  ];
}

export const ingressWarnings = (object: Ingress, previous: Ingress | undefined): string[] =>
  previous === undefined &&
  hasKey(object.metadata.annotations, classAnnotation) &&
  object.spec?.ingressClassName === undefined
    ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
    : [];

export const ingressStatusWarnings = (object: Ingress): string[] =>
  addressesOf(object).flatMap(({ ip = '' }, index) =>
    ip === '' ? [] : ipWarnings(`status.loadBalancer.ingress[${index}]`, ip),
  );
