import { cpSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { packageRoot } from '../load/project.ts';
import { writePipelineSchema } from './schema.ts';
import { UserMistake } from './user-mistake.ts';

/** `stemma init [FOLDER]`: a project with data, a pipeline that runs in seconds and a stage type of its own. */
export const init = async (folder: string): Promise<number> => {
  const root = resolve(folder);
  const template = join(packageRoot(), 'templates', 'penguins');
  const taken = filesOf(template).filter((file) => existsSync(join(root, nameIn(file))));
  if (taken.length > 0)
    throw new UserMistake(
      `${taken.map(nameIn).join(', ')} exists already: nothing was written`,
      'choose an empty folder',
    );
  mkdirSync(root, { recursive: true });
  cpSync(template, root, { recursive: true });
  if (existsSync(join(root, 'gitignore'))) renameSync(join(root, 'gitignore'), join(root, '.gitignore'));
  await writePipelineSchema({ root, artifacts: join(root, 'artifacts') });
  const files = [...filesOf(template).map(nameIn), 'schemas/pipeline.schema.json'].sort();
  const place = relative(process.cwd(), root);
  process.stderr.write(`${files.map((file) => `  ${file}`).join('\n')}\n\n`);
  process.stderr.write(`next: ${place === '' ? '' : `cd ${place} && `}npx stemma run\n`);
  return 0;
};

// npm leaves a file named .gitignore out of packages.
const nameIn = (file: string): string => (file === 'gitignore' ? '.gitignore' : file);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
