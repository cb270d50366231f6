/** The relay's decisions without its sockets: which endpoints a client could be given. */
import { parseCidr, selectNodePortAddresses, type Destination, type NodeModel, type PortPlan } from '../model/index.ts';
import { admit } from '../userspace/admission.ts';
import type { Machine } from './machines.ts';
import { isLocal, node, type Outcome, type Probe } from './packet.ts';
import type { ScenarioOptions } from './scenarios/scenario.ts';

export function userspaceMachine(model: NodeModel, options: ScenarioOptions = {}): Machine {
  const pods = parseCidr(node.podCIDR);
  const here = { podCIDRs: pods === undefined ? [] : [pods], nodeAddresses: new Set(node.addresses) };
  const selected = selectNodePortAddresses(options.nodePortAddresses ?? [], 'IPv4', {
    primary: node.ip,
    interfaces: node.addresses,
  });
  const matches = (plan: PortPlan, { kind, ip, port }: Destination, probe: Probe): boolean => {
    if (plan.service.protocol.toLowerCase() !== probe.protocol || port !== probe.port) return false;
    if (kind !== 'node-port') return ip === probe.destination;
    return selected.kind === 'all' ? isLocal(probe.destination) : selected.ips.includes(probe.destination);
  };
  return {
    outcome(probe): Outcome {
      for (const plan of model.ports) {
        const destination = plan.destinations.find((each) => matches(plan, each, probe));
        if (destination === undefined) continue;
        const scope = admit(plan.service, destination, probe.source, here);
        const list = scope === undefined ? [] : plan[scope];
        return list.length === 0 ? 'refused' : new Map(list.map(({ text }) => [text, 'snat']));
      }
      return 'no door';
    },
  };
}
