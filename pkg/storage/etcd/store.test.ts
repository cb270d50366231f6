import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { storeContract } from '../store.contract.ts';
import { findEtcd, makeEtcdSubject, startEtcd, type LocalEtcd } from './local-etcd.contract.ts';

const found = findEtcd();

if ('missing' in found) {
  describe('etcd', () => {
    it.skip(`K20 keeps the store contract (${found.missing})`, () => {});
  });
} else {
  let etcd: LocalEtcd | undefined;
  beforeAll(async () => {
    etcd = await startEtcd(found.path);
  });
  afterAll(() => etcd?.stop());
  storeContract('etcd', () => makeEtcdSubject(etcd?.endpoint ?? ''), { embedded: false });
}
