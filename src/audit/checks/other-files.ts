import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { temporaryOwner } from '../../fingerprint/replace-file.ts';
import { isAlive } from '../../store/process-identity.ts';
import type { Listener } from '../finding.ts';
import { pages, published, storeKinds } from '../kinds.ts';
import { entriesIn } from '../read.ts';
import type { Survey } from '../survey.ts';

/**
 * What else lies below `artifacts/`: in the store, files that Stemma does not write are foreign; in the workspace, they
 * are the user's. What a killed process left is told of, and cleared by the next run.
 */
export const checkOtherFiles = (survey: Survey, outs: ReadonlySet<string>, listener: Listener): void => {
  const { project } = survey;
  const left = new Map<string, number>();
  const unknown = new Map<string, number>();
  const count = (counts: Map<string, number>, path: string): void => void counts.set(path, (counts.get(path) ?? 0) + 1);
  const visit = (folder: string): void => {
    for (const entry of entriesIn(join(project.artifacts, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const owner = temporaryOwner(entry.name);
      if (owner !== undefined) {
        if (!isAlive({ pid: owner, started: null })) count(left, 'files that were half written');
      } else if (outs.has(`artifacts/${path}`)) continue;
      else if (entry.isDirectory()) visit(path);
      else if (path.startsWith('.store/')) checkStored(path, entry);
      else if (!pages.test(path) && !published.test(path)) count(unknown, topOf(path));
    }
  };
  const checkStored = (path: string, entry: Dirent): void => {
    const kind = entry.isFile() ? storeKinds.find(({ form }) => form.test(path)) : undefined;
    if (kind === undefined) {
      const found = entry.isFile() ? 'another file' : 'a link, or no file at all';
      listener.finding('file-foreign', `artifacts/${path}`, { expected: 'what Stemma writes into its store', found });
    } else if (path.startsWith('.store/scratch-v1/') && kind.checked === 'not')
      count(left, "files in stages' scratch folders that carry no checksum");
  };
  visit('');
  for (const [what, files] of left) listener.note('artifacts/.store', `${what}: ${files}`);
  for (const [path, files] of unknown)
    listener.note(path, `holds ${files} that no stage made, and that are not checked`);
  tellUnderWay(survey, listener);
};

/** As `artifacts/mnist/train`. */
const topOf = (path: string): string => `artifacts/${path.split('/').slice(0, -1).slice(0, 2).join('/')}`;

const tellUnderWay = ({ openRuns }: Survey, listener: Listener): void => {
  for (const [run, { isUnderWay }] of openRuns)
    listener.note(`artifacts/.store/running-v1/${run}.jsonl`, isUnderWay ? underWay : brokenOff);
};

const underWay = 'is of a run under way; what it does is not recorded yet';
const brokenOff = 'is of a run that was killed or broke off; the next run seals its record';
