/** A Pod's own resolver configuration. */
import type { FieldError } from '../../../api/field-error.ts';
import { invalid, invalidEach, json, required } from '../../errors.ts';
import { looseSubdomainProblems } from '../../formats/dns.ts';
import { legacyIpErrors } from '../../formats/ips.ts';
import { byteLength } from '../../formats/text.ts';
import type { PodSpec } from './types.ts';

const most = { nameservers: 3, searches: 32, searchCharacters: 2048 };

export function validateDnsConfig(spec: PodSpec, field: string, strictIps: boolean): FieldError[] {
  const { dnsConfig, dnsPolicy } = spec;
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  const errors: FieldError[] = [];
  if (nameservers.length > most.nameservers) {
    errors.push(
      invalid(`${field}.nameservers`, json(nameservers), `must not have more than ${most.nameservers} nameservers`),
    );
  }
  errors.push(...nameservers.flatMap((ip, index) => legacyIpErrors(`${field}.nameservers[${index}]`, ip, strictIps)));
  if (searches.length > most.searches) {
    errors.push(invalid(`${field}.searches`, json(searches), `must not have more than ${most.searches} search paths`));
  }
  if (byteLength(searches.join(' ')) > most.searchCharacters) {
    const detail = `must not have more than ${most.searchCharacters} characters (including spaces) in the search list`;
    errors.push(invalid(`${field}.searches`, json(searches), detail));
  }
  errors.push(...searches.flatMap((search, index) => validateSearch(search, `${field}.searches[${index}]`)));
  return errors.concat(
    options.flatMap(({ name = '' }, index) =>
      name === '' ? [required(`${field}.options[${index}]`, 'must not be empty')] : [],
    ),
  );
}

/** A single dot is the root; otherwise one trailing dot is ignored. */
function validateSearch(search: string, field: string): FieldError[] {
  if (search === '.') return [];
  const name = search.endsWith('.') ? search.slice(0, -1) : search;
  return invalidEach(field, name, looseSubdomainProblems(name));
}
