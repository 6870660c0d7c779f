import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Experiment, folder, type PracticeRecord } from './experiments.ts';
import { figureTable } from './figures.ts';

const file = join(folder, '../practices.md');

/** The page, and what it is made of. */
export interface Page {
  readonly text: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly text: string;
  /** Its JSON blocks. */
  readonly blocks: readonly string[];
  /** Names of the experiments that it shows, and what it shows of each. */
  readonly figures: readonly (readonly [name: string, shown: string])[];
}

export const readPage = (): Page => {
  const text = readFileSync(file, 'utf8');
  const parts = text.split(/^#{2,3} /m).slice(1);
  return { text, sections: parts.map(sectionOf) };
};

const sectionOf = (part: string): Section => ({
  title: part.slice(0, part.indexOf('\n')),
  text: part.slice(part.indexOf('\n')),
  blocks: [...part.matchAll(/```json\n(.*?)```/gs)].map(([, block]) => block!),
  figures: [...part.matchAll(figure)].map(([, name, shown]) => [name!, shown!.trim()] as const),
});

const figure = /<!-- figure ([a-z-]+) -->\n(.*?)<!-- end -->/gs;

/** What the page has to show of an experiment. */
export const shownOf = (name: string, experiment: Experiment, record: PracticeRecord): string => {
  const runs = record.runs.length;
  const seeds = experiment.seeds.length;
  const of = `${runs} ${runs === 1 ? 'run' : 'runs'}${seeds === 1 ? '' : `, ${seeds} seeds`}`;
  return `${figureTable(experiment, record)}\n\nRecord: [${name}](practices/records/${name}.json), ${of}.`;
};

/** Writes the figures into the page anew. */
export const rewritePage = (shown: (name: string) => string): void => {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replaceAll(figure, (_, name: string) => `<!-- figure ${name} -->\n${shown(name)}\n<!-- end -->`),
  );
};

/** Numbers with decimals, and shares in per cent, of a text without its code, links and figures. */
export const numbersIn = (text: string): readonly string[] => {
  const prose = text
    .replaceAll(/```.*?```/gs, '')
    .replaceAll(figure, '')
    .replaceAll(/`[^`]*`/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
  return [...prose.matchAll(/\d+\.\d+/g)].map(([number]) => number);
};
