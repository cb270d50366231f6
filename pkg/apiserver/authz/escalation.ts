/** SV4: nobody gives away rights they do not have. Pure: which of the wanted rights are missing, and in which words. */
import type { PolicyRule } from './rules.ts';

/** One verb on one resource or path, which is the smallest thing a rule can grant. */
interface Right {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly name?: string;
  readonly url?: string;
}

/** The rights among `wanted` that no rule of `held` covers. */
export function missingRights(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): Right[] {
  return wanted.flatMap(rightsOf).filter((right) => !held.some((rule) => covers(rule, right)));
}

function rightsOf({
  verbs = [],
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): Right[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  const onResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        names.map((name): Right => ({ verb, group, resource, ...(name === undefined ? {} : { name }) })),
      ),
    ),
  );
  return [...onResources, ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ verb, url })))];
}

const has = (values: readonly string[] | undefined, value: string): boolean =>
  values !== undefined && (values.includes('*') || values.includes(value));

function covers(rule: PolicyRule, { verb, group, resource, name, url }: Right): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some((pattern) => urlCovers(pattern, url));
  if (group === undefined || resource === undefined) return false;
  const names = rule.resourceNames ?? [];
  const namesCover = names.length === 0 || (name !== undefined && names.includes(name));
  return has(rule.apiGroups, group) && resourceCovers(rule.resources ?? [], resource) && namesCover;
}

/** A star before a subresource stands for that subresource of everything. */
function resourceCovers(resources: readonly string[], wanted: string): boolean {
  if (has(resources, wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && resources.includes(`*${wanted.slice(slash)}`);
}

function urlCovers(pattern: string, url: string): boolean {
  if (pattern === '*' || pattern === url) return true;
  return pattern.endsWith('*') && url.startsWith(pattern.slice(0, -1));
}

const quoted = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

/** A line for each resource with all its missing verbs, sorted, as upstream prints compacted rules. */
export function describeRights(rights: readonly Right[]): string {
  const bySubject = Map.groupBy(rights, ({ group, resource, name, url }) => {
    if (url !== undefined) return `NonResourceURLs:${quoted([url])}`;
    const names = name === undefined ? '' : `, ResourceNames:${quoted([name])}`;
    return `APIGroups:${quoted([group ?? ''])}, Resources:${quoted([resource ?? ''])}${names}`;
  });
  const lines = Array.from(
    bySubject,
    ([subject, of]) => `{${subject}, Verbs:${quoted([...new Set(of.map(({ verb }) => verb))])}}`,
  );
  return lines.sort().join('\n');
}
