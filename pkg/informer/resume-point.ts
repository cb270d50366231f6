/**
 * What a reflector remembers from round to round, and the versions it asks for because of it (IN5, IN6, IN18, IN23).
 */
export class ResumePoint {
  /** Version to resume a watch from; empty before the first fill. */
  version = '';
  /** The server said that `version` is expired or too large; until a fill succeeds, ask for the latest (IN5). */
  unavailable = false;
  /** The first list came in pages although `0` was asked for: this server has no watch cache, keep paging (IN6). */
  pages = false;

  listVersion(): string {
    if (this.unavailable) return '';
    return this.version === '' ? '0' : this.version;
  }

  watchListVersion(): string {
    return this.unavailable ? '' : this.version;
  }

  /** IN6: with an exact version wanted, a limit would keep the server from answering out of its cache. */
  pageSize(wanted: number): number | undefined {
    const version = this.listVersion();
    return version === '' || version === '0' || this.pages ? wanted : undefined;
  }

  filled(version: string): void {
    this.version = version;
    this.unavailable = false;
  }
}
