/** The registered webhooks, made ready once for each version of their configuration. */
import type { Webhook, WebhookConfiguration } from '../../../api/admission.ts';
import type { Selector } from '../../../api/labels/selector.ts';
import { forbidden, internalError } from '../../../api/status.ts';
import { RunError } from '../../../cel/index.ts';
import type { Entry } from '../../watchcache/entry.ts';
import type { Attributes } from '../admission.ts';
import { bindingsOf, conditionsHold, readyConditions, type Ready } from './expressions.ts';
import { invocationFor, isExempt, namespaceSelected, objectSelected, selectorOf } from './matches.ts';
import { nameOf, type Invocation } from './view.ts';

export interface Hook {
  readonly configuration: string;
  /** Place in its configuration, which is part of its identity. */
  readonly id: string;
  readonly webhook: Webhook;
  readonly namespaces: Selector;
  readonly objects: Selector;
  readonly conditions: readonly Ready[];
}

const made = new WeakMap<Entry, readonly Hook[]>();

/** By name of the configuration, then in its order (H9). None for what must be writable when every webhook is down. */
export function hooksFor(attributes: Attributes, resource: string): readonly Hook[] {
  const { registry, objects } = attributes.scope.core;
  const kind = registry.get('admissionregistration.k8s.io', resource);
  if (kind === undefined || objects.cache(kind).size === 0 || isExempt(attributes)) return [];
  return Array.from(objects.cache(kind).current().iterate(), ([, entry]) => entry).flatMap(hooksOf);
}

function hooksOf(entry: Entry): readonly Hook[] {
  const known = made.get(entry);
  if (known !== undefined) return known;
  const { webhooks = [], metadata }: WebhookConfiguration = entry.parse();
  const hooks = webhooks.map((webhook, index) => ({
    configuration: metadata.name ?? '',
    id: `${metadata.name}/${webhook.name}/${index}`,
    webhook,
    namespaces: selectorOf(webhook.namespaceSelector),
    objects: selectorOf(webhook.objectSelector),
    conditions: readyConditions(webhook.matchConditions),
  }));
  made.set(entry, hooks);
  return hooks;
}

/** What to ask the webhook about; undefined when the request is none of its business. Throws when that cannot be told. */
export function invocationOfHook(hook: Hook, attributes: Attributes): Invocation | undefined {
  const { webhook, conditions } = hook;
  if (!namespaceSelected(hook.namespaces, attributes) || !objectSelected(hook.objects, attributes)) return undefined;
  const invocation = invocationFor(webhook.rules ?? [], webhook.matchPolicy ?? 'Exact', attributes);
  if (invocation === undefined || conditions.length === 0) return invocation;
  try {
    return conditionsHold(conditions, bindingsOf(attributes, invocation)) ? invocation : undefined;
  } catch (error) {
    if (!(error instanceof RunError)) throw internalError(error instanceof Error ? error.message : String(error));
    if (webhook.failurePolicy === 'Ignore') return undefined;
    throw forbidden(attributes.scope.resource, nameOf(attributes), error.message);
  }
}
