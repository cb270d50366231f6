/** `docs/performance.md` from the last results (B3). */
import { shown } from './figure.ts';
import type { Kept } from './results.ts';

const head = `# Performance

Written by \`npm run bench -- --report\` from the last results; do not edit. Both sides ran in the same invocation on the
same machine and took turns (A B A B …), with the same client code over TLS and storage that is durable before a write
is answered. The median is given, minimum and maximum in brackets. A ratio above 1 is better for Fairlead.

| What | Unit | Fairlead | Peer | Ratio | Rounds |
|---|---|---|---|---|---|
`;

export function renderReport(results: readonly Kept[]): string {
  const rows = results.map(rowOf).join('');
  const runs = new Map(results.map((kept) => [`${kept.command} ${kept.date}`, kept]));
  const notes = Array.from(
    runs.values(),
    ({ command, date, node, machine, peer }) =>
      `- \`${command}\`, ${date}: Node ${node}, peer ${peer ?? 'absent'}, ${machine}\n`,
  );
  return `${head}${rows}\nWhere the figures come from:\n\n${notes.join('')}`;
}

function rowOf(kept: Kept): string {
  const ours = `${shown(kept.ours)} (${shown(kept.oursMin)}–${shown(kept.oursMax)})`;
  const theirs =
    kept.theirs === undefined ? '–' : `${shown(kept.theirs)} (${shown(kept.theirsMin)}–${shown(kept.theirsMax)})`;
  return `| ${kept.what} | ${kept.unit} | ${ours} | ${theirs} | ${kept.ratio ?? '–'} | ${kept.n} |\n`;
}
