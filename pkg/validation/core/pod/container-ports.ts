/** O61: ports of containers. */
import type { FieldError } from '../../../api/field-error.ts';
import { duplicate, invalidEach, required } from '../../errors.ts';
import { portNameProblems, portNumberProblems } from '../../formats/ports.ts';
import { validateProtocol } from '../service/ports.ts';
import type { Container } from './types.ts';

type Port = NonNullable<Container['ports']>[number];

export function validateContainerPorts(ports: readonly Port[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const { name = '', containerPort = 0, hostPort = 0, protocol } = port;
    const at = `${field}[${index}]`;
    return [
      ...(name === '' ? [] : validateName(name, `${at}.name`, names)),
      ...(containerPort === 0
        ? [required(`${at}.containerPort`)]
        : invalidEach(`${at}.containerPort`, containerPort, portNumberProblems(containerPort))),
      ...(hostPort === 0 ? [] : invalidEach(`${at}.hostPort`, hostPort, portNumberProblems(hostPort))),
      ...validateProtocol(protocol, `${at}.protocol`),
    ];
  });
}

/** A bad name is not compared with others. */
function validateName(name: string, field: string, names: Set<string>): FieldError[] {
  const problems = portNameProblems(name);
  if (problems.length > 0) return invalidEach(field, name, problems);
  if (names.has(name)) return [duplicate(field, name)];
  names.add(name);
  return [];
}

/** One host port a protocol and host address, over all the containers given. */
export function validateHostPorts(containers: readonly Container[], field: string): FieldError[] {
  const seen = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort = 0, hostIP = '', protocol = '' }, at) => {
      if (hostPort === 0) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) return [duplicate(`${field}[${index}].ports[${at}].hostPort`, key)];
      seen.add(key);
      return [];
    }),
  );
}
