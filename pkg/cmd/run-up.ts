import type { UpFlags } from './up.ts';
export async function runUp(_flags: UpFlags): Promise<void> {}
