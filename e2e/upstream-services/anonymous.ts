/**
 * Addresses, node ports and name endings that a server picked, replaced by their order of appearance in the scenario,
 * so that keeping, sharing and changing them stays visible. What the scenario named itself is left as it is.
 */
import type { Answer } from '../upstream-api/send.ts';
import type { Scenario } from './scenario.ts';

const ipv4 = /\b10\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d{1,3}\.\d{1,3}\b/g;
const ipv6 = /\bfd00:10:96:[0-9a-f:]*/g;
const port = /(?<![\d.])(?:2\d{4}|3[0-2]\d{3})(?![\d.])/g;

/** Every address, port and base of a generated name that the requests hold. */
export function namesOf({ requests }: Scenario): {
  readonly own: ReadonlySet<string>;
  readonly bases: readonly string[];
} {
  const text = JSON.stringify(requests);
  const own = [ipv4, ipv6, port].flatMap((pattern) => text.match(pattern) ?? []);
  const bases = [...text.matchAll(/"generateName(?:",|":)(?:"value":)?"([^"]+)"/g)].map(([, base = '']) => base);
  return { own: new Set([...own, '20000', '32767']), bases: [...new Set(bases)] };
}

export function anonymous(
  { own, bases }: ReturnType<typeof namesOf>,
  namespace: string,
): (answer: Answer, isDryRun: boolean) => Answer {
  const met = new Map<string, string>();
  const ending = '[bcdfghjklmnpqrstvwxz2456789]{5}';
  const generated = bases.map((base) => new RegExp(`${escaped(base.slice(0, 58))}${ending}`, 'g'));
  let refused = false;
  const nameFor = (kind: string, value: string): string => {
    // Q13: what a dry run of upstream calls an address.
    if (refused && /^(?:10\.64\.0\.0|fd00:10:96::)$/.test(value)) return `${kind}#refused`;
    if (own.has(value)) return value;
    // Chosen for a request that left nothing: nobody will see it again.
    if (refused && !met.has(value)) return `${kind}#refused`;
    const known = met.get(value) ?? `${kind}#${met.size}`;
    met.set(value, known);
    return known;
  };
  const text = (value: string): string =>
    generated
      .reduce(
        (result, pattern) => result.replace(pattern, 'GENERATED'),
        findingsSorted(echoSorted(value)).replaceAll(namespace, 'NAMESPACE'),
      )
      .replace(ipv4, (found) => nameFor('IPV4', found))
      .replace(ipv6, (found) => nameFor('IPV6', found))
      .replace(port, (found) => nameFor('PORT', found))
      // Inside the text of a whole object, whose quotes are escaped.
      .replace(/(in record \()\d+\)/g, '$1VERSION)')
      .replace(/(resourceVersion\\*":\\*")\d+/g, '$1VERSION');
  const walk = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number' && key.endsWith('odePort')) {
      const hidden = String(value).replace(port, (found) => nameFor('PORT', found));
      return hidden === String(value) ? value : hidden;
    }
    if (Array.isArray(value)) {
      const items = key === 'managedFields' ? [...value].sort(byManager) : value;
      return items.map((item) => walk(item));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
  };
  return (answer, isDryRun) => {
    refused = answer.code >= 300 || isDryRun;
    return { ...answer, headers: walk(answer.headers) as Answer['headers'], body: walk(answer.body) };
  };
}

/** Servers sort them by the second of the write. */
function byManager(a: unknown, b: unknown): number {
  const key = (entry: unknown): string => {
    const { operation = '', manager = '', subresource = '' } = entry as Record<string, string>;
    return `${operation} ${manager} ${subresource}`;
  };
  return key(a) < key(b) ? -1 : 1;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** The text of a whole patched object, whose order of fields tells what Go has looked at on the way. */
function echoSorted(text: string): string {
  return text.replaceAll(/Invalid value: ("\{(?:[^"\\]|\\.)*\}"): /g, (whole, quoted: string) => {
    try {
      const echoed: unknown = JSON.parse(JSON.parse(quoted) as string);
      return `Invalid value: ${JSON.stringify(JSON.stringify(keysSorted(echoed)))}: `;
    } catch {
      return whole;
    }
  });
}

function keysSorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => keysSorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]): [string, unknown] => {
    return [key, keysSorted(key === 'managedFields' && Array.isArray(inner) ? [...inner].sort(byManager) : inner)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What does not fit the schema of an applied object is found in the random order of Go's maps. */
function findingsSorted(text: string): string {
  const [head = '', ...findings] = text.split('\n  .');
  return head.endsWith('errors:') ? [head, ...findings.sort()].join('\n  .') : text;
}
