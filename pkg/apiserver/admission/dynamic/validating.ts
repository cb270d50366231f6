/** ValidatingAdmissionWebhook: all at once, over what will be stored; the first refusal counts (H9). */
import { internalError } from '../../../api/status.ts';
import type { AdmissionPlugin, Attributes } from '../admission.ts';
import { askWebhook, CallingError } from './ask-webhook.ts';
import { hooksFor, invocationOfHook, type Hook } from './hooks.ts';
import type { Invocation } from './view.ts';

export class ValidatingWebhooks implements AdmissionPlugin {
  readonly name = 'ValidatingAdmissionWebhook';
  readonly dynamic = true;

  async validate(attributes: Attributes): Promise<void> {
    const relevant = hooksFor(attributes, 'validatingwebhookconfigurations').flatMap((hook) => {
      const invocation = invocationOfHook(hook, attributes);
      return invocation === undefined ? [] : [{ hook, invocation }];
    });
    if (relevant.length === 0) return;
    const failures: unknown[] = [];
    await Promise.all(
      relevant.map(async ({ hook, invocation }, index) => {
        try {
          await ask(hook, attributes, invocation, index);
        } catch (error) {
          failures.push(error);
        }
      }),
    );
    if (failures.length > 0) throw failures[0];
  }
}

async function ask(hook: Hook, attributes: Attributes, invocation: Invocation, index: number): Promise<void> {
  try {
    await askWebhook(hook, attributes, invocation, false);
  } catch (error) {
    if (!(error instanceof CallingError)) throw error;
    if (hook.webhook.failurePolicy !== 'Ignore') throw internalError(error.message);
    const place = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`;
    attributes.scope.audit.set(place, hook.webhook.name);
  }
}
