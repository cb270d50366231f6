/** Cluster DNS as people ask it: the catalogue with `dig`, the well-known examples with `nslookup`. */
import { findProgram } from '../server.ts';
import type { Suite } from '../suite.ts';
import { digCatalogue } from './catalogue.ts';
import { classicExamples } from './classic.ts';

export const suite: Suite = {
  about: 'the query catalogue with dig over UDP and TCP, and the classic examples through fairlead up',
  missing: () =>
    ['dig', 'nslookup'].some((name) => findProgram(name) === undefined)
      ? 'dig or nslookup is not installed; apt-get install bind9-dnsutils'
      : undefined,
  async run(check) {
    await classicExamples(check);
    await digCatalogue(check);
  },
};
