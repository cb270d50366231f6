/** ServiceAccount: metadata only. */
import type { FieldError } from '../../api/field-error.ts';
import type { ServiceAccount } from '../../api/types.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

export const validateServiceAccount = (account: ServiceAccount): FieldError[] =>
  validateObjectMeta(account.metadata, true, subdomainName);

export const validateServiceAccountUpdate = (next: ServiceAccount, previous: ServiceAccount): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateServiceAccount(next),
];
