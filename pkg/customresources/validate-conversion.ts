/** How versions become each other: not at all, or by a webhook. */
import type { FieldError } from '../api/field-error.ts';
import { reviewVersionProblems, serviceProblems, urlProblems } from '../validation/admission/client-config.ts';
import { forbidden, notSupported, required } from '../validation/errors.ts';
import type { Conversion } from './definition.ts';

const field = 'spec.conversion';

export function validateConversion(conversion: Conversion | undefined): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  const errors: FieldError[] = [];
  if (strategy === '') errors.push(required(`${field}.strategy`));
  else if (strategy !== 'None' && strategy !== 'Webhook') {
    errors.push(notSupported(`${field}.strategy`, strategy, ['None', 'Webhook']));
  }
  const versions = webhook?.conversionReviewVersions ?? [];
  const client = webhook?.clientConfig;
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook';
    if (client !== undefined) errors.push(forbidden(`${field}.webhookClientConfig`, why));
    if (versions.length > 0) errors.push(forbidden(`${field}.conversionReviewVersions`, why));
    return errors;
  }
  if (client === undefined) {
    errors.push(required(`${field}.webhookClientConfig`, 'required when strategy is set to Webhook'));
  } else if ((client.url === undefined) === (client.service === undefined)) {
    errors.push(required(`${field}.webhookClientConfig`, 'exactly one of url or service is required'));
  } else if (client.url !== undefined) errors.push(...urlProblems(client.url, `${field}.webhookClientConfig.url`));
  else if (client.service !== undefined) {
    errors.push(...serviceProblems(client.service, `${field}.webhookClientConfig.service`));
  }
  const at = `${field}.conversionReviewVersions`;
  return [...errors, ...(versions.length === 0 ? [required(at)] : reviewVersionProblems(versions, at))];
}
