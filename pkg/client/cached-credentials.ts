import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/logger.ts';
import type { Credentials, CredentialSource } from './credentials.ts';

export interface CachedCredentialsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a loaded set may be used without looking again; 60 s by default (CL15). */
  readonly maxAgeMs?: number;
  /** `refused`: the server did not accept the last set, so nothing behind it may be reused. */
  readonly load: (refused: boolean) => Promise<Credentials>;
}

/**
 * Keeps what `load` gave for a minute, and drops it on 401. While loading fails (a token file being swapped) the old
 * set stays in use (F56). Concurrent callers share one load, so that an exec plugin runs once at a time (CL17).
 */
export class CachedCredentials implements CredentialSource {
  readonly #options: CachedCredentialsOptions;
  #known: { readonly credentials: Credentials; readonly loadedAt: number } | undefined;
  #loading: Promise<Credentials> | undefined;
  #stale = false;

  constructor(options: CachedCredentialsOptions) {
    this.#options = options;
  }

  current(): Promise<Credentials> {
    const { clock, maxAgeMs = 60_000 } = this.#options;
    const known = this.#known;
    if (known !== undefined && !this.#stale && clock.monotonic() - known.loadedAt < maxAgeMs) {
      return Promise.resolve(known.credentials);
    }
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  reject(sentAt: number): void {
    if (this.#known !== undefined && this.#known.loadedAt <= sentAt && !this.#stale) {
      this.#stale = true;
      this.#options.log.error({}, 'Server did not accept the credentials, loading them anew');
    }
  }

  async #load(): Promise<Credentials> {
    const loadedAt = this.#options.clock.monotonic();
    try {
      const credentials = await this.#options.load(this.#stale);
      this.#known = { credentials, loadedAt };
      this.#stale = false;
      return credentials;
    } catch (err) {
      if (this.#known === undefined) throw err;
      this.#options.log.error({ err }, 'Credentials could not be loaded, the old ones stay in use');
      return this.#known.credentials;
    }
  }
}
