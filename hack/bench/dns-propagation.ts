/** From a slice that was written to an answer that shows it, over an API server and a DNS server. */
import { Asker } from '../../e2e/upstream-dns/asker.ts';
import { RestClient } from '../../e2e/rest.ts';

const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const name = 'follow.default.svc.cluster.local.';

/** Time counts from the answer to the write; the server is asked without pause. */
export async function propagationMs(kubeconfig: string, port: number, times: number): Promise<number[]> {
  const rest = RestClient.fromKubeconfig(kubeconfig);
  await using asker = await Asker.udp(port);
  await rest.post('/api/v1/namespaces/default/services', {
    metadata: { name: 'follow' },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
  });
  const labels = { 'kubernetes.io/service-name': 'follow' };
  await rest.post(path, { metadata: { name: 'follow', labels }, addressType: 'IPv4', endpoints: [], ports: [] });
  const took: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const address = `10.200.${at >> 8}.${at & 255}`;
    const { code, body } = await rest.patch(`${path}/follow`, { endpoints: [{ addresses: [address] }] });
    const written = performance.now();
    if (code !== 200) throw new Error(`patching a slice: ${code} ${JSON.stringify(body)}`);
    for (;;) {
      const reply = await asker.ask({ name, type: 'A' });
      const [set] = reply?.sections.answer ?? [];
      if (set?.kind === 'address' && set.data.some((octets) => textOf(octets) === address)) break;
      if (performance.now() - written > 5000) throw new Error(`${address} did not show within 5 s`);
    }
    took.push(performance.now() - written);
  }
  await rest.close();
  return took;
}

const textOf = (octets: string): string => Array.from(octets, (octet) => octet.charCodeAt(0)).join('.');
