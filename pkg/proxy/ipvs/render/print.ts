/** The words of ipvsadm, ipset and ip for whole programs and for single steps (V46). */
import type { Family } from '../../model/index.ts';
import { dummyDevice } from './options.ts';
import type { VirtualServer } from './servers.ts';
import type { IpSet } from './sets.ts';

const serviceFlags = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' } as const;

export type ServerRef = Pick<VirtualServer, 'protocol' | 'address'>;

export const printAddServer = (server: VirtualServer): string => `-A ${serverWords(server)}`;
export const printEditServer = (server: VirtualServer): string => `-E ${serverWords(server)}`;
export const printDeleteServer = (server: ServerRef): string => `-D ${refWords(server)}`;

export const printAddReal = (server: ServerRef, real: string): string => `-a ${refWords(server)} -r ${real} -m -w 1`;
export const printDeleteReal = (server: ServerRef, real: string): string => `-d ${refWords(server)} -r ${real}`;
export const printWeighReal = (server: ServerRef, real: string, weight: number): string =>
  `-e ${refWords(server)} -r ${real} -m -w ${weight}`;

/** A whole table, as `ipvsadm -Sn` dumps and `ipvsadm --restore` reads it. */
export function printServers(servers: readonly VirtualServer[]): string {
  const lines = servers.flatMap((server) => [
    printAddServer(server),
    ...server.realServers.map((real) => printAddReal(server, real)),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

/** V20: every set, made if it is missing. */
export function printCreateSet({ name, type, family }: Omit<IpSet, 'entries' | 'key'>): string {
  if (type === 'bitmap:port') return `create ${name} ${type} range 0-65535`;
  return `create ${name} ${type} family ${family === 'IPv4' ? 'inet' : 'inet6'} hashsize 1024 maxelem 65536`;
}

/** Sets and entries as `ipset restore -exist` reads them. */
export function printSets(sets: readonly IpSet[]): string {
  const lines = sets.flatMap((set) => [printCreateSet(set), ...set.entries.map((entry) => `add ${set.name} ${entry}`)]);
  return lines.map((line) => `${line}\n`).join('');
}

/** For `ip -batch -`. */
export const printBind = (ip: string, family: Family): string =>
  `address add ${hostCidr(ip, family)} dev ${dummyDevice}`;
export const printUnbind = (ip: string, family: Family): string =>
  `address del ${hostCidr(ip, family)} dev ${dummyDevice}`;

const hostCidr = (ip: string, family: Family): string => `${ip}/${family === 'IPv4' ? 32 : 128}`;

const refWords = ({ protocol, address }: ServerRef): string => `${serviceFlags[protocol]} ${address}`;

function serverWords(server: VirtualServer): string {
  const persistence = server.persistenceSeconds > 0 ? ` -p ${server.persistenceSeconds}` : '';
  return `${refWords(server)} -s ${server.scheduler}${persistence}${server.hashesPort ? ' -b mh-port' : ''}`;
}
