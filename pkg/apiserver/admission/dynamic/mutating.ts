/** MutatingAdmissionWebhook: one after another, each seeing what the one before it made of the object (H9, H12). */
import { DecodeError } from '../../../api/schema/index.ts';
import { internalError, isStatusError } from '../../../api/status.ts';
import { applyJsonPatch } from '../../../patch/index.ts';
import type { AdmissionPlugin, Attributes, Round } from '../admission.ts';
import { askWebhook, CallingError } from './ask-webhook.ts';
import { hooksFor, invocationOfHook, type Hook } from './hooks.ts';
import { replace, seen, type Invocation } from './view.ts';

export class MutatingWebhooks implements AdmissionPlugin {
  readonly name = 'MutatingAdmissionWebhook';
  readonly dynamic = true;

  /** In the second round only those are called that asked for it and have not seen the last change. */
  async mutate(attributes: Attributes, round: Round): Promise<boolean> {
    let changedAny = false;
    for (const [index, hook] of hooksFor(attributes, 'mutatingwebhookconfigurations').entries()) {
      const invocation = invocationOfHook(hook, attributes);
      if (invocation === undefined) continue;
      if (round.number === 1 && round.again.get(hook.id) !== true) continue;
      const changed = await this.#call(hook, attributes, invocation, round, index);
      if (changed) {
        changedAny = true;
        for (const id of round.again.keys()) round.again.set(id, true);
      }
      if (hook.webhook.reinvocationPolicy === 'IfNeeded') round.again.set(hook.id, false);
    }
    return changedAny;
  }

  async #call(
    hook: Hook,
    attributes: Attributes,
    invocation: Invocation,
    round: Round,
    index: number,
  ): Promise<boolean> {
    const { webhook, configuration } = hook;
    const { audit } = attributes.scope;
    const place = `mutation.webhook.admission.k8s.io/round_${round.number}_index_${index}`;
    let mutated = false;
    try {
      const { patch } = await askWebhook(hook, attributes, invocation, true);
      if (patch === undefined) return false;
      mutated = change(hook, attributes, invocation, patch);
      audit.set(
        `patch.webhook.admission.k8s.io/round_${round.number}_index_${index}`,
        JSON.stringify({ configuration, webhook: webhook.name, patch, patchType: 'JSONPatch' }),
      );
      return mutated;
    } catch (error) {
      if (!(error instanceof CallingError)) throw error;
      if (webhook.failurePolicy !== 'Ignore') throw internalError(error.message);
      audit.set(`failed-open.${place}`, webhook.name);
      return false;
    } finally {
      audit.set(place, JSON.stringify({ configuration, webhook: webhook.name, mutated }));
    }
  }
}

/** Whether the patch changed anything. */
function change({ webhook }: Hook, attributes: Attributes, invocation: Invocation, patch: unknown): boolean {
  const before = seen(attributes, 'object', invocation);
  if (before === null) {
    const what = `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object`;
    throw internalError(`${what}, which is not supported for this operation`);
  }
  try {
    replace(attributes, applyJsonPatch(before, patch), invocation);
  } catch (error) {
    // A patch that does not apply is the webhook's fault here, not the client's: it hears the reason.
    if (isStatusError(error)) throw internalError(error.cause instanceof Error ? error.cause.message : error.message);
    if (error instanceof DecodeError) throw internalError(error.message);
    throw error;
  }
  return JSON.stringify(seen(attributes, 'object', invocation)) !== JSON.stringify(before);
}
