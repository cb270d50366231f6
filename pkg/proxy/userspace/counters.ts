/** Plain numbers, copied into the metric registry when somebody asks (DX4). */
export interface Counters {
  tcpConnections: number;
  tcpActive: number;
  udpAssociations: number;
  udpActive: number;
  udpDatagrams: number;
  /** Datagrams that nobody could take: no endpoint, or too many clients at once. */
  udpDropped: number;
  bytesFromClients: number;
  bytesToClients: number;
  dialFailures: number;
  /** Connections closed because no endpoint answered, none exists, or the source is not admitted. */
  refused: number;
  acceptErrors: number;
}

export function newCounters(): Counters {
  return {
    tcpConnections: 0,
    tcpActive: 0,
    udpAssociations: 0,
    udpActive: 0,
    udpDatagrams: 0,
    udpDropped: 0,
    bytesFromClients: 0,
    bytesToClients: 0,
    dialFailures: 0,
    refused: 0,
    acceptErrors: 0,
  };
}
