import { describe, expect, it } from '@jest/globals';
import { buildModel, type Endpoint, type ServicePort } from '../../model/index.ts';
import { endpoint, n1, service, slice } from '../../model/testdata/objects.ts';
import { endpointChain, isServiceChain, serviceChains } from './names.ts';

/** A service port from its text form, and its endpoints. */
function portOf(text: string, protocol: string, ep?: string): { port: ServicePort; endpoints: readonly Endpoint[] } {
  const [, namespace = '', name = '', portName = ''] = /^([^/]+)\/([^:]+):?(.*)$/.exec(text) ?? [];
  const [, ip = '', number = '1'] = /^\[?(.*?)\]?:(\d+)$/.exec(ep ?? '') ?? [];
  const family = ip.includes(':') ? 'IPv6' : 'IPv4';
  const clusterIP = family === 'IPv6' ? 'fd00::1' : '10.96.0.10';
  const spec = { clusterIP, ports: [{ name: portName, protocol, port: 80 }] };
  const ports = [{ name: portName, protocol, port: Number(number) }];
  const parts =
    ep === undefined
      ? []
      : [slice({ namespace, service: name, addressType: family, ports, endpoints: [endpoint(ip)] })];
  const [plan] = buildModel([service({ namespace, name, spec })], parts, { family, node: n1 }).ports;
  if (plan === undefined) throw new Error(`No service port ${text}`);
  return { port: plan.service, endpoints: plan.endpoints };
}

describe('chain names (I1, I2)', () => {
  it.each([
    ['default/kubernetes:https', 'TCP', 'NPX46M4PTMTKRN6Y'],
    ['kube-system/kube-dns:dns', 'UDP', 'TCOU7JCQXEZGVUNU'],
    ['kube-system/kube-dns:dns-tcp', 'TCP', 'ERIFXISQEP7F7OF4'],
    ['kube-system/kube-dns:metrics', 'TCP', 'JD5MR3NA4I4DYORP'],
    ['ns1/svc1:p80', 'TCP', 'XPGD46QRK7WJZT7O'],
    ['ns2/svc2:p80', 'TCP', 'GNZBNJ2PO5MGZ6GT'],
    ['ns3/svc3:p80', 'TCP', 'X27LE4BHSL4DOUIK'],
    ['ns4/svc4:p80', 'TCP', '4SW47YFZTEDKD3PK'],
    ['ns1/svc1:p80', 'UDP', 'OJWW7NSBVZTDHXNW'],
    ['ns1/svc1:p80', 'SCTP', 'GFCIFIA5VTFSTMSM'],
    ['ns1/svc1', 'TCP', 'AQI2S6QIMU7PVVRP'],
    ['shop/web', 'TCP', 'E3PXEPMWAWIUT6ZV'],
    ['shop/web:http', 'TCP', '67NZLRHBNDSAWJRO'],
    ['shop/web:http', 'UDP', 'KX7MO73YLK2BGQGP'],
  ])('S11 S12 %s %s is %s', (text, protocol, hash) => {
    expect(serviceChains(portOf(text, protocol).port)).toEqual({
      cluster: `KUBE-SVC-${hash}`,
      local: `KUBE-SVL-${hash}`,
      external: `KUBE-EXT-${hash}`,
      firewall: `KUBE-FW-${hash}`,
    });
  });

  it.each([
    ['ns1/svc1:p80', '10.180.0.1:80', 'SXIVWICOYRO3J4NJ'],
    ['ns4/svc4:p80', '10.180.0.4:80', 'UKSFD7AGPMPPLUHC'],
    ['ns4/svc4:p80', '10.180.0.5:80', 'C6EBXVWJJZMIWKLZ'],
    ['ns1/svc1:p80', '[fd00:10::1]:80', 'RT5VHSJR44ZNF7G5'],
  ])('%s at %s is KUBE-SEP-%s', (text, ep, hash) => {
    const { port, endpoints } = portOf(text, 'TCP', ep);
    expect(endpoints.map((each) => endpointChain(port, each))).toEqual([`KUBE-SEP-${hash}`]);
  });

  it('I60 knows its own chains from fixed and foreign ones', () => {
    const names = ['KUBE-SVC-X', 'KUBE-SVL-X', 'KUBE-SEP-X', 'KUBE-FW-X', 'KUBE-EXT-X', 'KUBE-SERVICES', 'CNI-SVC-X'];
    expect(names.filter(isServiceChain)).toEqual(names.slice(0, 5));
  });
});
