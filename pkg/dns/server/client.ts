/** Who asked, and how. */
export interface Client {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly protocol: 'udp' | 'tcp';
}
