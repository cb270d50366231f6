/** Which requests a webhook or a policy asks to see. */
import type { AdmissionRule } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import { duplicate, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { pathSegmentName } from '../metadata/names.ts';

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];

export function validateRule(rule: AdmissionRule, at: string): FieldError[] {
  const { operations: asked = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  const errors: FieldError[] = [];
  if (asked.length === 0) errors.push(required(`${at}.operations`));
  errors.push(...onlyStar(asked, `${at}.operations`, 'operations'));
  for (const [index, operation] of asked.entries()) {
    if (!operations.includes(operation)) {
      errors.push(notSupported(`${at}.operations[${index}]`, json(operation), operations));
    }
  }
  if (apiGroups.length === 0) errors.push(required(`${at}.apiGroups`));
  errors.push(...onlyStar(apiGroups, `${at}.apiGroups`, 'API groups'));
  if (apiVersions.length === 0) errors.push(required(`${at}.apiVersions`));
  errors.push(...onlyStar(apiVersions, `${at}.apiVersions`, 'API versions'));
  for (const [index, version] of apiVersions.entries()) {
    if (version === '') errors.push(required(`${at}.apiVersions[${index}]`));
  }
  errors.push(...validateResources(resources, `${at}.resources`));
  if (scope !== undefined && !scopes.includes(scope)) errors.push(notSupported(`${at}.scope`, json(scope), scopes));
  return errors;
}

function onlyStar(values: readonly string[], at: string, what: string): FieldError[] {
  if (values.length < 2 || !values.includes('*')) return [];
  return [invalid(at, json(values), `if '*' is present, must not specify other ${what}`)];
}

function validateResources(resources: readonly string[], at: string): FieldError[] {
  const errors: FieldError[] = [];
  if (resources.length === 0) errors.push(required(at));
  const everySubresourceOf = new Set<string>();
  const onEveryResource = new Set<string>();
  let plain = false;
  for (const [index, text] of resources.entries()) {
    const place = `${at}[${index}]`;
    if (text === '') {
      errors.push(required(place));
      continue;
    }
    const slash = text.indexOf('/');
    if (slash < 0) {
      plain = text !== '*';
      continue;
    }
    const [resource, subresource] = [text.slice(0, slash), text.slice(slash + 1)];
    if (everySubresourceOf.has(resource)) {
      errors.push(invalid(place, text, `if '${resource}/*' is present, must not specify ${text}`));
    }
    if (onEveryResource.has(subresource)) {
      errors.push(invalid(place, text, `if '*/${subresource}' is present, must not specify ${text}`));
    }
    if (subresource === '*') everySubresourceOf.add(resource);
    if (resource === '*') onEveryResource.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(at, json(resources), "if '*/*' is present, must not specify other resources"));
  }
  if (resources.includes('*') && plain) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(at, json(resources), why));
  }
  return errors;
}

/** The same with names of objects, as policies have it. */
export function validateNamedRule(rule: AdmissionRule, at: string): FieldError[] {
  const seen = new Set<string>();
  const errors = (rule.resourceNames ?? []).flatMap((name, index) => {
    const place = `${at}.resourceNames[${index}]`;
    const found = invalidEach(place, name, pathSegmentName(name, false));
    if (seen.has(name)) found.push(duplicate(place, name));
    seen.add(name);
    return found;
  });
  return [...errors, ...validateRule(rule, at)];
}
