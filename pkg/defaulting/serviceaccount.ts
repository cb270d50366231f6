/** ServiceAccount: of a reference to a Secret only the name is kept (P24). */
import type { ServiceAccount } from '../api/types.ts';
import { inside } from './fill.ts';

export const cleanSecretReferences = (account: ServiceAccount): ServiceAccount =>
  inside(account, 'secrets', (secrets) => secrets.map(({ name }) => (name === undefined ? {} : { name })));
