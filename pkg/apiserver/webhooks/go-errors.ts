/** What went wrong on the way to a webhook, in the words of Go's HTTP client, which users search for. */

interface NodeError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly cert?: { readonly subjectaltname?: string };
  readonly host?: string;
}

const unknownAuthority: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);

const verify = 'tls: failed to verify certificate: x509';

export function goText(error: unknown): string {
  // Not asked by instanceof: in a test runner's realm node's errors are no Errors.
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, name, code = '', address = '', port = 0, hostname = '', cert, host = '' } = error as NodeError;
  if (name === 'TimeoutError') return 'context deadline exceeded';
  if (name === 'AbortError') return 'context canceled';
  if (unknownAuthority.has(code)) return `${verify}: certificate signed by unknown authority`;
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${bracketed(address)}:${port}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${bracketed(address)}:${port}: connect: no route to host`;
    case 'ENETUNREACH':
      return `dial tcp ${bracketed(address)}:${port}: connect: network is unreachable`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${hostname}: no such host`;
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname}: server misbehaving`;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `${verify}: certificate has expired or is not yet valid`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `${verify}: certificate is valid for ${names(cert?.subjectaltname ?? '')}, not ${host}`;
    case 'EPROTO':
      // A server that does not speak TLS.
      return /wrong version number|packet length too long/.test(message)
        ? 'http: server gave HTTP response to HTTPS client'
        : 'remote error: tls: handshake failure';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'EOF';
    default:
      return message;
  }
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

const names = (text: string): string => text.replaceAll(/(?:DNS|IP Address):/g, '');
