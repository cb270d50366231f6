/**
 * Who owns a set of fields (M35): manager, operation and subresource, and for Update entries the version too. The
 * identity is a text, and conflicts are listed in the order of these texts, so it is built as upstream builds it.
 */
import { quote } from '../json/go-print.ts';
import { goJsonString } from '../json/go-json.ts';

export type Operation = 'Apply' | 'Update';

export interface ManagerId {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
}

/** The identity as a text, equal for entries of the same owner. */
export function managerKey({ manager, operation, apiVersion, subresource }: ManagerId): string {
  const members = [
    member('manager', manager),
    member('operation', operation),
    // Whoever applies owns one set, whatever version it came in.
    member('apiVersion', operation === 'Apply' ? '' : apiVersion),
    member('subresource', subresource),
  ];
  return `{${members.filter((text) => text !== '').join(',')}}`;
}

const member = (name: string, value: string): string => (value === '' ? '' : `"${name}":${goJsonString(value)}`);

/** `"kubectl-patch" with subresource "status" using v1`, as conflicts name an owner (M33). */
export function printManager({ manager, operation, apiVersion, subresource }: ManagerId): string {
  const place = subresource === '' ? '' : ` with subresource ${quote(subresource)}`;
  const version = operation === 'Update' ? ` using ${apiVersion}` : '';
  return quote(manager) + place + version;
}
