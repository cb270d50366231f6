/** A row of the scenario catalogue (section 16): objects, and what becomes of connections. */
import type { Endpoint, EndpointSlice, Service } from '../../../api/types.ts';
import { endpoint, service, slice, type ServiceInput, type SpecInput } from '../../model/testdata/objects.ts';
import type { Origin } from '../packet.ts';

export type Mode = 'iptables' | 'nftables' | 'ipvs' | 'userspace';

export interface ScenarioOptions {
  readonly masqueradeAll?: boolean;
  readonly localhostNodePorts?: boolean;
  /** Wanted node port addresses; default all. */
  readonly nodePortAddresses?: readonly string[];
  readonly nodeIP?: string;
  readonly nodeLabels?: Readonly<Record<string, string>>;
}

/**
 * What is asked for: one of the fixture's addresses by name, or `IP:port`. What is expected: `L` and `R` stand for the
 * local and the remote endpoint, each `kept` or `snat` by the source it sees; or `refused`, or `timeout`.
 */
export interface Expectation {
  readonly from: Origin;
  readonly to: string;
  readonly expect: string;
  /** Modes in which section 12 says otherwise. */
  readonly but?: Partial<Record<Mode, string>>;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly options?: ScenarioOptions;
  readonly expectations: readonly Expectation[];
}

export const L = endpoint('10.244.1.11');
export const R = endpoint('10.244.2.12');

export const destinations: Readonly<Record<string, string>> = {
  vip: '10.96.0.10:80',
  external: '198.51.100.7:80',
  lb: '203.0.113.5:80',
  nodePort: '192.0.2.10:30080',
  bridge: '10.244.1.1:30080',
  localhost: '127.0.0.1:30080',
};

/** The Service with every kind of destination. */
export const exposed: ServiceInput = {
  spec: {
    type: 'LoadBalancer',
    externalIPs: ['198.51.100.7'],
    ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 }],
  },
  ingress: [{ ip: '203.0.113.5' }],
};

/** Shorthand for a scenario of the one Service with one slice. */
export function scenario(
  id: string,
  title: string,
  input: ServiceInput,
  endpoints: readonly Endpoint[],
  expectations: readonly Expectation[],
  options: ScenarioOptions = {},
): Scenario {
  const slices = [slice({ endpoints: [...endpoints] })];
  return { id, title, services: [service(input)], slices, options, expectations };
}

export const exposedWith = (spec: SpecInput): ServiceInput => ({ ...exposed, spec: { ...exposed.spec, ...spec } });

export const to = (from: Origin, destination: string, expect: string, but?: Expectation['but']): Expectation => ({
  from,
  to: destination,
  expect,
  ...(but === undefined ? {} : { but }),
});

/** The same from everywhere. */
export const everywhere = (destination: string, expect: string, but?: Expectation['but']): Expectation[] =>
  (['outside', 'pod', 'node'] as const).map((from) => to(from, destination, expect, but));
