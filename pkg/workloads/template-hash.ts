/** A short name for a pod template: equal for equal templates, in any order of keys. */
import type { PodTemplate } from '../api/types.ts';

export const templateHashLabel = 'pod-template-hash';

/** No vowels, nor digits that look like them: a hash spells no word. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const letters = 10;

/** The label with the hash itself does not count, so that a ReplicaSet's template has its Deployment's hash. */
export function templateHash({ metadata, spec }: PodTemplate = {}): string {
  const labels = Object.entries(metadata?.labels ?? {}).filter(([key]) => key !== templateHashLabel);
  const text = canonical({ labels: new Map(labels), annotations: metadata?.annotations ?? {}, spec: spec ?? {} });
  let hash = fnv1a(text);
  let name = '';
  for (let at = 0; at < letters; at += 1) {
    name += alphabet.charAt(Number(hash % BigInt(alphabet.length)));
    hash /= BigInt(alphabet.length);
  }
  return name;
}

const offsetBasis = 0xcb_f2_9c_e4_84_22_23_25n;
const prime = 0x1_00_00_00_01_b3n;

function fnv1a(text: string): bigint {
  let hash = offsetBasis;
  for (let at = 0; at < text.length; at += 1) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * prime);
  return hash;
}

/** JSON with sorted keys; what holds nothing is the same as what is not there. */
function canonical(value: unknown): string {
  if (value instanceof Map) return canonicalEntries([...value.entries()] as [string, unknown][]);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  return canonicalEntries(Object.entries(value));
}

function canonicalEntries(entries: readonly [string, unknown][]): string {
  const parts = entries
    .filter(([, value]) => value !== undefined && value !== null)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`);
  return `{${parts.join(',')}}`;
}
