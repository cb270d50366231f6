/** SV16: what HTTP/1.1's parser refuses is told why, where that is still possible, and the connection is closed. */
import type { Socket } from 'node:net';
import type { Clock } from '../../clock/index.ts';

/** How long a client may go on sending after the answer; a reset at once would take the answer from it. */
const lingerMs = 1_000;

/** Spelled out, as importing `node:http` loads all that `fetch` needs, an eighth of a start. */
const statusLines = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', '413 Payload Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

export function bytesRefuser(clock: Clock): (error: Error & { code?: string }, socket: Socket) => void {
  const refused = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser complains again about each further piece.
    if (refused.has(socket)) return;
    refused.add(socket);
    // Errors of the socket and of TLS, such as a handshake that did not come, leave nobody to answer.
    const parsed = error.code?.startsWith('HPE_') === true || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (!parsed || !socket.writable || answering(socket)) {
      socket.destroy();
      return;
    }
    const line = statusLines.get(error.code ?? '') ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    const linger = clock.after(lingerMs, () => socket.destroy());
    socket.once('close', () => linger.cancel());
  };
}

/** An answer that has begun cannot be followed by another one. Node keeps it under this name. */
function answering(socket: Socket & { _httpMessage?: { readonly headersSent?: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
