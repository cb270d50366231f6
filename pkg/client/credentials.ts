/** How to be known to a server, and how to know it. */
export interface Credentials {
  /** PEM. Absent: the system's roots. */
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Name to verify instead of the host (`tls-server-name`). */
  readonly serverName?: string;
  /** `insecure-skip-tls-verify`: also the only way to speak plain HTTP (DC12). */
  readonly insecure?: boolean;
  /** `proxy-url`. */
  readonly proxy?: string;
  readonly authorization?: string;
}

/** Gives credentials that are fresh enough for a request about to be sent. */
export interface CredentialSource {
  current(): Promise<Credentials>;
  /** The server answered 401 to a request sent at that monotonic time: what is older must not be used again (CL15). */
  reject(sentAt: number): void;
}

export function fixedCredentials(credentials: Credentials): CredentialSource {
  return { current: () => Promise.resolve(credentials), reject: () => {} };
}
