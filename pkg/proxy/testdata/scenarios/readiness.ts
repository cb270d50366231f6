/** 16.2. */
import { draining, endpoint, silent, unready } from '../../model/testdata/objects.ts';
import { everywhere, exposed, L, R, scenario, to, type Expectation, type Scenario } from './scenario.ts';

const no = (address: string, conditions: object) => endpoint(address, conditions);

/**
 * Refused everywhere, with one exception: iptables looks for external addresses in INPUT and FORWARD only (I10), so what
 * the node itself sends to one leaves for the real load balancer.
 */
const nobody: readonly Expectation[] = [
  ...everywhere('vip', 'refused'),
  ...everywhere('nodePort', 'refused'),
  ...['external', 'lb'].flatMap((address) => [
    to('outside', address, 'refused'),
    to('pod', address, 'refused'),
    to('node', address, 'refused', { iptables: 'timeout' }),
  ]),
];

export const readiness: readonly Scenario[] = [
  scenario('S21', 'no endpoints', exposed, [], nobody),
  scenario('S22', 'all endpoints unready', exposed, [no('10.244.1.11', unready), no('10.244.2.12', unready)], nobody),
  scenario('S25', 'readiness not said', {}, [{ addresses: ['10.244.2.12'] }], [to('pod', 'vip', 'R kept')]),
  scenario('S26', 'one ready, one draining', {}, [L, no('10.244.2.12', draining)], [to('pod', 'vip', 'L kept')]),
  scenario(
    'S27',
    'two draining',
    {},
    [no('10.244.1.11', draining), no('10.244.2.12', draining)],
    [to('pod', 'vip', 'L kept, R kept')],
  ),
  scenario('S28', 'terminating and silent', exposed, [no('10.244.1.11', silent)], nobody),
  scenario('S29', 'not ready, published as ready', {}, [R], [to('pod', 'vip', 'R kept')]),
  scenario('S30', 'one endpoint', {}, [L], [to('pod', 'vip', 'L kept')]),
  scenario(
    'S31',
    'three endpoints',
    {},
    [L, R, endpoint('10.244.2.13')],
    [to('pod', 'vip', 'L kept, R kept, 10.244.2.13:8080 kept')],
  ),
];
