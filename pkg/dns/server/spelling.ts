import type { Name, RRset, Sections } from '../wire/index.ts';
import { lowerName } from '../wire/index.ts';

/** Gives owner names that equal `name`, but for the case of letters, the spelling of `name` (N15). */
export function spellLike(name: Name, sections: Sections): Sections {
  const key = lowerName(name);
  if (key === name) return sections;
  const respell = (set: RRset): RRset => (lowerName(set.owner) === key ? { ...set, owner: name } : set);
  return {
    answer: sections.answer.map(respell),
    authority: sections.authority.map(respell),
    additional: sections.additional.map(respell),
  };
}
