/** Paths of an Ingress rule. */
import type { FieldError } from '../../api/field-error.ts';
import type { Ingress } from '../../api/workloads.ts';
import { invalid, json, notSupported, required } from '../errors.ts';
import type { Loose } from '../loose.ts';

type Spec = Loose<NonNullable<Ingress['spec']>>;
type Rule = NonNullable<Spec['rules']>[number];
type Http = NonNullable<Rule['http']>;
type Path = NonNullable<Http['paths']>[number];
export type Backend = NonNullable<Spec['defaultBackend']>;

/** How a backend is checked. */
export type BackendCheck = (backend: Backend | undefined, field: string) => FieldError[];

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const badParts = ['//', '/./', '/../', '%2f', '%2F'];
const badEnds = ['/..', '/.'];

export function validatePaths({ paths = [] }: Http, field: string, check: BackendCheck): FieldError[] {
  if (paths.length === 0) return [required(`${field}.paths`)];
  return paths.flatMap((path, index) => validatePath(path, `${field}.paths[${index}]`, check));
}

function validatePath({ path = '', pathType, backend }: Path, field: string, check: BackendCheck): FieldError[] {
  if (pathType === undefined) return [required(`${field}.pathType`, 'pathType must be specified')];
  return [...validateText(path, pathType, field), ...check(backend, `${field}.backend`)];
}

/** What a path may look like depends on how it is compared. */
function validateText(path: string, type: string, field: string): FieldError[] {
  if (!pathTypes.includes(type)) return [notSupported(`${field}.pathType`, json(type), pathTypes)];
  const at = `${field}.path`;
  const loose = type === 'ImplementationSpecific';
  const relative = !path.startsWith('/') && !(loose && path === '');
  return [
    ...(relative ? [invalid(at, path, 'must be an absolute path')] : []),
    ...(loose
      ? []
      : badParts.filter((part) => path.includes(part)).map((part) => invalid(at, path, `must not contain '${part}'`))),
    ...(loose
      ? []
      : badEnds.filter((end) => path.endsWith(end)).map((end) => invalid(at, path, `cannot end with '${end}'`))),
  ];
}
