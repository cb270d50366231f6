import { describe } from '@jest/globals';
import { inProcessTransport } from '../apiserver/index.ts';
import { admin, testServer } from '../testing/api-server.ts';
import { clientContract } from './client.contract.ts';
import { connectWith } from './connect.ts';
import { RestClient } from './rest-client.ts';

describe('RestClient on a server in this process', () => {
  clientContract(async () => {
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
  });
});

describe('RestClient on a server behind TLS', () => {
  clientContract(async () => {
    const server = await testServer({ listen: { host: '127.0.0.1', port: 0 } });
    const { url, identity } = server.server;
    const connection = connectWith({
      server: url,
      caData: identity?.ca.cert ?? '',
      certData: identity?.admin.cert ?? '',
      keyData: identity?.admin.key ?? '',
    });
    return {
      client: connection.client({ component: 'contract', rateLimit: { qps: 1e6, burst: 1e6 }, compressLists: true }),
      namespace: 'default',
      [Symbol.asyncDispose]: async () => {
        await connection[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  });
});
