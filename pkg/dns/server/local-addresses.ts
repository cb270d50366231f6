import { networkInterfaces } from 'node:os';

/**
 * Where clients reach this server when no Service says so (N1): the addresses it listens on, or, of a server that
 * listens on all, those of the machine. Loopback and link-local addresses lead nowhere for others.
 */
export function reachableAddresses(listening: readonly string[]): string[] {
  const named = listening.filter((address) => address !== '0.0.0.0' && address !== '::');
  const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  const addresses = named.length === listening.length ? named : all.map(({ address }) => address);
  return addresses.filter((address) => !/^(?:127\.|169\.254\.|::1$|fe80:)/i.test(address));
}

/** `0.0.0.0`, and `::` if some interface has an IPv6 address. */
export function allAddresses(): string[] {
  const infos = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return infos.some(({ family }) => family === 'IPv6') ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}
