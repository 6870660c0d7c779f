import { join } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import { allStageTypes, type FoundStageType } from '../load/all-stage-types.ts';
import { findProject } from '../load/project.ts';
import { createPaint } from '../ui/paint.ts';
import { renderStageType, renderStageTypes } from '../ui/stages-view.ts';
import { tellDiagnostics } from './tell-diagnostics.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

/** `stemma stages [TYPE]`: what a pipeline can use here. */
export const stages = async (name: string | undefined, options: { readonly json?: boolean }): Promise<number> => {
  const { types, diagnostics } = await allStageTypes(findProject(process.cwd()));
  tellDiagnostics(diagnostics, options);
  const chosen = name === undefined ? types : [oneOf(types, name)];
  if (options.json) process.stdout.write(`${JSON.stringify(chosen.map(shownType), null, 2)}\n`);
  else process.stdout.write(shown(chosen, name));
  return diagnostics.length === 0 ? 0 : 2;
};

const oneOf = (types: readonly FoundStageType[], name: string): FoundStageType => {
  const found = types.find((type) => type.name === name);
  if (found !== undefined) return found;
  const names = types.map((type) => type.name);
  throw new UserMistake(`there is no stage type "${name}"`, suggest(name, names, 'stage types'));
};

const shown = (types: readonly FoundStageType[], name: string | undefined): string => {
  const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
  return name === undefined ? renderStageTypes(types, view) : renderStageType(types[0]!, view);
};

const shownType = ({ name, origin, folder, declaration }: FoundStageType) => ({
  name,
  origin,
  declarationFile: join(folder, 'stage.json'),
  ...declaration,
});
