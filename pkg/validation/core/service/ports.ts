/** V25–V29, V37, V38: the ports of a Service. */
import type { FieldError } from '../../../api/field-error.ts';
import { portsOf, specOf } from '../../../api/service.ts';
import type { Service, ServicePort } from '../../../api/types.ts';
import { duplicate, forbidden, invalidEach, json, notSupported, required } from '../../errors.ts';
import { dnsLabelProblems } from '../../formats/dns.ts';
import { labelKeyProblems } from '../../formats/labels.ts';
import { portNameProblems, portNumberProblems } from '../../formats/ports.ts';

export const protocols: readonly string[] = ['SCTP', 'TCP', 'UDP'];

export function validateServicePorts(service: Service): FieldError[] {
  const ports = portsOf(service);
  const names = new Set<string>();
  return ports.flatMap((port, index) => validatePort(port, `spec.ports[${index}]`, ports.length > 1, names));
}

function validatePort(port: ServicePort, field: string, nameRequired: boolean, names: Set<string>): FieldError[] {
  return [
    ...validatePortName(port.name ?? '', `${field}.name`, nameRequired, names),
    ...invalidEach(`${field}.port`, port.port ?? 0, portNumberProblems(port.port ?? 0)),
    ...validateProtocol(port.protocol, `${field}.protocol`),
    ...validatePortNumberOrName(port.targetPort ?? 0, `${field}.targetPort`),
    ...(port.appProtocol === undefined
      ? []
      : invalidEach(`${field}.appProtocol`, port.appProtocol, labelKeyProblems(port.appProtocol))),
  ];
}

/** V25. `names` collects what has been used. */
function validatePortName(name: string, field: string, nameRequired: boolean, names: Set<string>): FieldError[] {
  if (name === '') return nameRequired ? [required(field)] : [];
  const errors = invalidEach(field, name, dnsLabelProblems(name));
  if (names.has(name)) errors.push(duplicate(field, name));
  names.add(name);
  return errors;
}

/** V27, O6: case matters. */
export function validateProtocol(protocol: string | undefined, field: string): FieldError[] {
  if (!protocol) return [required(field)];
  return protocols.includes(protocol) ? [] : [notSupported(field, json(protocol), protocols)];
}

/** V28: a number in range, or a port name. */
export function validatePortNumberOrName(port: number | string, field: string): FieldError[] {
  return invalidEach(field, port, typeof port === 'number' ? portNumberProblems(port) : portNameProblems(port));
}

/** V37 */
export function validateNoNodePorts(service: Service): FieldError[] {
  if (specOf(service).type !== 'ClusterIP') return [];
  return portsOf(service).flatMap((port, index) =>
    port.nodePort ? [forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'")] : [],
  );
}

/** V38: (protocol, nodePort) and (protocol, port) are unique; the second shows a Go struct without JSON names. */
export function validatePortsUnique(service: Service): FieldError[] {
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, { protocol = '', nodePort = 0 }] of portsOf(service).entries()) {
    if (nodePort === 0) continue;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
    nodePorts.add(key);
  }
  for (const [index, { protocol = '', port = 0 }] of portsOf(service).entries()) {
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(duplicate(`spec.ports[${index}]`, json(internalPort(protocol, port))));
    numbers.add(key);
  }
  return errors;
}

const internalPort = (protocol: string, port: number): Record<string, unknown> => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});
