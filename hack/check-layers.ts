/**
 * Walks every import of product code and prints each arrow that points the wrong way. The rules are data in
 * layers.json; the reasons are in ARCHITECTURE.md, "Layers".
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

interface Rule {
  folder: string;
  layer: number;
  /** false: folders one level below must not import each other. */
  siblings?: boolean;
  /** Highest layer that may be imported from elsewhere. */
  below?: number;
}

interface Rules {
  layers: Rule[];
  runtime: Record<string, string[]>;
  noNodeModulesUpTo: number;
}

const root = resolve(import.meta.dirname, '..');

/** Each broken arrow as a sentence; empty when the house stands. */
export function brokenArrows(rules: Rules, files: Map<string, string>): string[] {
  const broken: string[] = [];
  for (const [file, source] of files) {
    const from = ruleOf(rules, file);
    if (from === undefined) {
      broken.push(`${file}: its folder has no row in hack/layers.json`);
      continue;
    }
    for (const { target, typeOnly } of importsOf(file, source)) {
      const problem = target.startsWith('.')
        ? relativeProblem(rules, from, file, target)
        : packageProblem(rules, from, file, target, typeOnly);
      if (problem !== undefined) broken.push(`${file} → ${target}: ${problem}`);
    }
  }
  return broken;
}

function relativeProblem(rules: Rules, from: Rule, file: string, target: string): string | undefined {
  const path = relative(root, resolve(root, dirname(file), target));
  const to = ruleOf(rules, path);
  if (to === undefined) return `${path} lies outside the layers`;
  if (to.folder === from.folder) {
    const crosses = from.siblings === false && childOf(from, file) !== childOf(from, path);
    return crosses ? `${from.folder}/* do not import each other` : undefined;
  }
  const limit = from.below ?? from.layer;
  if (to.layer > limit)
    return `layer ${from.layer} (${from.folder}) may not look up to layer ${to.layer} (${to.folder})`;
  return undefined;
}

function packageProblem(rules: Rules, from: Rule, file: string, target: string, typeOnly: boolean): string | undefined {
  if (typeOnly) return undefined;
  if (target.startsWith('node:') && from.layer <= rules.noNodeModulesUpTo) {
    return `layers 0 to ${rules.noNodeModulesUpTo} import no node: modules`;
  }
  const allowed = rules.runtime[target];
  if (allowed !== undefined && !allowed.some((folder) => file.startsWith(`${folder}/`))) {
    return `only ${allowed.join(', ')} may load it at run time; use import type`;
  }
  return undefined;
}

function ruleOf(rules: Rules, path: string): Rule | undefined {
  return rules.layers.find((rule) => path === rule.folder || path.startsWith(`${rule.folder}/`));
}

function childOf(rule: Rule, path: string): string {
  return path.slice(rule.folder.length + 1).split('/')[0] ?? '';
}

function* importsOf(file: string, source: string): Generator<{ target: string; typeOnly: boolean }> {
  const { module } = parseSync(file, source);
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    yield { target: moduleRequest.value, typeOnly };
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest !== null) yield { target: moduleRequest.value, typeOnly: isType };
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    if (/^['"]/.test(text)) yield { target: text.slice(1, -1), typeOnly: false };
  }
}

/** Product code only: tests and hack/ may import anything. */
function productFiles(): Map<string, string> {
  const files = globSync(['pkg/**/*.ts', 'controllers/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !file.includes('/testdata/') && !file.endsWith('.contract.ts'))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

export function readRules(): Rules {
  return JSON.parse(readFileSync(join(root, 'hack/layers.json'), 'utf8')) as Rules;
}

if (import.meta.main) {
  const broken = brokenArrows(readRules(), productFiles());
  for (const line of broken) console.error(line);
  if (broken.length > 0) {
    console.error(`\n${broken.length} broken arrow(s); see "Layers" in ARCHITECTURE.md.`);
    process.exit(1);
  }
}
