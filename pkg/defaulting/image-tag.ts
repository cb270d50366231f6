/** The tag an image reference names. */

const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const registry = /^(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** `latest` when neither tag nor digest is given; empty for a digest alone and for text that is no reference. */
export function imageTag(image: string): string {
  const [rest = '', digest, ...more] = image.split('@');
  if (more.length > 0 || (digest !== undefined && !digestForm.test(digest))) return '';
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const name = tagged ? rest.slice(0, colon) : rest;
  const tag = tagged ? rest.slice(colon + 1) : '';
  if (!isName(name) || (tagged && !tagForm.test(tag))) return '';
  return tag === '' && digest === undefined ? 'latest' : tag;
}

/** The first part is a registry when it looks like a host; everything else is lower case. */
function isName(name: string): boolean {
  if (/^[a-f0-9]{64}$/.test(name)) return false;
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  if (!isHost) return [first, ...rest].every((part) => component.test(part));
  return registry.test(first) && rest.every((part) => component.test(part));
}
