import type { Survey } from './survey.ts';

/** The newest record: the one that the head names, else the one that started last. */
export const readOwnHead = ({ runs, head }: Survey): { run: string; digest: string } | undefined => {
  const name = /runs\/(.+)\.json\n$/.exec(head?.toString('latin1') ?? '')?.[1];
  const found = runs.find(({ run }) => run === name) ?? runs.at(-1);
  return found && { run: found.run, digest: found.digest };
};
