/** What answers about custom resources leave to chance, beside what all answers do. */
import { normalise } from '../upstream-api/normalise.ts';
import type { Answer } from '../upstream-api/send.ts';

export function settled(answer: Answer): Answer {
  const plain = normalise({ ...answer, body: withoutVersions(answer.body) });
  return { ...plain, body: inOrder(plain.body) };
}

/** Refused patches show the whole object, version and all. */
const withoutVersions = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body).replaceAll(/(resourceVersion\\+":\\+")\d+/g, '$1VERSION'));

/**
 * Records of managers stand in the order of their seconds, which is luck here, and discovery lists the kinds of a group
 * in the order of a Go map.
 */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]): [string, unknown] => {
      const isList =
        Array.isArray(inner) && (key === 'managedFields' || (key === 'resources' && 'groupVersion' in value));
      return [key, isList ? [...(inner as unknown[])].sort(byName) : inOrder(inner)];
    }),
  );
}

interface Named {
  readonly name?: string;
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly apiVersion?: string;
}

function byName(a: unknown, b: unknown): number {
  const text = ({ name, manager, operation, subresource, apiVersion }: Named): string =>
    [name, manager, operation, subresource, apiVersion].join(' ');
  const [left, right] = [text(a as Named), text(b as Named)];
  return left < right ? -1 : left > right ? 1 : 0;
}
