import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { SourceFile, StageContext } from '../../../types/stage.ts';
import { StageError } from '../../error.ts';
import type { Official } from '../rows.ts';
import { type IngestParams, labelName } from './params.ts';

/** A folder in which each file is one example, or some. */
export interface FolderSource {
  readonly folder: string;
  /** All its files, sorted by the bytes of their paths. */
  readonly files: readonly SourceFile[];
  /** Where the data set goes. */
  readonly out: string;
  /** Name of the column of labels; "label" where it is absent. */
  readonly target?: string | undefined;
  /** The columns to keep; all where absent. */
  readonly columns?: readonly string[] | undefined;
  /** Only so many first examples of each official split. */
  readonly subset?: number | undefined;
}

/** What such a format needs of the stage. */
export type FolderStage = Pick<StageContext, 'files' | 'memo' | 'progress' | 'telemetry'>;

/** @throws StageError where the source is a file, or params ask for what is a table's alone. */
export const folderSource = (
  { path, out }: { readonly path: string; readonly out: string },
  { format, params }: { readonly format: string; readonly params: IngestParams },
  { files }: Pick<FolderStage, 'files'>,
): FolderSource => {
  const found = files('source');
  if (found === undefined) {
    if (statSync(path).isDirectory())
      throw new StageError(
        `${basename(path)} is a folder of the format "${format}", which a stage alone can read`,
        'ingest it in a pipeline, and name its out, as ingest.examples',
      );
    throw new StageError(`${basename(path)} is a file, and the format "${format}" needs a folder`);
  }
  const { names, columns, shape, types } = params;
  // An image, or a sound, has one column beside its label: there is nothing to choose.
  const chosen = format === 'images' || format === 'sounds' ? columns : undefined;
  const hasKinds = format === 'images' && typeof params.images?.labels === 'object' && params.images.labels.columns !== undefined; // biome-ignore format: one line
  const asked = Object.entries({ names, columns: chosen, shape, types: hasKinds ? undefined : Object.keys(types)[0] });
  const [stray] = asked.find(([, value]) => value !== undefined) ?? [];
  if (stray !== undefined) {
    throw new StageError(`params.${stray} is for tables, and the source is of the format "${format}"`);
  }
  return { folder: path, files: found, out, target: labelName(params), columns, subset: params.subset };
};

/** So many first examples of each of the source's own splits, or of all where it has none; all where no number is given. */
export const firstOfEach = <Example extends { readonly official: Official | null }>(
  examples: readonly Example[],
  count: number | undefined,
): readonly Example[] => {
  if (count === undefined) return examples;
  const seen = new Map<Official | null, number>();
  return examples.filter(({ official }) => {
    const before = seen.get(official) ?? 0;
    seen.set(official, before + 1);
    return before < count;
  });
};
