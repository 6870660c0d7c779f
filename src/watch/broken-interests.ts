import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../types/pipeline.ts';
import { globReach } from './glob-reach.ts';
import { commonInterests, type Interest } from './interests.ts';

/**
 * What may mend a pipeline that does not load: its file, all that its text names, as a file that is missing, and any
 * stage type. It is read as far as it can be.
 */
export const brokenInterests = (project: Project, file: string): Interest[] => {
  const { root } = project;
  const all = { kind: 'definition', stages: 'all' } as const;
  return [
    { path: join(root, file), below: false, ...all },
    { path: join(root, 'stages'), below: true, ...all },
    { path: join(root, 'pipelines'), below: true, ...all },
    ...commonInterests(project),
    ...textsIn(readIfThere(join(root, file))).flatMap((text) => placesOf(text, root)),
  ];
};

const placesOf = (text: string, root: string): Interest[] => {
  const all = { kind: 'input', stages: 'all' } as const;
  if (text === '' || text === '.' || text.length > 300 || text.startsWith('/') || text.split('/').includes('..'))
    return [];
  if (!/[*?[\]{}]|[!+@]\(/.test(text))
    return [
      { path: join(root, text), below: true, ...all },
      { path: join(root, 'node_modules', text, 'package.json'), below: false, ...all },
    ];
  const { base, reach } = globReach(text);
  return [{ path: join(root, base), below: reach, ...all }];
};

/** What is written behind `path` and `package`, also in text that is no JSON yet. */
const textsIn = (text: string): string[] =>
  [...text.matchAll(/"(?:path|package)"\s*:\s*"((?:[^"\\]|\\.)*)"/g)].map(([, value]) => value!);

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
