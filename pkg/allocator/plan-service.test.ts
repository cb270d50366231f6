import { describe, expect, it } from '@jest/globals';
import { clusterIpsOf, portsOf, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { formatIp, parseIp } from '../ip/index.ts';
import { planServiceAllocation, planServiceRelease } from './plan-service.ts';
import { dualStack, port, service, serviceCidr, type TestWorld, world } from './testdata/worlds.ts';
import type { Claim } from './world.ts';

const text = (claim: Claim): string =>
  claim.kind === 'clusterIP' ? `${formatIp(claim.ip)} ${claim.how}` : `${claim.kind} ${claim.port} ${claim.how}`;

/** The plan, or the sentence it ended with. */
function plan(
  given: Service,
  at: TestWorld,
  previous?: Service,
): { service: Service; take: string[]; release: string[] } | string {
  const outcome = planServiceAllocation({ service: given, world: at, ...(previous === undefined ? {} : { previous }) });
  if (outcome.kind === 'invalid') return outcome.errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  if (outcome.kind === 'exhausted') return outcome.message;
  return { service: outcome.service, take: outcome.take.map(text), release: outcome.release.map(text) };
}

function accepted(
  given: Service,
  at: TestWorld,
  previous?: Service,
): { service: Service; take: string[]; release: string[] } {
  const outcome = plan(given, at, previous);
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

/** Plans, then holds what was planned: the next plan sees it. */
function settled(given: Service, at: TestWorld): Service {
  const outcome = accepted(given, at).service;
  at.addresses.add(outcome);
  at.ports.add(outcome);
  return outcome;
}

const take = (at: TestWorld, ...ips: string[]): void => {
  for (const each of ips) {
    const ip = parseIp(each);
    if (ip !== undefined) at.addresses.claim(ip, 'n/other');
  }
};

const nodePorts = (given: Service): number[] => portsOf(given).map(({ nodePort = 0 }) => nodePort);

describe('cluster IPs', () => {
  it('A31: marks what it chose, so that a lost race can be planned again', () => {
    const at = world();
    const { service: planned, take: claims } = accepted(service(), at);
    expect(claims).toEqual([`${specOf(planned).clusterIP} dynamic`]);
    expect(accepted(service({ clusterIP: '10.96.0.9' }), at).take).toEqual(['10.96.0.9 static']);
  });

  it('A32: keeps the spelling of the client and compares values', () => {
    const at = world(dualStack);
    take(at, 'fd00::a');
    expect(plan(service({ clusterIP: 'FD00:0::A' }), at)).toBe(
      'spec.clusterIPs: Invalid value: ["FD00:0::A"]: failed to allocate IP FD00:0::A: provided IP is already allocated',
    );
    expect(clusterIpsOf(accepted(service({ clusterIP: 'FD00:0::B' }), at).service)).toEqual(['FD00:0::B']);
  });

  it('A22: uses the static band last, every address once, and then says so', () => {
    const at = world({ cidrs: [serviceCidr('kubernetes', '10.96.0.0/27')] });
    const given = Array.from({ length: 30 }, (_, index) => settled(service({}, `s${index}`), at));
    const last = given.map((each) => Number(specOf(each).clusterIP?.split('.').at(-1)));
    expect(last.slice(0, 14).every((octet) => octet > 16)).toBe(true);
    expect(last.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(plan(service(), at)).toBe('failed to allocate a serviceIP for Service "web": range is full');
  });

  it('A36: goes on to the next ready range, and never into one that is not', () => {
    const cidrs = [
      serviceCidr('a', '10.96.0.0/29'),
      serviceCidr('b', '10.97.0.0/29'),
      serviceCidr('c', '10.98.0.0/29'),
    ];
    const notReady = { type: 'Ready', status: 'False', reason: '', message: '', lastTransitionTime: '' };
    const at = world({
      cidrs: cidrs.map((each) => (each.metadata.name === 'b' ? { ...each, status: { conditions: [notReady] } } : each)),
    });
    const given = Array.from({ length: 12 }, (_, index) => settled(service({}, `s${index}`), at));
    expect(new Set(given.map((each) => specOf(each).clusterIP?.slice(0, 5)))).toEqual(new Set(['10.96', '10.98']));
    expect(plan(service(), at)).toContain('range is full');
    expect(plan(service({ clusterIP: '10.97.0.2' }), at)).toContain(
      'the provided network does not match the current range',
    );
  });

  it('A35: overlapping networks never give one address twice', () => {
    const at = world({ cidrs: [serviceCidr('a', '10.96.0.0/28'), serviceCidr('b', '10.96.0.0/29')] });
    const given = Array.from({ length: 14 }, (_, index) => specOf(settled(service({}, `s${index}`), at)).clusterIP);
    expect(new Set(given).size).toBe(14);
  });

  it('Q7: a second family that cannot be had takes nothing of the first', () => {
    const at = world(dualStack);
    take(at, 'fd00::5');
    const wanted = {
      ipFamilyPolicy: 'RequireDualStack',
      clusterIP: '10.96.0.20',
      clusterIPs: ['10.96.0.20', 'fd00::5'],
    };
    expect(plan(service(wanted), at)).toContain('failed to allocate IP fd00::5: provided IP is already allocated');
    expect(at.addresses.countIn({ family: 'IPv4', network: { family: 'IPv4', value: 0 }, bits: 0 })).toBe(0);
  });

  it('U24, U32: gives back on the way to ExternalName and to single stack, after the write', () => {
    const at = world(dualStack);
    const wanted = {
      ipFamilyPolicy: 'RequireDualStack',
      clusterIP: '10.96.0.20',
      clusterIPs: ['10.96.0.20', 'fd00::5'],
    };
    const stored = settled(service(wanted), at);
    const single = { ...stored, spec: { ...stored.spec, ipFamilyPolicy: 'SingleStack' } };
    expect(accepted(single, at, stored)).toMatchObject({
      take: [],
      release: ['fd00::5 static'],
      service: { spec: { clusterIPs: ['10.96.0.20'], ipFamilies: ['IPv4'] } },
    });
    expect(accepted(service({ type: 'ExternalName', externalName: 'a.b' }), at, stored).release).toEqual([
      '10.96.0.20 static',
      'fd00::5 static',
    ]);
  });

  it('V60: a Service that turns headless asks for nothing, even on a cluster without the second family', () => {
    const at = world();
    const stored = settled(service(), at);
    const next = service({ clusterIP: 'None', clusterIPs: ['None'], ipFamilyPolicy: 'RequireDualStack', selector: {} });
    expect(accepted(next, at, stored)).toMatchObject({ take: [], release: [] });
  });

  it('lets a released address rest, but not when it is the last one', () => {
    const at = world({ cidrs: [serviceCidr('kubernetes', '10.96.0.0/29')], quarantineMs: 1000 });
    const given = Array.from({ length: 6 }, (_, index) => settled(service({}, `s${index}`), at));
    const [first, second] = given;
    if (first === undefined || second === undefined) throw new Error('two were made');
    at.addresses.remove(first, 0);
    at.addresses.expire(500);
    at.addresses.remove(second, 500);
    at.addresses.expire(1000);
    expect(specOf(settled(service(), at)).clusterIP).toBe(specOf(first).clusterIP);
    expect(specOf(settled(service({}, 'last'), at)).clusterIP).toBe(specOf(second).clusterIP);
  });
});

describe('node ports', () => {
  it('A61, G26: one number for both protocols of a port on create, whoever names it', () => {
    const at = world();
    const dns = (tcp: number, udp: number): Service =>
      service({ type: 'NodePort', ports: [port(53, { nodePort: tcp }), port(53, { protocol: 'UDP', nodePort: udp })] });
    const [first, second] = nodePorts(accepted(dns(0, 0), at).service);
    expect(first).toBe(second);
    expect(accepted(dns(0, 30_053), at).take.slice(1)).toEqual(['nodePort 30053 static']);
    expect(nodePorts(accepted(dns(30_053, 30_054), at).service)).toEqual([30_053, 30_054]);
  });

  it('A63, G42: separate numbers for both protocols on update', () => {
    const at = world();
    const stored = settled(service({ type: 'NodePort', ports: [port(53, { nodePort: 30_050 })] }), at);
    const next = service({ type: 'NodePort', ports: [port(53, { nodePort: 30_050 }), port(53, { protocol: 'UDP' })] });
    const { service: planned, take: claims } = accepted(next, at, stored);
    expect(new Set(nodePorts(planned)).size).toBe(2);
    expect(claims).toHaveLength(1);
  });

  it('never chooses a number that the same request names elsewhere', () => {
    const at = world({ nodePorts: [{ first: 30_000, last: 30_002 }] });
    const ports = [port(80), port(443, { nodePort: 30_001 })];
    const given = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30_002, ports });
    expect(accepted(given, at).take.slice(1)).toEqual([
      'nodePort 30000 dynamic',
      'nodePort 30001 static',
      'healthCheckNodePort 30002 static',
    ]);
  });

  it('A65: fills the upper part first, spans several ranges, leaves out reserved ports, then says it is full', () => {
    const at = world({
      nodePorts: [
        { first: 30_000, last: 30_015 },
        { first: 31_000, last: 31_015 },
      ],
      reserved: [{ first: 31_003, last: 31_004 }],
    });
    const given = Array.from({ length: 30 }, (_, index) => settled(service({ type: 'NodePort' }, `s${index}`), at));
    const chosen = given.flatMap(nodePorts);
    expect(chosen.slice(0, 14).every((number) => number >= 31_000)).toBe(true);
    expect(new Set(chosen).size).toBe(30);
    expect(chosen.includes(31_003) || chosen.includes(31_004)).toBe(false);
    expect(plan(service({ type: 'NodePort' }), at)).toBe('failed to allocate a nodePort: range is full');
    expect(plan(service({ type: 'NodePort', ports: [port(80, { nodePort: 31_003 })] }), at)).toBe(
      'spec.ports[0].nodePort: Invalid value: 31003: provided port is not in the valid range. The range of valid ports is 30000-30015,31000-31002,31005-31015',
    );
  });

  it('Q4: a repeated protocol and number on update is the client’s fault and says which field', () => {
    const at = world();
    const stored = settled(service({ type: 'NodePort', ports: [port(80, { nodePort: 30_050 })] }), at);
    const next = service({ type: 'NodePort', ports: [port(80, { nodePort: 30_050 }), port(81, { nodePort: 30_050 })] });
    expect(plan(next, at, stored)).toBe('spec.ports[1].nodePort: Duplicate value: 30050');
  });

  it('A66: a health-check port clashes with ordinary ones, the Service’s own included', () => {
    const at = world();
    const local = (nodePort: number, healthCheckNodePort: number): Service =>
      service({
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort,
        ports: [port(80, { nodePort })],
      });
    const clash = 'spec.healthCheckNodePort: Invalid value: 30050: provided port is already allocated';
    expect(plan(local(30_050, 30_050), at)).toBe(clash);
    settled(service({ type: 'NodePort', ports: [port(80, { nodePort: 30_050 })] }, 'other'), at);
    expect(plan(local(30_051, 30_050), at)).toBe(clash);
    const full = world({ nodePorts: [{ first: 30_000, last: 30_000 }] });
    expect(plan(service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }), full)).toBe(
      'failed to allocate a HealthCheck NodePort 0: range is full',
    );
  });

  it('Q9: an ExternalName Service neither owns the numbers it carries nor gives them back', () => {
    const at = world();
    settled(service({ type: 'NodePort', ports: [port(80, { nodePort: 30_050 })] }, 'owner'), at);
    const alias = service({ type: 'ExternalName', externalName: 'a.b', ports: [port(80, { nodePort: 30_050 })] });
    expect(accepted(alias, at).take).toEqual([]);
    expect(planServiceRelease(alias)).toEqual([]);
    const next = service({ type: 'NodePort', ports: [port(80, { nodePort: 30_050 })] });
    expect(plan(next, at, alias)).toBe(
      'spec.ports[0].nodePort: Invalid value: 30050: provided port is already allocated',
    );
  });

  it('A54, P6: deletion gives back addresses, ports and the health-check port', () => {
    const at = world();
    const given = service({
      type: 'LoadBalancer',
      clusterIP: '10.96.0.20',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30_040,
      ports: [port(80, { nodePort: 30_050 })],
    });
    expect(planServiceRelease(accepted(given, at).service).map(text)).toEqual([
      '10.96.0.20 static',
      'nodePort 30050 static',
      'healthCheckNodePort 30040 static',
    ]);
  });
});
