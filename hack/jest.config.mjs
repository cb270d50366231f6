import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export default {
  rootDir: root,
  roots: ['<rootDir>/pkg', '<rootDir>/controllers', '<rootDir>/examples', '<rootDir>/hack'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': join(root, 'hack/jest-strip.mjs') },
  cacheDirectory: join(root, 'node_modules/.cache/jest'),
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.peers'],
};
