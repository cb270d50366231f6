import { describe } from '@jest/globals';
import { inProcessTransport } from '../apiserver/index.ts';
import { RestClient } from '../client/index.ts';
import { admin, testServer } from '../testing/api-server.ts';
import { informerContract } from './informer.contract.ts';

async function fixture() {
  const server = await testServer();
  const transport = inProcessTransport(server.server.handle, admin);
  return {
    client: new RestClient({ transport }),
    namespace: 'default',
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('streaming list', () => {
  informerContract(fixture);
});
describe('plain list', () => {
  informerContract(fixture, { streamingLists: false });
});
describe('list in pages', () => {
  informerContract(fixture, { streamingLists: false, pageSize: 1 });
});
