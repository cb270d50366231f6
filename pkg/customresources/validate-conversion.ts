/** How versions become each other: not at all, or by a webhook. */
import type { FieldError } from '../api/field-error.ts';
import { forbidden, invalid, json, notSupported, required } from '../validation/errors.ts';
import { dns1035LabelProblems } from '../validation/formats/dns.ts';
import { portNumberProblems } from '../validation/formats/ports.ts';
import type { Conversion } from './definition.ts';

const field = 'spec.conversion';
const reviewVersions = ['v1', 'v1beta1'];

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
  return [...errors, ...ofReviewVersions(versions)];
}

function ofReviewVersions(versions: readonly string[]): FieldError[] {
  const at = `${field}.conversionReviewVersions`;
  if (versions.length === 0) return [required(at)];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(`${at}[${index}]`, version, 'duplicate version'));
    else for (const problem of dns1035LabelProblems(version)) errors.push(invalid(`${at}[${index}]`, version, problem));
    seen.add(version);
  }
  if (!versions.some((version) => reviewVersions.includes(version))) {
    errors.push(invalid(at, json(versions), `must include at least one of ${reviewVersions.join(', ')}`));
  }
  return errors;
}

const form = '; desired format: https://host[/path]';

/** H1: what a webhook's address may be. */
export function urlProblems(text: string, at: string): FieldError[] {
  if (!URL.canParse(text)) return [required(at, `url must be a valid URL: parse ${JSON.stringify(text)}${form}`)];
  const url = new URL(text);
  const errors: FieldError[] = [];
  if (url.protocol !== 'https:') {
    errors.push(invalid(at, url.protocol.slice(0, -1), `'https' is the only allowed URL scheme${form}`));
  }
  if (url.hostname === '') errors.push(invalid(at, url.host, `host must be specified${form}`));
  if (url.username !== '') errors.push(invalid(at, url.username, 'user information is not permitted in the URL'));
  if (url.hash !== '') errors.push(invalid(at, url.hash.slice(1), 'fragments are not permitted in the URL'));
  if (url.search !== '') errors.push(invalid(at, url.search.slice(1), 'query parameters are not permitted in the URL'));
  return errors;
}

export function serviceProblems(
  { name, namespace, path, port }: { name: string; namespace: string; path?: string; port?: number },
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${at}.name`, 'service name is required'));
  if (namespace === '') errors.push(required(`${at}.namespace`, 'service namespace is required'));
  const problems = portNumberProblems(port ?? 443);
  if (problems.length > 0) {
    errors.push(invalid(`${at}.port`, port ?? 443, `port is not valid: ${problems.join(',')}`));
  }
  if (path === undefined || path === '/' || path === '') return errors;
  if (!path.startsWith('/')) return [...errors, invalid(`${at}.path`, path, `must start with a '/'`)];
  return path.includes('//') ? [...errors, invalid(`${at}.path`, path, 'segment[0] may not be empty')] : errors;
}
