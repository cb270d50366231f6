import { describe, expect, it } from '@jest/globals';
import type { ServiceCIDR } from '../api/types.ts';
import { type Ip, parseIp } from '../ip/index.ts';
import { planDefaultServiceCidr, planServiceCidr, serviceCidrFinalizer } from './service-cidr-life.ts';
import { serviceCidr } from './testdata/worlds.ts';

const now = Date.UTC(2026, 0, 1);
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();

const ips = (...texts: string[]): Ip[] => texts.flatMap((text) => parseIp(text) ?? []);

function kept(range: ServiceCIDR, deletedAt?: string): ServiceCIDR {
  const metadata = {
    ...range.metadata,
    finalizers: [serviceCidrFinalizer],
    ...(deletedAt === undefined ? {} : { deletionTimestamp: deletedAt }),
  };
  return { ...range, metadata };
}

function withReady(range: ServiceCIDR, status: string, reason: string, message: string): ServiceCIDR {
  const lastTransitionTime = at(0);
  return { ...range, status: { conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime }] } };
}

describe('the life of a ServiceCIDR (A37)', () => {
  const fresh = serviceCidr('extra', '10.1.0.0/28');

  it('begins with a finalizer and the Ready condition', () => {
    expect(planServiceCidr(fresh, [fresh], [], now)).toEqual([
      { kind: 'protect' },
      { kind: 'condition', ready: { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' } },
    ]);
    const done = withReady(kept(fresh), 'True', '', 'Kubernetes Service CIDR is ready');
    expect(planServiceCidr(done, [done], [], now)).toEqual([]);
  });

  it('is held by an address that is in no other range', () => {
    const dying = kept(fresh, at(-60));
    const [step] = planServiceCidr(dying, [dying], ips('10.1.0.5'), now);
    expect(step).toMatchObject({ kind: 'condition', ready: { status: 'False', reason: 'Terminating' } });
  });

  it('ends ten seconds after its deletion once nothing holds it', () => {
    const dying = kept(fresh, at(-4));
    expect(planServiceCidr(dying, [dying], ips('10.9.0.1'), now)).toEqual([{ kind: 'wait', ms: 6000 }]);
    expect(planServiceCidr(kept(fresh, at(-10)), [dying], [], now)).toEqual([{ kind: 'release' }]);
  });

  it('leaves its addresses to a range that covers it, or to several that hold them all', () => {
    const dying = kept(fresh, at(-60));
    const wider = serviceCidr('wider', '10.1.0.0/24');
    const half = serviceCidr('half', '10.1.0.0/29');
    const held = ips('10.1.0.5');
    expect(planServiceCidr(dying, [dying, wider], held, now)).toEqual([{ kind: 'release' }]);
    expect(planServiceCidr(dying, [dying, half], held, now)).toEqual([{ kind: 'release' }]);
    // The broadcast address of the half is an ordinary one of the whole.
    expect(planServiceCidr(dying, [dying, half], ips('10.1.0.7'), now)).toMatchObject([{ kind: 'condition' }]);
  });

  it('does not count on a range that is leaving as well', () => {
    const [first, second] = [kept(fresh, at(-60)), kept(serviceCidr('twin', '10.1.0.0/28'), at(-60))];
    for (const one of [first, second]) {
      expect(planServiceCidr(one, [first, second], ips('10.1.0.5'), now)).toMatchObject([{ kind: 'condition' }]);
    }
  });

  it('of two families needs a home for both', () => {
    const dual = kept(serviceCidr('dual', '10.1.0.0/28', 'fd01::/112'), at(-60));
    const four = serviceCidr('four', '10.1.0.0/28');
    expect(planServiceCidr(dual, [dual, four], ips('10.1.0.5'), now)).toEqual([{ kind: 'release' }]);
    expect(planServiceCidr(dual, [dual, four], ips('fd01::5'), now)).toMatchObject([{ kind: 'condition' }]);
  });
});

describe('the ServiceCIDR of the server itself (A33)', () => {
  const own = serviceCidr('kubernetes', '10.96.0.0/16');

  it('is created, and then said to be ready', () => {
    expect(planDefaultServiceCidr(undefined, ['10.96.0.0/16'])).toEqual({ kind: 'create' });
    expect(planDefaultServiceCidr(own, ['10.96.0.0/16'])).toMatchObject({
      kind: 'ready',
      ready: { status: 'True', message: 'Kubernetes default Service CIDR is ready' },
    });
    const unknown = withReady(own, 'Unknown', 'x', 'y');
    expect(planDefaultServiceCidr(unknown, ['10.96.0.0/16'])).toMatchObject({ kind: 'ready' });
    expect(planDefaultServiceCidr(withReady(own, 'True', '', 'any'), ['10.96.0.0/16'])).toBeUndefined();
  });

  it('gets a second family, and nothing else of a flag that changed', () => {
    expect(planDefaultServiceCidr(own, ['10.96.0.0/16', 'fd00::/112'])).toEqual({ kind: 'addSecondFamily' });
    expect(planDefaultServiceCidr(own, ['10.97.0.0/16'])).toEqual({
      kind: 'report',
      reason: 'KubernetesDefaultServiceCIDRInconsistent',
      message:
        'The default ServiceCIDR [10.96.0.0/16] does not match the controller flag configurations [10.97.0.0/16]',
    });
  });

  it('is left alone while it goes, and when somebody says that it is not ready', () => {
    expect(planDefaultServiceCidr(kept(own, at(-1)), ['10.97.0.0/16'])).toBeUndefined();
    const refused = withReady(own, 'False', 'Broken', 'no route');
    expect(planDefaultServiceCidr(refused, ['10.96.0.0/16'])).toEqual({
      kind: 'report',
      reason: 'Broken',
      message: 'Configuration matches, but no route',
    });
  });
});
