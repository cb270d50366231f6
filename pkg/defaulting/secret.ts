/** Secret: the type, and plain text given in `stringData`. */
import type { Secret } from '../api/types.ts';
import { entriesOf } from '../validation/metadata/labels.ts';
import { fillZero, without } from './fill.ts';

export const defaultSecret = (secret: Secret): Secret => mergeStringData(fillZero(secret, { type: 'Opaque' }));

/** Write-only convenience: its entries win over `data` and are never shown again. */
function mergeStringData(secret: Secret): Secret {
  if (secret.stringData === undefined) return secret;
  const data = new Map(entriesOf(secret.data));
  for (const [key, text] of entriesOf(secret.stringData)) data.set(key, toBase64(text));
  return { ...without(secret, 'stringData'), ...(data.size === 0 ? {} : { data: Object.fromEntries(data) }) };
}

function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** An update without a type keeps the old one. */
export const prepareSecretForUpdate = (next: Secret, previous: Secret): Secret =>
  fillZero(next, previous.type === undefined ? {} : { type: previous.type });
