import { type FoundRun, findRun, isDigestLike } from '../lineage/find-run.ts';
import { type RunAccount, readAccount } from '../lineage/run-account.ts';
import { catalogueOfIndex, catalogueOfNames } from '../lineage/run-catalogue.ts';
import type { Workspace } from '../plan/workspace.ts';
import { askIndex } from './ask-index.ts';
import { UserMistake } from './user-mistake.ts';

/** The run that an argument RUN means. Throws where it means none, or several. */
export const runNamed = async (word: string, workspace: Workspace, pipeline?: string): Promise<string> => {
  const found = await lookFor(word, workspace, pipeline);
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

/** Most words are found by the names of the files. The index knows digests and pipelines. */
const lookFor = async (word: string, { records, project }: Workspace, pipeline?: string): Promise<FoundRun> => {
  const byName = pipeline === undefined ? findRun(word, catalogueOfNames(records)) : undefined;
  if (byName !== undefined && (byName.kind !== 'unknown' || !isDigestLike(word))) return byName;
  const catalogue = await askIndex(project, catalogueOfIndex);
  return findRun(word, catalogue, pipeline);
};

const listed = (runs: readonly string[]): string => {
  const newest = [...runs].reverse();
  const more = newest.length > mostListed ? `, and ${newest.length - mostListed} older` : '';
  return newest.slice(0, mostListed).join(', ') + more;
};

const mostListed = 8;

/** All that is recorded of the run that an argument means; undefined, and told, where it cannot be read: exit code 1. */
export const accountNamed = async (
  word: string,
  workspace: Workspace,
  pipeline?: string,
): Promise<RunAccount | undefined> => {
  const run = await runNamed(word, workspace, pipeline);
  const account = readAccount(run, workspace.records);
  if (account === undefined)
    process.stderr.write(`error: the record of run ${run} is damaged\nhint: \`stemma audit\` finds all that is\n`);
  return account;
};
