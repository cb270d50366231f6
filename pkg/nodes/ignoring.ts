import { isStatusError } from '../api/status.ts';

/** What the promise resolves to; undefined when the server refused for one of these reasons. */
export async function ignoring<T>(reasons: readonly string[], promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (reasons.some((reason) => isStatusError(error, reason))) return undefined;
    throw error;
  }
}
