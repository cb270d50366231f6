import { describe, expect, it } from '@jest/globals';
import type { Node, Pod } from '../api/types.ts';
import { node, pod } from '../testing/build/objects.ts';
import { stripNode, stripPod } from './strip.ts';

const full: Pod = pod({
  name: 'p',
  node: 'n',
  hostname: 'h',
  readyAt: '2026-01-01T00:00:00Z',
  subdomain: 's',
  ports: [{ name: 'web', containerPort: 1 }],
  sidecarPorts: [{ name: 'side', containerPort: 2 }],
  initPorts: [{ name: 'init', containerPort: 3 }],
});

describe('stripPod (IN40)', () => {
  it('keeps what is read, and nothing else', () => {
    Object.assign(full.spec ?? {}, { volumes: [{ name: 'v' }], nodeSelector: { a: 'b' } });
    full.metadata.annotations = { long: 'text' };
    full.status?.conditions?.push({ type: 'PodScheduled', status: 'True' });
    full.spec?.containers.push({ name: 'silent', image: 'example.com/image' });
    expect(stripPod(full)).toEqual({
      metadata: { name: 'p', namespace: 'ns', uid: 'uid-p', labels: { app: 'web' } },
      spec: {
        nodeName: 'n',
        hostname: 'h',
        subdomain: 's',
        containers: [{ name: 'main', ports: [{ name: 'web', containerPort: 1 }] }, { name: 'silent' }],
        initContainers: [
          { name: 'init', ports: [{ name: 'init', containerPort: 3 }] },
          { name: 'side', restartPolicy: 'Always', ports: [{ name: 'side', containerPort: 2 }] },
        ],
      },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        podIPs: [{ ip: '10.0.0.1' }],
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
      },
    });
  });

  it('changes nothing the second time, and never its argument', () => {
    const before = JSON.stringify(full);
    const once = stripPod(full);
    expect(stripPod(once)).toEqual(once);
    expect(JSON.stringify(full)).toBe(before);
  });
});

describe('stripNode (IN40)', () => {
  it('keeps labels, CPUs, addresses and readiness', () => {
    const big: Node = node({ name: 'n', zone: 'z', cpu: '2' });
    const addresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
    Object.assign(big.status ?? {}, { images: [{}], nodeInfo: {}, addresses });
    const small = node({ name: 'n', zone: 'z', cpu: '2' });
    expect(stripNode(big)).toEqual({ ...small, spec: {}, status: { ...small.status, addresses } });
  });
});
