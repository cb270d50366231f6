// Jest transform: tests run the same erased TypeScript that production runs, so lines and columns stay true.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

const version = `strip-1-${process.version}`;

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  processAsync: async (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, path) =>
    createHash('sha1').update(version).update(path).update('\0').update(source).digest('hex'),
};
