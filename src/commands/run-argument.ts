import { findRun } from '../lineage/find-run.ts';
import { catalogueOf } from '../lineage/run-catalogue.ts';
import type { Workspace } from '../plan/workspace.ts';
import { UserMistake } from './user-mistake.ts';

/** The run that an argument RUN means. Throws where it means none, or several. */
export const runNamed = (word: string, { records }: Workspace, pipeline?: string): string => {
  const found = findRun(word, catalogueOf(records), pipeline);
  const of = pipeline === undefined ? '' : ` of pipeline "${pipeline}"`;
  switch (found.kind) {
    case 'found':
      return found.run;
    case 'ambiguous':
      throw new UserMistake(`several runs${of} go by "${word}"`, `name one: ${listed(found.runs)}`);
    case 'too far':
      if (found.count === 0) throw new UserMistake(`there is no run${of} yet`, 'run `stemma run` first');
      throw new UserMistake(
        `there is no ${word}: only ${found.count} ${found.count === 1 ? 'run' : 'runs'}${of}`,
        `the oldest is last~${found.count - 1}`,
      );
    case 'unknown':
      throw new UserMistake(`there is no run "${word}"${of}`, found.hint ?? '`stemma runs` lists them');
  }
};

const listed = (runs: readonly string[]): string => {
  const newest = [...runs].reverse();
  const more = newest.length > mostListed ? `, and ${newest.length - mostListed} older` : '';
  return newest.slice(0, mostListed).join(', ') + more;
};

const mostListed = 8;
