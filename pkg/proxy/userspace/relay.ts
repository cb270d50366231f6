/** Joining two TCP connections so that neither end can tell there is a relay, except by the address it sees (U22). */
import type { Socket } from 'node:net';

const keepAliveMs = 60_000;

/**
 * Copies both ways until both directions have ended. Both sockets must allow half-open: the end of one direction is
 * passed on and the other goes on (U23). `pipe` stops reading while the reader is slow (U25). A reset stays a reset.
 */
export function relay(client: Socket, backend: Socket): void {
  for (const socket of [client, backend]) {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
  }
  tieLifetime(client, backend);
  tieLifetime(backend, client);
  client.pipe(backend);
  backend.pipe(client);
}

/** When `one` is gone, `other` has nobody to talk to: it keeps only what it was already sent in full. */
function tieLifetime(one: Socket, other: Socket): void {
  let wasReset = false;
  one.on('error', (error: NodeJS.ErrnoException) => {
    wasReset = error.code === 'ECONNRESET';
  });
  one.once('close', () => {
    if (one.readableEnded) other.destroySoon();
    else if (wasReset) other.resetAndDestroy();
    else other.destroy();
  });
}
