/** How a kind names its objects. `prefix` is true for generateName, whose trailing hyphen is masked (V3). */
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  dnsSubdomainProblemsInBytes,
} from '../formats/dns.ts';
import { pathSegmentPrefixProblems, pathSegmentProblems } from '../formats/paths.ts';

export type NameRule = (name: string, prefix: boolean) => string[];

const mask = (name: string, prefix: boolean): string =>
  prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;

export const subdomainName: NameRule = (name, prefix) => dnsSubdomainProblems(mask(name, prefix));
/** Its newer wording, which counts bytes. */
export const longName: NameRule = (name, prefix) => dnsSubdomainProblemsInBytes(mask(name, prefix));
export const labelName: NameRule = (name, prefix) => dnsLabelProblems(mask(name, prefix));
export const dns1035Name: NameRule = (name, prefix) => dns1035LabelProblems(mask(name, prefix));

/** The rule of the generic layer, and the only one of RBAC kinds: fits into a URL. */
export const pathSegmentName: NameRule = (name, prefix) =>
  prefix ? pathSegmentPrefixProblems(name) : pathSegmentProblems(name);
