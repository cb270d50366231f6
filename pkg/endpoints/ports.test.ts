import { describe, expect, it } from '@jest/globals';
import type { ServicePort } from '../api/types.ts';
import { pod, service } from '../testing/build/objects.ts';
import { portGroupKey, portGrouper, resolvePort } from './ports.ts';

const named: ServicePort = { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' };

describe('resolvePort', () => {
  it('SC-S-048 takes a number as it is', () => {
    expect(resolvePort(pod({ name: 'p' }), { port: 80, targetPort: 8080 })).toBe(8080);
  });

  it('reads an absent, zero or empty target as the port itself', () => {
    for (const targetPort of [undefined, 0, '']) {
      expect(resolvePort(pod({ name: 'p' }), { port: 80, ...(targetPort === undefined ? {} : { targetPort }) })).toBe(
        80,
      );
    }
  });

  it('SC-S-049 finds a name, in the first container that has it', () => {
    const p = pod({
      name: 'p',
      ports: [
        { name: 'other', containerPort: 1 },
        { name: 'web', containerPort: 8080 },
      ],
    });
    expect(resolvePort(p, named)).toBe(8080);
    p.spec?.containers.push({ name: 'second', ports: [{ name: 'web', containerPort: 9090 }] });
    expect(resolvePort(p, named)).toBe(8080);
  });

  it('SC-S-050 wants the protocol to agree', () => {
    const p = pod({ name: 'p', ports: [{ name: 'web', containerPort: 8080, protocol: 'UDP' }] });
    expect(resolvePort(p, named)).toBeUndefined();
    expect(resolvePort(p, { ...named, protocol: 'UDP' })).toBe(8080);
    expect(resolvePort(pod({ name: 'p' }), named)).toBeUndefined();
  });

  it('SC-S-051 looks into sidecars and not into ordinary init containers', () => {
    expect(resolvePort(pod({ name: 'p', sidecarPorts: [{ name: 'web', containerPort: 1 }] }), named)).toBe(1);
    expect(resolvePort(pod({ name: 'p', initPorts: [{ name: 'web', containerPort: 1 }] }), named)).toBeUndefined();
  });

  it('SC-S-052 prefers a container to a sidecar', () => {
    const ports = { ports: [{ name: 'web', containerPort: 2 }], sidecarPorts: [{ name: 'web', containerPort: 1 }] };
    expect(resolvePort(pod({ name: 'p', ...ports }), named)).toBe(2);
  });

  it('SC-S-053 never takes the host port', () => {
    const p = pod({ name: 'p', ports: [{ name: 'web', containerPort: 2, hostPort: 3 }] });
    expect(resolvePort(p, named)).toBe(2);
  });
});

describe('portGroupKey (S8)', () => {
  const port = { name: 'a', port: 1, protocol: 'TCP' };
  it('does not see order, nor the difference between null and an empty list', () => {
    const other = { name: 'b', port: 2, protocol: 'TCP' };
    expect(portGroupKey([port, other])).toBe(portGroupKey([other, port]));
    expect(portGroupKey(null)).toBe(portGroupKey([]));
  });

  it('tells every field apart, and an absent one from an empty one', () => {
    const variants = [
      port,
      { ...port, name: 'b' },
      { ...port, port: 2 },
      { ...port, protocol: 'UDP' },
      { ...port, appProtocol: 'x' },
      { ...port, appProtocol: '' },
      { port: 1, protocol: 'TCP' },
      { name: '', port: 1, protocol: 'TCP' },
    ];
    expect(new Set(variants.map((variant) => portGroupKey([variant]))).size).toBe(variants.length);
  });
});

describe('portGrouper', () => {
  it('gives pods with the same numbers the same group, and says which names are missing (C13)', () => {
    const groupOf = portGrouper(service({ spec: { ports: [named, { name: 'x', port: 9, targetPort: 9 }] } }));
    const [a, b, c] = [8080, 8080, 8081].map((containerPort, at) =>
      groupOf(pod({ name: `p${at}`, ports: [{ name: 'web', containerPort }] })),
    );
    expect(a?.group).toBe(b?.group);
    expect(a?.group.key).not.toBe(c?.group.key);
    expect(groupOf(pod({ name: 'q' }))).toEqual({
      group: { key: expect.any(String), ports: [{ name: 'x', port: 9, protocol: 'TCP' }] },
      missing: ['web'],
    });
  });
});
