/**
 * How the four patch formats refuse. Everything thrown by this package is a StatusError; where upstream hides the
 * reason from the client, it is kept as `cause` for logs.
 */
import { failure, type StatusError } from '../../api/status.ts';

/** 422 as upstream sends it when a well-formed patch does not fit: a fixed sentence, the reason only inside. */
export function doesNotApply(why: string): StatusError {
  const error = failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  error.cause = new Error(why);
  return error;
}

/** An error upstream never mapped to a status: 500 with the bare text and no reason. */
export const unmapped = (message: string): StatusError => failure(500, '', message);
