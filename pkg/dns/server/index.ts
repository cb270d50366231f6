export type { ForwardOptions } from './forward/options.ts';
export type { DnsServerOptions } from './options.ts';
export type { DnsSink, DnsSource } from './source.ts';
export { FixedSource } from './source.ts';
export type { DnsServer } from './start-server.ts';
export { startDnsServer } from './start-server.ts';
export { ProbeServer } from './probes.ts';
export type { ProbeAnswer, ProbeRoutes } from './probes.ts';
