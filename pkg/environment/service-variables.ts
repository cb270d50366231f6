import type { Service, ServicePort } from '../api/types.ts';
import type { Variable } from './variable.ts';

/** The variables of one Service, in the order kubelet makes them (E7, E8). None for a Service without ports (E17). */
export function serviceVariables(service: Service): Variable[] {
  const host = service.spec?.clusterIP ?? '';
  const ports = service.spec?.ports ?? [];
  const [first] = ports;
  if (first === undefined) return [];
  const prefix = variableName(service.metadata.name ?? '');
  return [
    { name: `${prefix}_SERVICE_HOST`, value: host },
    { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
    ...ports.flatMap(({ name, port }) =>
      name ? [{ name: `${prefix}_SERVICE_PORT_${variableName(name)}`, value: String(port) }] : [],
    ),
    { name: `${prefix}_PORT`, value: urlOf(host, first) },
    ...ports.flatMap((port) => linkVariables(prefix, host, port)),
  ];
}

/** E8: what Docker's container links used to set. */
function linkVariables(service: string, host: string, port: ServicePort): Variable[] {
  const protocol = protocolOf(port);
  const prefix = `${service}_PORT_${port.port}_${protocol}`;
  return [
    { name: prefix, value: urlOf(host, port) },
    { name: `${prefix}_PROTO`, value: protocol.toLowerCase() },
    { name: `${prefix}_PORT`, value: String(port.port) },
    { name: `${prefix}_ADDR`, value: host },
  ];
}

/** E6: nothing but case and dashes changes, so `3scale` gives a name no shell can read. */
function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

/** E9 */
function protocolOf({ protocol }: ServicePort): string {
  return (protocol || 'TCP').toUpperCase();
}

/** E10: IPv6 in brackets. */
function urlOf(host: string, port: ServicePort): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return `${protocolOf(port).toLowerCase()}://${bracketed}:${port.port}`;
}
