/** What a scenario is: requests that follow each other in one namespace, as data that can be kept and shrunk. */

/** The server's own last answer for an object, changed: how a client edits what it has read. */
export interface LiveBody {
  /** Path of the object; the request is sent with an empty object when nothing was read there. */
  readonly live: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** Names and list positions. */
  readonly path: readonly (string | number)[];
  /** Absent: the field is removed. */
  readonly value?: unknown;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{ns}` stands for the namespace of the scenario, in paths and bodies. */
  readonly path: string;
  /** A string is sent as it is. Strings that begin with `raw` of encode.ts are written without quotes. */
  readonly body?: unknown;
  readonly from?: LiveBody;
  readonly contentType?: string;
}

export type Cluster = 'ipv4' | 'ipv6' | 'dual' | 'dual6';

export interface Scenario {
  readonly seed: number;
  readonly cluster: Cluster;
  readonly requests: readonly Request[];
}

export const ranges = { ipv4: '10.64.0.0/10', ipv6: 'fd00:10:96::/64' } as const;

/** Value of --service-cluster-ip-range. */
export const rangesOf: Readonly<Record<Cluster, string>> = {
  ipv4: ranges.ipv4,
  ipv6: ranges.ipv6,
  dual: `${ranges.ipv4},${ranges.ipv6}`,
  dual6: `${ranges.ipv6},${ranges.ipv4}`,
};

/** 128 of these are in the static band, enough for every lane to have its own. */
export const nodePortRange = '20000-32767';

/** What a scenario may ask for by name: nobody else is using it at that time. */
export interface Lane {
  readonly ports: readonly number[];
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

export const lanes = 16;

/** Lane 0 to 15, each with two halves, so that what one scenario left behind does not meet the next. */
export function laneOf(lane: number, turn: number): Lane {
  const first = 20_000 + lane * 8 + (turn % 2) * 4;
  const host = (index: number): number => (turn % 4096) * 64 + lane * 4 + index + 65_536;
  const four = [0, 1, 2, 3];
  return {
    ports: four.map((index) => first + index),
    ipv4: four.map((index) => `10.${112 + (host(index) >> 16)}.${(host(index) >> 8) & 255}.${host(index) & 255}`),
    ipv6: four.map((index) => `fd00:10:96::${(host(index) >> 16).toString(16)}:${(host(index) & 0xffff).toString(16)}`),
  };
}
