/** What people do with Services in kubectl, a command after the other, and what a server said to it. */
import { runProgram, type Output } from '../server.ts';

/** In order: later commands see what earlier ones made. Refusals are part of it. */
export const serviceFlows: readonly (readonly string[])[] = [
  ['create', 'deployment', 'web', '--image=nginx', '--port=8080'],
  ['expose', 'deployment', 'web', '--port=80', '--target-port=8080'],
  ['expose', 'deployment', 'web', '--port=80', '--target-port=8080'],
  ['expose', 'deployment', 'web', '--name=udp', '--port=53', '--protocol=UDP', '--session-affinity=ClientIP'],
  ['expose', 'deployment', 'web', '--name=open', '--port=80', '--type=NodePort'],
  ['expose', 'deployment', 'web', '--name=outside', '--port=80', '--external-ip=203.0.113.9'],
  ['expose', 'service', 'web', '--name=again', '--port=8443', '--target-port=https', '--type=LoadBalancer'],
  ['create', 'service', 'clusterip', 'cip', '--tcp=5678:8080'],
  ['create', 'service', 'clusterip', 'chosen', '--clusterip=10.96.0.77', '--tcp=80'],
  ['create', 'service', 'clusterip', 'headless', '--clusterip=None'],
  ['create', 'service', 'nodeport', 'np', '--tcp=5678:8080', '--node-port=30055'],
  ['create', 'service', 'loadbalancer', 'lb', '--tcp=5678:8080', '--tcp=443'],
  ['create', 'service', 'externalname', 'en', '--external-name=db.example.com', '--tcp=5432'],
  ['create', 'service', 'clusterip', 'cip', '--tcp=80'],
  ['create', 'service', 'clusterip', 'far', '--clusterip=1.2.3.4', '--tcp=80'],
  ['create', 'service', 'clusterip', 'taken', '--clusterip=10.96.0.77', '--tcp=80'],
  ['create', 'service', 'clusterip', 'malformed', '--clusterip=banana', '--tcp=80'],
  ['create', 'service', 'nodeport', 'low', '--tcp=80', '--node-port=80'],
  ['create', 'service', 'nodeport', 'same', '--tcp=80', '--node-port=30055'],
  ['create', 'service', 'externalname', 'nameless', '--external-name=not_a_name!'],
  ['create', 'service', 'clusterip', 'Upper', '--tcp=80'],
  ['get', 'services', '-o', 'wide'],
  ['get', 'services', '-o', 'yaml'],
  ...['web', 'udp', 'open', 'outside', 'again', 'cip', 'headless', 'np', 'lb', 'en'].map((name) => [
    'describe',
    'service',
    name,
  ]),
  ['patch', 'service', 'cip', '-p', '{"spec":{"type":"NodePort"}}'],
  ['get', 'service', 'cip', '-o', 'wide'],
  ['patch', 'service', 'cip', '-p', '{"spec":{"type":"ClusterIP"}}'],
  ['get', 'service', 'cip', '-o', 'yaml'],
  ['patch', 'service', 'cip', '-p', '{"spec":{"clusterIP":"10.96.0.78"}}'],
  ['patch', 'service', 'cip', '-p', '{"spec":{"type":"ExternalName","externalName":"a.example"}}'],
  ['get', 'service', 'cip', '-o', 'yaml'],
  ['create', 'service', 'nodeport', 'reuse', '--tcp=80', '--node-port=30055'],
  ['delete', 'service', 'np'],
  ['create', 'service', 'nodeport', 'reuse', '--tcp=80', '--node-port=30055'],
  ['get', 'servicecidr,ipaddress'],
  ['get', 'servicecidr', '-o', 'yaml'],
  ['describe', 'servicecidr', 'kubernetes'],
  ['get', 'ipaddress', '10.96.0.77', '-o', 'yaml'],
  ['describe', 'ipaddress', '10.96.0.77'],
  ['delete', 'service', 'web', 'udp', 'open', 'outside', 'again', 'cip', 'chosen', 'headless', 'reuse', 'lb', 'en'],
  ['get', 'servicecidr,ipaddress'],
];

/** Runs them all; what differs between two clusters by nature is masked. */
export function runFlows(kubeconfig: string, home: string): Output[] {
  const env = { KUBECONFIG: kubeconfig, HOME: home };
  return serviceFlows.map((args) => masked(runProgram('kubectl', args, { env })));
}

function masked({ code, stdout, stderr }: Output): Output {
  // Chosen addresses and ports get the same length, so that columns stay where they are.
  return { code, stdout: mask(stdout), stderr: mask(stderr) };
}

const mask = (text: string): string =>
  sortAddresses(
    text
      .replaceAll(/\b10\.96\.(?!0\.)\d+\.\d+\b/g, 'CHOSEN')
      .replaceAll(/\b3(?!0055)[0-2]\d{3}\b/g, 'PORT')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\w{3}, \d\d \w{3} \d{4} [\d:]+ [+-]\d{4}/g, 'TIME')
      .replaceAll(/(uid|resourceVersion|UID|Resource Version): .*/gi, '$1: …')
      .replaceAll(/\b(?:\d+m)?\d+m?s\b|\b\d+m\b/g, 'AGE')
      .replaceAll(/targetPort: \d{5}\b/g, 'targetPort: SERVER')
      .replaceAll(/[ ]{2,}/g, '  '),
  );

/** Records come in the order of their addresses, which are chosen at random. */
function sortAddresses(text: string): string {
  if (!text.includes('PARENTREF')) return text;
  return text.split('\n').toSorted().join('\n');
}
