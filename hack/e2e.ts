/**
 * `npm run e2e [-- NAME…]`: black-box suites, each a folder under e2e/ with a suite.ts. A suite that cannot run here says
 * which tool is missing and counts as skipped.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Report, type Suite } from '../e2e/suite.ts';

const folder = resolve(import.meta.dirname, '../e2e');
const known = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'suite.ts')))
  .map(({ name }) => name)
  .sort();

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No suite named ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(1);
}

const report = new Report();
for (const name of wanted.length > 0 ? wanted : known) {
  const { suite } = (await import(pathToFileURL(join(folder, name, 'suite.ts')).href)) as { suite: Suite };
  console.log(`\n== ${name}: ${suite.about}`);
  await report.run(suite);
}
console.log(`\n${report.lastLine()}`);
process.exit(report.failed === 0 ? 0 : 1);
