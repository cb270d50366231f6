/** Environment variables and where their values come from. */
import type { FieldError } from '../../../api/field-error.ts';
import { invalid, invalidEach, notSupported, required } from '../../errors.ts';
import { dnsSubdomainProblems } from '../../formats/dns.ts';
import { configKeyProblems } from '../../formats/keys.ts';
import { labelKeyProblems } from '../../formats/labels.ts';
import { subdomainName } from '../../metadata/names.ts';
import type { Container } from './types.ts';

type EnvVar = NonNullable<Container['env']>[number];
type Source = NonNullable<EnvVar['valueFrom']>;
type EnvFrom = NonNullable<Container['envFrom']>[number];
export type FieldRef = NonNullable<Source['fieldRef']>;
export type ResourceRef = NonNullable<Source['resourceFieldRef']>;

const relaxedRule = "a valid environment variable name must consist only of printable ASCII characters other than '='";
const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const amounts = ['cpu', 'ephemeral-storage', 'memory'];
const resources = ['limits', 'requests'].flatMap((kind) => amounts.map((amount) => `${kind}.${amount}`));

/** Anything printable but `=`. */
const envNameProblems = (name: string): string[] => (/^[ -<>-~]*$/.test(name) ? [] : [relaxedRule]);

export function validateEnv(variables: readonly EnvVar[], field: string): FieldError[] {
  return variables.flatMap(({ name = '', value = '', valueFrom }, index) => {
    const at = `${field}[${index}]`;
    return [
      ...(name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, envNameProblems(name))),
      ...(valueFrom === undefined ? [] : validateSource(valueFrom, value, `${at}.valueFrom`)),
    ];
  });
}

function validateSource(source: Source, value: string, field: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, envFields, `${field}.fieldRef`));
  if (resourceFieldRef) errors.push(...validateResourceRef(resourceFieldRef, `${field}.resourceFieldRef`, false));
  if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, `${field}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, `${field}.secretKeyRef`));
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (given === 0) {
    const choice =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(field, '', choice));
  } else if (value !== '') errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  else if (given > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateKeyRef({ name = '', key = '' }: { name?: string; key?: string }, field: string): FieldError[] {
  return [
    ...invalidEach(`${field}.name`, name, dnsSubdomainProblems(name)),
    ...(key === '' ? [required(`${field}.key`)] : invalidEach(`${field}.key`, key, configKeyProblems(key))),
  ];
}

/** Fields of the Pod itself. Of labels and annotations one entry may be named. */
export function validateFieldRef(ref: FieldRef, allowed: readonly string[], field: string): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = ref;
  if (apiVersion === '') return [required(`${field}.apiVersion`)];
  if (fieldPath === '') return [required(`${field}.fieldPath`)];
  const [, path = '', key = ''] = /^([^[]*)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (path !== '') {
    if (path === 'metadata.annotations')
      return invalidEach(field, key.toLowerCase(), labelKeyProblems(key.toLowerCase()));
    if (path === 'metadata.labels') return invalidEach(field, key, labelKeyProblems(key));
    return [invalid(`${field}.fieldPath`, fieldPath, unknownLabel(apiVersion, fieldPath))];
  }
  if (!known.has(fieldPath) || apiVersion !== 'v1') {
    return [invalid(`${field}.fieldPath`, fieldPath, unknownLabel(apiVersion, fieldPath))];
  }
  return allowed.includes(fieldPath) ? [] : [notSupported(`${field}.fieldPath`, fieldPath, allowed)];
}

/** Labels the conversion knows, whether or not they may be used in this place. */
const known = new Set([
  ...envFields,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const unknownLabel = (apiVersion: string, fieldPath: string): string =>
  apiVersion === 'v1'
    ? `error converting fieldPath: field label not supported: ${fieldPath}`
    : `error converting fieldPath: unsupported pod version: ${apiVersion}`;

/** Amounts of a container; `named`: the container must be said. */
export function validateResourceRef(ref: ResourceRef, field: string, named: boolean): FieldError[] {
  const { containerName = '', resource = '' } = ref;
  if (named && containerName === '') return [required(`${field}.containerName`)];
  if (resource === '') return [required(`${field}.resource`)];
  const known = resources.includes(resource) || /^(requests|limits)\.hugepages-/.test(resource);
  return known ? [] : [notSupported(`${field}.resource`, resource, resources)];
}

export function validateEnvFrom(sources: readonly EnvFrom[], field: string): FieldError[] {
  return sources.flatMap(({ prefix = '', configMapRef, secretRef }, index) => {
    const at = `${field}[${index}]`;
    const errors = prefix === '' ? [] : invalidEach(`${at}.prefix`, prefix, envNameProblems(prefix));
    if (configMapRef) errors.push(...validateNamed(configMapRef.name ?? '', `${at}.configMapRef.name`));
    if (secretRef) errors.push(...validateNamed(secretRef.name ?? '', `${at}.secretRef.name`));
    const given = [configMapRef, secretRef].filter(Boolean).length;
    if (given === 0) errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

const validateNamed = (name: string, field: string): FieldError[] =>
  name === '' ? [required(field)] : invalidEach(field, name, subdomainName(name, true));
