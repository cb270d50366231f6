/** Asks again and again until the answer is there; fails with the last reason when time is up. */
export async function waitFor<T>(
  look: () => T | undefined | Promise<T | undefined>,
  options: { readonly timeoutMs?: number; readonly intervalMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 5_000, intervalMs = 5 } = options;
  const deadline = performance.now() + timeoutMs;
  let reason: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      reason = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`nothing after ${timeoutMs} ms`, reason === undefined ? {} : { cause: reason });
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
