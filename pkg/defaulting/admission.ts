/** Webhook configurations, admission policies and their bindings. */
import type {
  AdmissionPolicy,
  AdmissionPolicyBinding,
  AdmissionRule,
  MatchResources,
  Webhook,
  WebhookConfiguration,
} from '../api/admission.ts';
import { each, fill, inside } from './fill.ts';

const inEveryScope = (rule: AdmissionRule): AdmissionRule => fill(rule, { scope: '*' });

function defaultWebhook(webhook: Webhook): Webhook {
  const filled = fill(webhook, {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  });
  const ruled = inside(filled, 'rules', (rules) => each(rules, inEveryScope));
  return inside(ruled, 'clientConfig', (config) =>
    inside(config, 'service', (service) => fill(service, { port: 443 })),
  );
}

export const defaultValidatingWebhooks = (object: WebhookConfiguration): WebhookConfiguration =>
  inside(object, 'webhooks', (webhooks) => each(webhooks, defaultWebhook));

export const defaultMutatingWebhooks = (object: WebhookConfiguration): WebhookConfiguration =>
  inside(object, 'webhooks', (webhooks) =>
    each(webhooks, (webhook) => fill(defaultWebhook(webhook), { reinvocationPolicy: 'Never' })),
  );

function defaultMatch(match: MatchResources): MatchResources {
  const filled = fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  const ruled = inside(filled, 'resourceRules', (rules) => each(rules, inEveryScope));
  return inside(ruled, 'excludeResourceRules', (rules) => each(rules, inEveryScope));
}

export const defaultAdmissionPolicy = (object: AdmissionPolicy): AdmissionPolicy =>
  inside(object, 'spec', (spec) => inside(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch));

export const defaultAdmissionPolicyBinding = (object: AdmissionPolicyBinding): AdmissionPolicyBinding =>
  inside(object, 'spec', (spec) => inside(spec, 'matchResources', defaultMatch));
