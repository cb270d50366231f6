/** Bodies as bytes: JSON, with tokens that JSON.stringify would not write. */
import type { Edit } from './scenario.ts';

/** A token for the body as it stands: `1e400`, `-0`, `1.0`. */
export const raw = (token: string): string => `\u0001${token}\u0001`;

export function encode(body: unknown, namespace: string): string {
  const text = typeof body === 'string' && !body.startsWith('\u0001') ? body : JSON.stringify(body);
  return text
    .replaceAll('{ns}', namespace)
    .replaceAll(/"\\u0001((?:[^"\\]|\\.)*)\\u0001"/g, (_, token: string) => JSON.parse(`"${token}"`) as string);
}

/** A copy with the edits made; an edit whose way is not there makes objects on the way. */
export function edited(body: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce((result, { path, ...rest }) => changed(result, path, rest), body);
}

function changed(holder: unknown, path: readonly (string | number)[], edit: { readonly value?: unknown }): unknown {
  const [step, ...further] = path;
  if (step === undefined) return edit.value;
  const gone = further.length === 0 && !Object.hasOwn(edit, 'value');
  if (Array.isArray(holder)) {
    const index = Number(step);
    if (gone) return holder.filter((_, at) => at !== index);
    const inner = changed(holder[index], further, edit);
    return index < holder.length
      ? holder.map((item: unknown, at) => (at === index ? inner : item))
      : [...holder, inner];
  }
  const fields = typeof holder === 'object' && holder !== null ? Object.entries(holder) : [];
  const key = String(step);
  const others = fields.filter(([name]) => name !== key);
  if (gone) return Object.fromEntries(others);
  return Object.fromEntries([...others, [key, changed(new Map(fields).get(key), further, edit)]]);
}
