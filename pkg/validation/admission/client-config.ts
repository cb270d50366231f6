/** Where a webhook is reached. */
import type { WebhookClientConfig } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import { invalid, json, required } from '../errors.ts';
import { dns1035LabelProblems, dnsSubdomainProblems } from '../formats/dns.ts';
import { portNumberProblems } from '../formats/ports.ts';

const form = '; desired format: https://host[/path]';

/** H1: what a webhook's address may be. */
export function urlProblems(text: string, at: string): FieldError[] {
  const found = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  if (found === null || /[\0-\x20\x7f]/.test(text)) {
    return [required(at, `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URL${form}`)];
  }
  const [, scheme = '', authority = '', , query = '', fragment = ''] = found;
  const mark = authority.lastIndexOf('@');
  const [user, host] = mark < 0 ? ['', authority] : [authority.slice(0, mark), authority.slice(mark + 1)];
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalid(at, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`));
  }
  if (host === '') errors.push(invalid(at, host, `host must be specified${form}`));
  if (mark >= 0) errors.push(invalid(at, user, 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(at, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(at, query, 'query parameters are not permitted in the URL'));
  return errors;
}

/** Upstream hands the two names over in the wrong order, so each is missed under the other's field. */
export function serviceProblems(service: NonNullable<WebhookClientConfig['service']>, at: string): FieldError[] {
  const { name, namespace, path, port = 443 } = service;
  const errors: FieldError[] = [];
  if (namespace === '') errors.push(required(`${at}.name`));
  if (name === '') errors.push(required(`${at}.namespace`));
  const problems = portNumberProblems(port);
  if (problems.length > 0) errors.push(invalid(`${at}.port`, port, `port is not valid: ${problems.join(', ')}`));
  return path === undefined ? errors : [...errors, ...pathProblems(path, `${at}.path`)];
}

function pathProblems(path: string, at: string): FieldError[] {
  if (path === '/' || path === '') return [];
  if (path === '//') return [invalid(at, path, 'segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [invalid(at, path, "must start with a '/'")];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  for (const [index, step] of steps.entries()) {
    if (step === '') errors.push(invalid(at, path, `segment[${index}] may not be empty`));
    else {
      for (const problem of dnsSubdomainProblems(step)) errors.push(invalid(at, path, `segment[${index}]: ${problem}`));
    }
  }
  return errors;
}

/** Forms of a review that the server speaks. */
export const reviewVersions: readonly string[] = ['v1', 'v1beta1'];

export const hasKnownReviewVersion = (versions: readonly string[]): boolean =>
  versions.some((version) => reviewVersions.includes(version));

/** Which forms of a review a webhook takes; there is at least one. `lenient`: it may be one that nobody knows. */
export function reviewVersionProblems(versions: readonly string[], at: string, lenient = false): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(`${at}[${index}]`, version, 'duplicate version'));
    else for (const problem of dns1035LabelProblems(version)) errors.push(invalid(`${at}[${index}]`, version, problem));
    seen.add(version);
  }
  if (!lenient && !hasKnownReviewVersion(versions)) {
    errors.push(invalid(at, json(versions), `must include at least one of ${reviewVersions.join(', ')}`));
  }
  return errors;
}

/** A name of at least three labels: who answers for the webhook is part of it. */
export function fullyQualifiedProblems(at: string, name: string): FieldError[] {
  if (name === '') return [required(at)];
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalid(at, name, problems.join(','))];
  if (name.split('.').length >= 3) return [];
  return [invalid(at, name, 'should be a domain with at least three segments separated by dots')];
}
