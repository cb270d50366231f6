/** Mutating and validating webhook configurations. What an old object got away with, its successor may keep. */
import type { Webhook, WebhookConfiguration } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import { sameValue } from '../equal.ts';
import { duplicate, invalid, json, notSupported, required } from '../errors.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta } from '../metadata/object-meta.ts';
import {
  fullyQualifiedProblems,
  hasKnownReviewVersion,
  reviewVersionProblems,
  reviewVersions,
  serviceProblems,
  urlProblems,
} from './client-config.ts';
import { validateMatchConditions } from './match-conditions.ts';
import { validateRule } from './resource-rules.ts';

export const failurePolicies = ['Fail', 'Ignore'];
export const matchPolicies = ['Equivalent', 'Exact'];
const reinvocationPolicies = ['IfNeeded', 'Never'];
const sideEffects = { allowed: ['None', 'NoneOnDryRun'], known: ['None', 'NoneOnDryRun', 'Some', 'Unknown'] };

interface Leniency {
  readonly conditions: boolean;
  readonly sideEffects: boolean;
  readonly versions: boolean;
  readonly names: boolean;
  readonly selectors: boolean;
}

const strict: Leniency = { conditions: false, sideEffects: false, versions: false, names: false, selectors: false };

export const validateWebhooks = (object: WebhookConfiguration): FieldError[] => validate(object, strict);

export function validateWebhooksUpdate(
  next: WebhookConfiguration,
  { webhooks: before = [] }: WebhookConfiguration,
): FieldError[] {
  const now = next.webhooks ?? [];
  const names = before.map(({ name }) => name);
  return validate(next, {
    conditions:
      now.length === before.length &&
      now.every((webhook, index) => sameValue(webhook.matchConditions, before[index]?.matchConditions)),
    sideEffects: !before.every((webhook) => sideEffects.allowed.includes(webhook.sideEffects ?? '')),
    versions: !before.every(
      ({ admissionReviewVersions: versions = [] }) => versions.length === 0 || hasKnownReviewVersion(versions),
    ),
    names: new Set(names).size < names.length,
    selectors: before.some(
      ({ namespaceSelector, objectSelector }) =>
        validateLabelSelector(namespaceSelector, '').length > 0 || validateLabelSelector(objectSelector, '').length > 0,
    ),
  });
}

function validate({ metadata, webhooks = [] }: WebhookConfiguration, lenient: Leniency): FieldError[] {
  const errors = validateObjectMeta(metadata, false, subdomainName);
  const names = new Set<string>();
  for (const [index, webhook] of webhooks.entries()) {
    const at = `webhooks[${index}]`;
    errors.push(...validateWebhook(webhook, at, lenient));
    const { admissionReviewVersions: versions = [], name } = webhook;
    errors.push(...validateReviewVersions(versions, `${at}.admissionReviewVersions`, lenient.versions));
    if (lenient.names || name === '') continue;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  }
  return errors;
}

function validateWebhook(webhook: Webhook, at: string, lenient: Leniency): FieldError[] {
  const { name, rules = [], failurePolicy, matchPolicy, timeoutSeconds, clientConfig, matchConditions } = webhook;
  const errors = fullyQualifiedProblems(`${at}.name`, name);
  for (const [index, rule] of rules.entries()) errors.push(...validateRule(rule, `${at}.rules[${index}]`));
  errors.push(...oneOf(failurePolicy, `${at}.failurePolicy`, failurePolicies));
  errors.push(...oneOf(matchPolicy, `${at}.matchPolicy`, matchPolicies));
  const effects = lenient.sideEffects ? sideEffects.known : sideEffects.allowed;
  if (webhook.sideEffects === undefined) {
    errors.push(required(`${at}.sideEffects`, `must specify one of ${effects.join(', ')}`));
  } else errors.push(...oneOf(webhook.sideEffects, `${at}.sideEffects`, effects));
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) {
    const why = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalid(`${at}.timeoutSeconds`, timeoutSeconds, why));
  }
  errors.push(...validateLabelSelector(webhook.namespaceSelector, `${at}.namespaceSelector`, lenient.selectors));
  errors.push(...validateLabelSelector(webhook.objectSelector, `${at}.objectSelector`, lenient.selectors));
  errors.push(...oneOf(webhook.reinvocationPolicy, `${at}.reinvocationPolicy`, reinvocationPolicies));
  const { url, service } = clientConfig ?? {};
  if ((url === undefined) === (service === undefined)) {
    errors.push(required(`${at}.clientConfig`, 'exactly one of url or service is required'));
  } else if (url !== undefined) errors.push(...urlProblems(url, `${at}.clientConfig.url`));
  else if (service !== undefined) errors.push(...serviceProblems(service, `${at}.clientConfig.service`));
  if (!lenient.conditions) {
    const variables = { params: false, authorizer: true };
    errors.push(...validateMatchConditions(matchConditions ?? [], `${at}.matchConditions`, variables));
  }
  return errors;
}

export const oneOf = (value: string | undefined, at: string, known: readonly string[]): FieldError[] =>
  value === undefined || known.includes(value) ? [] : [notSupported(at, json(value), known)];

function validateReviewVersions(versions: readonly string[], at: string, lenient: boolean): FieldError[] {
  if (versions.length === 0) return [required(at, `must specify one of ${reviewVersions.join(', ')}`)];
  return reviewVersionProblems(versions, at, lenient);
}
