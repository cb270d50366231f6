import { Command, Option } from 'commander';
import { addEtcdFlags, type EtcdFlags } from './etcd-options.ts';
import { addServerFlags, parseAddress, parseDomain, parsePort, type ServerFlags } from './server-options.ts';

export interface ApiserverFlags extends ServerFlags, EtcdFlags {
  readonly bindAddress: string;
  readonly securePort: number;
  readonly advertiseAddress?: string;
  readonly storage: 'sqlite' | 'memory' | 'etcd';
  readonly writeKubeconfig?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly clientCaFile?: string;
  readonly tokenAuthFile?: string;
  readonly enableEndpointsliceV1beta1: boolean;
  readonly enableTopologyKeys: boolean;
  readonly clusterDomain: string;
  readonly lifecycle: boolean;
  readonly accessLog?: string;
}

export function apiserverCommand(): Command {
  const command = new Command('apiserver')
    .description('the API server alone')
    .option('--bind-address <ip>', 'address to listen on', '127.0.0.1')
    .option('--secure-port <port>', 'port to listen on; 0 takes any free one', parsePort, 6443)
    .option(
      '--advertise-address <ip>',
      'where Pods reach this server (default: the bind address, or one of this machine)',
      parseAddress,
    )
    .addOption(
      new Option('--storage <engine>', 'where objects are kept')
        .choices(['sqlite', 'memory', 'etcd'])
        .default('sqlite'),
    )
    .option(
      '--write-kubeconfig <path>',
      'where the administrator kubeconfig goes (default: kubeconfig in the data directory)',
    )
    .option('--tls-cert-file <path>', 'serving certificate (default: one from our own CA)')
    .option('--tls-private-key-file <path>', 'its key')
    .option('--client-ca-file <path>', 'CA whose client certificates are accepted, beside our own')
    .option('--token-auth-file <path>', 'lines of token,user,uid,"group1,group2"')
    .option('--enable-endpointslice-v1beta1', 'also serve discovery.k8s.io/v1beta1', false)
    .option('--enable-topology-keys', 'also take spec.topologyKeys of Services, as 1.17 to 1.21 did', false)
    .option('--cluster-domain <name>', 'DNS domain of the cluster', parseDomain, 'cluster.local')
    .option('--no-lifecycle', 'leave namespaces and garbage collection to a kube-controller-manager')
    .option('--access-log <path>', 'append a JSON line for each request (default: no log)');
  return addEtcdFlags(addServerFlags(command)).action(async (flags: ApiserverFlags) => {
    const { serveApiserver } = await import('./serve-apiserver.ts');
    await serveApiserver(flags);
  });
}
