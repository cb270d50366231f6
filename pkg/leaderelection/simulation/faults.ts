/** How bad the world is. Times in ms, shares in [0, 1]. */
export interface Faults {
  /** Ways that take long, up to `slowMs`; the others take up to 20 ms. */
  readonly slowShare: number;
  readonly slowMs: number;
  /** Requests, and answers, that never arrive. */
  readonly lossShare: number;
  /** Each is drawn per elector and minute. */
  readonly partitions: number;
  readonly pauses: number;
  readonly crashes: number;
  readonly gracefulStops: number;
  /** Of whole histories: the lease is deleted by a stranger now and then. */
  readonly deletions: number;
  /** Of whole histories: a stranger puts another name on the lease now and then, and never renews. */
  readonly strangers: number;
  /** What the stranger says how long that is good for. */
  readonly strangerSeconds: number;
  /** Electors without a working watch. */
  readonly watchlessShare: number;
  /** Clocks run faster or slower by up to this. */
  readonly rateSkew: number;
}

export const noFaults: Faults = {
  slowShare: 0,
  slowMs: 0,
  lossShare: 0,
  partitions: 0,
  pauses: 0,
  crashes: 0,
  gracefulStops: 0,
  deletions: 0,
  strangers: 0,
  strangerSeconds: 15,
  watchlessShare: 0,
  rateSkew: 0,
};

export const everyFault: Faults = {
  slowShare: 0.15,
  slowMs: 8000,
  lossShare: 0.05,
  partitions: 0.7,
  pauses: 0.5,
  crashes: 0.4,
  gracefulStops: 0.7,
  deletions: 0,
  strangers: 0.2,
  strangerSeconds: 15,
  watchlessShare: 0.3,
  rateSkew: 0,
};
