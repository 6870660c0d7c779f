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
  const text = readIfThere(join(root, file));
  return [
    { path: join(root, file), below: false, ...all },
    { path: join(root, 'stages'), below: true, ...all },
    ...commonInterests(project),
    ...textsIn(text, 'path|package').flatMap((named) => placesOf(named, root)),
    ...textsIn(text, 'pipeline').map((named) => ({
      path: join(root, 'pipelines', `${named}.json`),
      below: false,
      ...all,
    })),
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

/** What is written behind some keys, also in text that is no JSON yet. */
const textsIn = (text: string, keys: string): string[] =>
  [...text.matchAll(new RegExp(`"(?:${keys})"\\s*:\\s*"([^"\\\\]*)"`, 'g'))].map(([, value]) => value!);

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
