export type { Counters } from './counters.ts';
export type { Route } from './doors.ts';
export type { Log } from './front.ts';
export type { ListenAddress, Place } from './place.ts';
export { startUserspaceProxy } from './proxy.ts';
export type { UserspaceProxy, UserspaceProxyOptions } from './proxy.ts';
export type { ProxySink, ProxySource } from './source.ts';
export type { UdpOptions } from './udp.ts';
