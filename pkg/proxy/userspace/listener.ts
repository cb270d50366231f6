import type { Destination } from '../model/index.ts';
import type { Front } from './front.ts';
import type { ListenAddress } from './place.ts';

/** One open door: a bound socket that stands for one destination of one service port. */
export interface Listener {
  readonly bound: ListenAddress;
  /** Called after the front's plan changed. */
  refresh(): void;
  /** Stops taking newcomers. What is established goes on; a UDP door takes its flows with it (U24). */
  close(): Promise<void>;
}

/** Rejects with the system's error when the address cannot be bound. */
export type OpenListener = (front: Front, destination: Destination, at: ListenAddress) => Promise<Listener>;
