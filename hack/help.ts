/** `npm run help`: every script with a line. */
const scripts: readonly (readonly [string, string])[] = [
  ['npm start', 'a whole cluster in this terminal; words after -- go to `fairlead up`'],
  ['npm test', 'everything that needs only Node: types, lint, layers, unit, property and in-process tests'],
  ['npm run e2e [-- NAME…]', 'black-box suites with real clients and real packets'],
  ['npm run bench [-- NAME…]', 'figures beside those of the real components, in the same run'],
  ['npm run peers', 'builds or fetches the real components that e2e and bench compare with'],
  ['npm run build', 'the package as it is published, in dist/'],
  ['npm run check', 'the gate: what CI runs'],
  ['npm run check:fast', 'types, lint and layers'],
  ['npm run fix', 'formatter and automatic lint fixes'],
  ['npx fairlead --help', 'the command itself'],
];

const width = Math.max(...scripts.map(([name]) => name.length));
for (const [name, about] of scripts) console.log(`${name.padEnd(width)}  ${about}`);
